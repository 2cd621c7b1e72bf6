#include "scenarios/museum/fm-47-defeated-by-my-own-success/claims.hpp"

#include "sim/function/required.hpp"

namespace weir::museum {

Item claim_on(const StreamRecord& record, Instant began) {
  return {{"event", record.event_id()}, {"by", began.time_since_epoch() / 1us}};
}

void give_back(const Item& claim, Context& context) {
  const Condition ours = compare(Path("by"), Comparator::equal, attribute_of(claim, "by"));
  if (!context.table("claims").remove(Item{{"event", attribute_of(claim, "event")}}, ours))
    context.log("there was no claim to give back, or it could not be");
}

}  // namespace weir::museum
