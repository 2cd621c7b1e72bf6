#include "sim/queue/destinations.hpp"

#include "sim/queue/sites.hpp"

namespace weir {

bool Destinations::post(Kernel& kernel, Queues& queues, Letter letter, const Key& key, bool may_send) {
  if (!may_send) {
    kernel.note(DestinationFailed{letter.mapping, letter.shard, letter.records, ServiceError::access_denied});
    return false;
  }
  const bool fails = kernel.choose(destination_fails, key);
  if (fails) {
    kernel.note(DestinationFailed{letter.mapping, letter.shard, letter.records, ServiceError::internal_server_error});
    return false;
  }
  const Duration delay = kernel.choose(destination_delay, key);
  if (delay == Duration{}) {
    deliver(kernel, queues, std::move(letter));
    return true;
  }
  letters_.emplace(posted_, std::move(letter));
  kernel.schedule(delay, Room::destination, 0, 0, posted_++);
  return true;
}

void Destinations::on_event(Kernel& kernel, Queues& queues, const Event& event) {
  auto letter = letters_.extract(event.b);
  SIM_CHECK(!letter.empty(), "a letter on its way arrives once");
  deliver(kernel, queues, std::move(letter.mapped()));
}

void Destinations::deliver(Kernel& kernel, Queues& queues, Letter letter) {
  const FactIndex sent =
      kernel.note(DestinationSent{letter.mapping, letter.shard, letter.records, letter.with_content, letter.text});
  if (!letter.queue) return;
  const CauseScope because(kernel, sent);
  const Result<MessageId> taken = queues.send(kernel, *letter.queue, {std::move(letter.text), {}, {}});
  SIM_CHECK(taken.ok(), "a destination is a standard queue");
}

}  // namespace weir
