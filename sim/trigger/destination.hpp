// The failure record that an on-failure destination gets about records that were given up.     [DEST-1 .. DEST-8]
//
//   condition  retries exhausted, or record age exceeded: then without responseContext          [DEST-2] [DEST-4]
//   times      Unix seconds of the records to the second, of now to the millisecond             [DEST-5]
//   content    S3 gets the records too, as "payload": an object, or its text as a string        [DEST-1] [OPEN-14]
//   object     in S3 it is called "aws/lambda/<UUID of the mapping>/<shard>/YYYY/MM/DD/YYYY-MM-DDTHH.MM.SS-<UUID>"   [DEST-6]
//   elsewhere  the way there is sim/queue/destinations.hpp's business [DEST-7]
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "sim/function/handler.hpp"
#include "sim/trigger/sites.hpp"

namespace weir {

struct FailureRecord {
  enum class Condition : std::uint8_t { retry_attempts_exhausted, record_age_exceeded };
  enum class FunctionError : std::uint8_t { none, unhandled };  // none: the response named the failures   [RBIF-6]

  Condition condition = Condition::retry_attempts_exhausted;
  FunctionError function_error = FunctionError::unhandled;
  std::string_view function_name;
  std::string_view stream_arn;
  std::string_view shard_wire_name;
  std::optional<InvocationId> last_invocation;
  std::uint64_t invocations = 0;  // [DEST-3] [OPEN-35]
  std::int64_t now_unix_ms = 0;
  std::span<const StreamRecord> records;  // not empty
  std::optional<S3Payload> payload;       // the records come along
};

std::string to_json_text(const FailureRecord& record);
// The UUIDs are made of the mapping's number, and of the place and time of what failed.       [DEST-6]
std::string object_key(const FailureRecord& record, MappingId mapping);

std::string mapping_uuid(MappingId mapping);  // as the service names it                        [ESM-23]

}  // namespace weir
