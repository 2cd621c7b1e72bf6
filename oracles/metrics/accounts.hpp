// Accounts: what became of every record under each mapping, by the trace; what the published metrics cannot say. [FM-21]
// [RETRY-3]
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sim/trace/trace.hpp"

namespace weir {

struct AccountLine {
  std::string how;            // "handled", "retries exhausted", ..., or "not settled" for what is left at the end
  std::uint64_t records = 0;  // more than none
  std::uint64_t told = 0;     // of these, how many an on-failure destination was told of
};

struct Account {
  std::string mapping;
  // Of its stream: those that were still there when it took up its position, and what came until it was deleted. The sum of
  // the lines.                                                                                            [ESM-3] [ESM-25]
  std::uint64_t records = 0;
  std::vector<AccountLine> lines;  // in the order of Settlement, then "not settled"
};

// Takes account of a trace fact by fact; total: a trace that makes no sense gives odd figures, never an error.
class AccountsCollector final : public FactObserver {
 public:
  AccountsCollector();
  ~AccountsCollector() override;
  static constexpr FactMask interests() {
    return mask_of<MappingDeclared, LanesDeclared, Appended, Trimmed, ShardStarted, InvocationStarted, MappingStateChanged,
                   Settled, Replayed>();
  }
  void observe(const Fact& fact) override;  // in order; facts outside interests() do no harm
  std::vector<Account> accounts() const;    // in the order of the mappings' declaration

 private:
  struct State;
  std::unique_ptr<State> state_;
};

std::vector<Account> accounts_of(const std::vector<Fact>& trace);

}  // namespace weir
