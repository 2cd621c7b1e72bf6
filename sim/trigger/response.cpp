#include "sim/trigger/response.hpp"

#include <algorithm>

namespace weir {

Judgement judge(Reporting reporting, const BatchResponse& response, std::span<const StreamRecord> batch) {
  if (reporting == Reporting::off || response.batch_item_failures.empty()) return {};
  Judgement judgement{Judgement::Kind::failed_from, batch.size(), {}};
  const auto malformed = [](std::string why) { return Judgement{Judgement::Kind::malformed, 0, std::move(why)}; };
  for (const std::optional<std::string>& identifier : response.batch_item_failures) {
    if (!identifier) return malformed("an itemIdentifier is null");
    if (identifier->empty()) return malformed("an itemIdentifier is empty");
    const std::optional<SequenceNumber> number = parse_sequence_number(*identifier);
    const auto at = number ? std::lower_bound(batch.begin(), batch.end(), *number,
                                              [](const StreamRecord& r, SequenceNumber n) { return r.sequence_number < n; })
                           : batch.end();
    if (at == batch.end() || at->sequence_number != *number)
      return malformed("the itemIdentifier '" + *identifier + "' is of no record of the batch");
    judgement.first_failed = std::min(judgement.first_failed, static_cast<std::size_t>(at - batch.begin()));
  }
  return judgement;
}

}  // namespace weir
