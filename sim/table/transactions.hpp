// What a Region keeps of its transactions: the items bound to one that is still settling, and the tokens of those that are
// done.                                                                                    [TXN-2] [TXN-3] [TXN-5]
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "sim/base/time.hpp"
#include "sim/data/ids.hpp"
#include "sim/data/key.hpp"

namespace weir {

class Transactions {
 public:
  bool idle() const { return bound_.empty(); }  // no item is bound, or was when last looked at
  void bind(TableId table, const ItemKey& key, Instant until) { bound_.push_back({table, key, until}); }
  bool bound(TableId table, const ItemKey& key, Instant now);

  enum class Token { unknown, running, done, other_request };
  Token find(const std::string& token, const std::string& request, Instant now);
  void remember(const std::string& token, std::string request, Instant finished);

 private:
  struct Bound {
    TableId table;
    ItemKey key;
    Instant until{};
  };
  struct Used {
    std::string request;
    Instant finished{};
  };
  std::vector<Bound> bound_;
  std::map<std::string, Used> tokens_;
  std::set<std::pair<Instant, std::string>> finishing_;  // when those tokens are, soonest first: what to forget comes first
};

}  // namespace weir
