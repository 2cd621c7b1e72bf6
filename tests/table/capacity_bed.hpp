// A table with capacity settings, and what it was asked for.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sim/table/capacity.hpp"
#include "tests/table/world.hpp"

namespace weir::test {

inline CapacitySettings provisioned(std::int64_t read, std::int64_t write, int partitions = 1) {
  return {.billing = BillingMode::provisioned, .provisioned = {read, write}, .partitions = partitions};
}
inline CapacitySettings on_demand(Throughput warm) { return {.billing = BillingMode::on_demand, .warm = warm}; }

inline const IndexSettings by_group{.name = "by_group", .key = {.partition = "group"}, .provisioned = Throughput{5, 1}};

inline TableSettings orders(const CapacitySettings& capacity, std::vector<IndexSettings> indexes = {}) {
  return {.name = "orders", .key = {.partition = "id"}, .ttl = "expires", .indexes = std::move(indexes), .capacity = capacity};
}

inline Item order(const std::string& id, int n = 0) { return {{"id", id}, {"n", n}}; }
inline Item key_of(const std::string& id) { return {{"id", id}}; }
// Of about so many bytes.
inline Item large(const std::string& id, std::size_t bytes) { return {{"id", id}, {"text", std::string(bytes, 'x')}}; }

inline const Plan no_burst = Plan::listed({{"capacity.burst", "table orders", 0}});

struct Orders : TableWorld {
  TableId table;
  explicit Orders(const TableSettings& settings, Plan plan = Plan::calm())
      : TableWorld(std::move(plan)), table(create(settings)) {}

  // So many writes of one unit, of items a0, a1, ...: how many are served.
  int puts(int count, const std::string& prefix = "a") {
    int served = 0;
    for (int i = 0; i < count; ++i) served += put(table, order(prefix + std::to_string(i), i)).ok();
    return served;
  }
  std::vector<CapacityAsked> asked() const {
    std::vector<CapacityAsked> all;
    for (const Fact& fact : facts<CapacityAsked>()) all.push_back(*fact.as<CapacityAsked>());
    return all;
  }
  // What was used, in half units.
  std::int64_t used(CapacityUse use, const std::string& index = "") const {
    std::int64_t sum = 0;
    for (const CapacityAsked& one : asked())
      if (one.answer == CapacityAnswer::served && one.use == use && one.index == index) sum += one.half_units;
    return sum;
  }
};

}  // namespace weir::test
