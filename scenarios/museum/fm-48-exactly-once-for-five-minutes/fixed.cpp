#include "scenarios/museum/entries.hpp"
#include "scenarios/museum/fm-48-exactly-once-for-five-minutes/forward.hpp"

namespace weir::museum {

BatchResponse fm_48_fixed(const StreamEvent& event, Context& context) { return forward_orders(event, context); }

// Adds one and remembers the record's id in the same write: the last hop is the one that has to know. [FM-48]
void fm_48_count_fixed(Context& context) {
  QueueClient queue = context.queue("orders-to-count");
  TableClient totals = context.table("totals");
  for (;; context.sleep(30s)) {
    const Result<std::vector<Message>> received = queue.receive(1);
    if (!received || received->empty()) continue;
    const Message& message = received->front();
    const Update once = Update().add("count", 1).add("seen", AttributeValue::string_set({message.body}));
    const Result<Item> counted = totals.update(Item{{"group", "g0"}}, once, !contains("seen", AttributeValue(message.body)));
    if (counted || counted.failed_with(ServiceError::condition_failed)) (void)queue.remove(message.receipt);
  }
}

}  // namespace weir::museum
