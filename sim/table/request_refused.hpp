// The fact of a request that is refused as a whole and that nothing else tells of.                       [ERR-6] [CAP-8]
#pragma once

#include <string>
#include <string_view>

#include "sim/kernel/kernel.hpp"
#include "sim/trace/fact.hpp"

namespace weir {

// Hands the answer on, noted where it is a refusal. A cancelled transaction is told by its own fact.
template <class Answer>
Answer told_if_refused(Kernel& kernel, std::string_view call, TableId table, const Actor& actor, Answer answer) {
  if (answer || answer.error() == ServiceError::transaction_canceled) return answer;
  const Failed& failed = answer.failure();
  kernel.note(RequestRefused{std::string(call), table, failed.error, actor, std::string(failed.message)});
  return answer;
}

}  // namespace weir
