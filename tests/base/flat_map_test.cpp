#include "sim/base/flat_map.hpp"

#include <map>

#include "tests/catch.hpp"

using namespace weir;

TEST_CASE("a flat map holds what a map holds, in order of insertion", "[flat_map][property]") {
  WEIR_PROPERTY("like std::map", [](const std::vector<std::pair<std::uint8_t, int>>& writes) {
    FlatMap<int> flat;
    std::map<std::uint64_t, int> plain;
    std::vector<std::uint64_t> order;
    for (const auto& [place, value] : writes) {
      const std::uint64_t key = std::uint64_t{place} << 56;  // keys that differ in their high bits only
      if (!plain.count(key)) order.push_back(key);
      plain[key] += value % 1000;
      flat[key] += value % 1000;
    }
    RC_ASSERT(flat.size() == plain.size());
    RC_ASSERT(flat.empty() == plain.empty());
    std::vector<std::uint64_t> seen;
    for (const auto& entry : flat) {
      seen.push_back(entry.key);
      RC_ASSERT(entry.value == plain.at(entry.key));
      RC_ASSERT(*flat.find(entry.key) == entry.value);
    }
    RC_ASSERT(seen == order);
    RC_ASSERT(flat.find(1) == nullptr);
  });
}
