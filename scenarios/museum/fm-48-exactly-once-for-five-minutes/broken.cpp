#include "scenarios/museum/entries.hpp"
#include "scenarios/museum/fm-48-exactly-once-for-five-minutes/forward.hpp"

namespace weir::museum {

BatchResponse fm_48_broken(const StreamEvent& event, Context& context) { return forward_orders(event, context); }

// Adds one for each message: the queue delivers each exactly once, it says so in its name. [FM-48]
void fm_48_count_broken(Context& context) {
  QueueClient queue = context.queue("orders-to-count");
  TableClient totals = context.table("totals");
  for (;; context.sleep(30s)) {
    const Result<std::vector<Message>> received = queue.receive(1);
    if (!received || received->empty()) continue;
    const Message& message = received->front();
    const Result<Item> counted = totals.update(Item{{"group", "g0"}}, Update().add("count", 1));
    if (counted) (void)queue.remove(message.receipt);
  }
}

}  // namespace weir::museum
