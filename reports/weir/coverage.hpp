// What `weir rules --coverage` shows: the rule ledger, totals first, then rule by rule within 120 columns.
#pragma once

#include <string>

#include "reports/rules/ledger.hpp"

namespace weir {

std::string coverage_text(const RuleLedger& ledger);
std::string coverage_json(const RuleLedger& ledger);

}  // namespace weir
