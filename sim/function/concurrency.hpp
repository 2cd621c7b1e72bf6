// How many invocations may run at once.                                                       [POLL-12]
//
//   account    the limit of all that run
//   reserved   of one function: caps it, and is kept from the others. 0: none runs
//   shared     what all functions without a reserved concurrency have: the account's limit less all that is reserved
//   room       an invocation that finds none is for its invoker to refuse; who enters all the same is counted all the same
//
// Knowingly wider: AWS refuses a reservation that leaves the others fewer than 100; here any is taken, the account's limit
// holds for it all the same, and the others have nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "sim/data/ids.hpp"

namespace weir {

inline constexpr std::int64_t default_account_concurrency = 1'000;  // per Region

class Concurrency {
 public:
  void add(std::optional<std::int64_t> reserved) { functions_.push_back({reserved, 0}); }  // FunctionIds in order
  void set_reserved(FunctionId function, std::optional<std::int64_t> limit) { functions_[function.value].reserved = limit; }
  void set_account(std::int64_t limit) { account_ = limit; }

  std::optional<std::int64_t> reserved(FunctionId function) const { return functions_[function.value].reserved; }
  std::int64_t account() const { return account_; }

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
