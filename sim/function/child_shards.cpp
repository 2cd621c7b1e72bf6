#include "sim/function/child_shards.hpp"

#include <algorithm>

namespace weir {

namespace {

constexpr int most_retries = 10;
constexpr Duration first_pause = 50ms, longest_pause = 1s;

}  // namespace

Result<std::vector<ShardDescription>> child_shards(StreamsClient& stream, const Context& context, ShardId parent,
                                                   std::optional<StreamId> of) {
  Duration pause = first_pause;
  for (int retry = 0;; ++retry) {
    Result<StreamDescription> told = stream.describe_stream({.stream = of, .child_shards_of = parent});
    if (!told) return told.failure();
    if (!told->shards.empty() || retry == most_retries) return std::move(told->shards);
    context.sleep(pause);
    pause = std::min(pause * 2, longest_pause);
  }
}

}  // namespace weir
