// How many invocations may run at once.                                                       [POLL-12]
//
//   account    the limit of all that run
//   reserved   of one function: caps it, and is kept from the others. 0: none runs
//   shared     what all functions without a reserved concurrency have: the account's limit less all that is reserved
//   room       an invocation that finds none is for its invoker to refuse; who enters all the same is counted all the same
//
//   refused    a reservation that takes of what is shared and leaves the others less than 100, or, of an account whose limit is
//              lower, less than all of that: such an account can reserve nothing but 0
//
// The account's limit is a quota: a lower one is taken whatever is reserved by then, and holds. What a world begins with is
// taken too: whoever reads a scenario judges it.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/data/ids.hpp"

namespace weir {

inline constexpr std::int64_t default_account_concurrency = 1'000;  // per Region
constexpr std::int64_t least_unreserved(std::int64_t account) { return std::min<std::int64_t>(account, 100); }
std::string too_much_reserved(std::int64_t account);  // what the service says

class Concurrency {
 public:
  void add(std::optional<std::int64_t> reserved) { functions_.push_back({reserved, 0}); }  // FunctionIds in order
  void set_reserved(FunctionId function, std::optional<std::int64_t> limit) { functions_[function.value].reserved = limit; }
  void set_account(std::int64_t limit) { account_ = limit; }

  std::optional<std::int64_t> reserved(FunctionId function) const { return functions_[function.value].reserved; }
  std::int64_t account() const { return account_; }
  bool may_reserve(FunctionId function, std::int64_t limit) const;

  bool has_room(FunctionId function) const;
  void enter(FunctionId function) { functions_[function.value].running += 1; }
  void leave(FunctionId function) { functions_[function.value].running -= 1; }
  std::int64_t running(FunctionId function) const { return functions_[function.value].running; }
  void forget_running();

 private:
  struct Function {
    std::optional<std::int64_t> reserved;
    std::int64_t running = 0;
  };
  std::int64_t account_ = default_account_concurrency;
  std::vector<Function> functions_;
};

}  // namespace weir
