// Accounts: what became of every record under each mapping, by the trace; what the published metrics cannot say. [FM-21]
// [RETRY-3]
#pragma once

#include <cstdint>
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

std::vector<Account> accounts_of(const std::vector<Fact>& trace);  // in the order of the mappings' declaration

}  // namespace weir
