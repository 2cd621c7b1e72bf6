// Three records in one shard under one mapping, whose trace goes on as a test likes.
#pragma once

#include <tuple>
#include <utility>
#include <vector>

#include "tests/oracles/trace_builder.hpp"

namespace weir::test {

struct Three : TraceBuilder {
  TableId orders = table("orders");
  StreamId stream;
  ShardId root;
  MappingId mirror;
  FactIndex declared = 0;
  std::vector<FactIndex> writes, appends;
  std::vector<RecordId> records;

  Three& at(Duration since_start) {
    TraceBuilder::at(since_start);
    return *this;
  }
  explicit Three(std::uint32_t lanes = 1, std::uint32_t filters = 0, std::vector<const char*> items = {"A", "B", "C"}) {
    std::tie(stream, root) = TraceBuilder::stream(orders);
    mirror = mapping(stream, "mirror");
    declared = last();
    if (lanes > 1 || filters > 0) note(LanesDeclared{mirror, lanes, false, filters});
    note(ShardStarted{mirror, root});
    at(1s);
    for (const char* id : items) {
      writes.push_back(put(orders, item(id)));
      records.push_back(append(writes.back(), root));
      appends.push_back(last());
    }
    at(2s);
  }
  FactIndex fail(std::vector<RecordId> batch) { return end(start(mirror, root, std::move(batch)), InvocationOutcome::threw); }
  FactIndex send(std::vector<RecordId> batch, bool with_content) {
    return note(DestinationSent{mirror, root, list(std::move(batch)), with_content, "{}"});
  }
};

}  // namespace weir::test
