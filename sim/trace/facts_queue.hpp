// Facts of queues, of the way to on-failure destinations, and of permissions.
#pragma once

#include <cstdint>
#include <string>

#include "sim/base/result.hpp"
#include "sim/base/time.hpp"
#include "sim/data/ids.hpp"
#include "sim/data/item.hpp"
#include "sim/trace/actor.hpp"
#include "sim/trace/facts_stream.hpp"

namespace weir {

enum class QueueKind : std::uint8_t { standard, fifo };
constexpr std::string_view to_text(QueueKind kind) { return kind == QueueKind::fifo ? "fifo" : "standard"; }

struct QueueDeclared {
  static constexpr std::string_view name = "queue_declared";
  QueueId queue;
  std::string queue_name;
  QueueKind type = QueueKind::standard;
  Duration visibility_timeout{}, retention_period{};
  template <class V>
  void each(V&& v) const {
    v("queue", queue), v("queue_name", queue_name), v("type", type), v("visibility_timeout", visibility_timeout),
        v("retention_period", retention_period);
  }
};

// A queue took a message, or (repeats) answered as if: a FIFO queue knew its deduplication id.
struct MessageSent {
  static constexpr std::string_view name = "message_sent";
  QueueId queue;
  MessageId message;
  std::string body, group, deduplication_id;
  bool repeats = false;
  template <class V>
  void each(V&& v) const {
    v("queue", queue), v("message", message), v("body", body), v("group", group), v("deduplication_id", deduplication_id),
        v("repeats", repeats);
  }
};

struct MessageReceived {
  static constexpr std::string_view name = "message_received";
  QueueId queue;
  MessageId message;
  std::uint32_t receives = 0;  // how often so far, this time counted
  Actor actor;
  template <class V>
  void each(V&& v) const {
    v("queue", queue), v("message", message), v("receives", receives), v("actor", actor);
  }
};

enum class MessageEnd : std::uint8_t { removed, expired };
constexpr std::string_view to_text(MessageEnd end) { return end == MessageEnd::removed ? "removed" : "expired"; }

struct MessageGone {
  static constexpr std::string_view name = "message_gone";
  QueueId queue;
  MessageId message;
  MessageEnd how = MessageEnd::removed;
  template <class V>
  void each(V&& v) const {
    v("queue", queue), v("message", message), v("how", how);
  }
};

// A failure record never came to its destination; the mapping goes on.                       [DEST-7]
//   role, action, resource  of access_denied: what it does not allow; empty otherwise         [ESM-29]
struct DestinationFailed {
  static constexpr std::string_view name = "destination_failed";
  MappingId mapping;
  ShardId shard;
  RecordList records;
  ServiceError error = ServiceError::none;
  std::string role, action, resource;
  template <class V>
  void each(V&& v) const {
    v("mapping", mapping), v("shard", shard), v("records", records), v("error", error);
    if (!action.empty()) v("role", role), v("action", action), v("resource", resource);
  }
};

// A call was refused because its caller's role does not allow it.                            [IAM-1]
struct AccessDenied {
  static constexpr std::string_view name = "access_denied";
  Actor actor;
  std::string role, action, resource;
  template <class V>
  void each(V&& v) const {
    v("actor", actor), v("role", role), v("action", action), v("resource", resource);
  }
};

// What a mapping's role came to lack, or has again (missing is then empty): LastProcessingResult changes.  [ESM-20] [IAM-2]
struct MappingAccess {
  static constexpr std::string_view name = "mapping_access";
  MappingId mapping;
  std::string role;
  std::string missing;   // the first action that it lacks
  std::string result;    // LastProcessingResult from now on
  std::string resource;  // that the action was asked on
  template <class V>
  void each(V&& v) const {
    v("mapping", mapping), v("role", role), v("missing", missing), v("result", result), v("resource", resource);
  }
};

// A role as it stands from here on. Noted where a run has roles: of each at the start, and again when an operator changes it.
//   managed             AWS's own policies that it has, by name, one a line
//   policy              its own statements as a policy document, of sim/access/policy_document.hpp             [IAM-1]
//   functions, readers  whose code runs with it, by name, one a line: that never changes                       [ESM-29]
struct RoleSet {
  static constexpr std::string_view name = "role_set";
  std::string role, managed;
  Item policy;
  std::string functions, readers;
  template <class V>
  void each(V&& v) const {
    v("role", role), v("managed", managed), v("policy", policy), v("functions", functions), v("readers", readers);
  }
};

// A bucket has an object: a failure record came there, or code put it.                          [DEST-6]
struct ObjectStored {
  static constexpr std::string_view name = "object_stored";
  std::string bucket, key;
  std::uint64_t bytes = 0;
  template <class V>
  void each(V&& v) const {
    v("bucket", bucket), v("key", key), v("bytes", bytes);
  }
};

enum class ObjectUse : std::uint8_t { read, removed };
constexpr std::string_view to_text(ObjectUse use) { return use == ObjectUse::read ? "read" : "removed"; }

struct ObjectUsed {
  static constexpr std::string_view name = "object_used";
  std::string bucket, key;
  ObjectUse how = ObjectUse::read;
  Actor actor;
  template <class V>
  void each(V&& v) const {
    v("bucket", bucket), v("key", key), v("how", how), v("actor", actor);
  }
};

}  // namespace weir
