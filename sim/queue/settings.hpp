// A queue's attributes, as CreateQueue takes them, and a bucket's.
#pragma once

#include <string>

#include "sim/base/time.hpp"
#include "sim/trace/facts_queue.hpp"

namespace weir {

struct QueueSettings {
  std::string name;
  QueueKind kind = QueueKind::standard;
  Duration visibility_timeout = 30s;  // 0s .. 12h, whole seconds
  Duration retention_period = 96h;    // 1min .. 336h, whole seconds
  friend bool operator==(const QueueSettings&, const QueueSettings&) = default;
};

struct BucketSettings {
  std::string name;
  friend bool operator==(const BucketSettings&, const BucketSettings&) = default;
};

}  // namespace weir
