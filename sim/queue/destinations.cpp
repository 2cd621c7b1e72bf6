#include "sim/queue/destinations.hpp"

#include "sim/queue/sites.hpp"

namespace weir {

bool Destinations::post(Kernel& kernel, Places places, Letter letter, const Key& key, bool may_send) {
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
    deliver(kernel, places, std::move(letter));
    return true;
  }
  letters_.emplace(posted_, std::move(letter));
  kernel.schedule(delay, Room::destination, 0, 0, posted_++);
  return true;
}

void Destinations::on_event(Kernel& kernel, Places places, const Event& event) {
  auto letter = letters_.extract(event.b);
  SIM_CHECK(!letter.empty(), "a letter on its way arrives once");
  deliver(kernel, places, std::move(letter.mapped()));
}

void Destinations::deliver(Kernel& kernel, Places places, Letter letter) {
  const FactIndex sent =
      kernel.note(DestinationSent{letter.mapping, letter.shard, letter.records, letter.with_content, letter.text});
  const CauseScope because(kernel, sent);
  if (letter.queue) {
    const Result<MessageId> taken = places.queues.send(kernel, *letter.queue, {std::move(letter.text), {}, {}});
    SIM_CHECK(taken.ok(), "a destination is a standard queue");
  } else if (letter.bucket) {
    (void)places.buckets.call(kernel, PutObject{*letter.bucket, std::move(letter.object_key), std::move(letter.text)});
  }
}

}  // namespace weir
