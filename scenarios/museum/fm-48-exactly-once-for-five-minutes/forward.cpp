#include "scenarios/museum/fm-48-exactly-once-for-five-minutes/forward.hpp"

#include <stdexcept>

#include "sim/function/required.hpp"

namespace weir::museum {

BatchResponse forward_orders(const StreamEvent& event, Context& context) {
  QueueClient queue = context.queue("orders-to-count");
  for (const StreamRecord& record : event.records) {
    if (record.event_name != EventName::insert) continue;
    const std::string group = string_of(new_image_of(record), "group");
    const Result<MessageId> sent =
        queue.send({.body = record.event_id(), .group = group, .deduplication_id = record.event_id()});
    if (!sent) throw std::runtime_error("the queue could not be reached");
  }
  return BatchResponse::ok();
}

}  // namespace weir::museum
