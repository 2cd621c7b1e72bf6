#include "sim/queue/destinations.hpp"

#include <algorithm>
#include <utility>

#include "sim/queue/sites.hpp"

namespace weir {

std::optional<LetterNumber> Destinations::post(Kernel& kernel, Places places, Letter letter, const Key& key, bool may_send) {
  if (!may_send) {
    kernel.note(DestinationFailed{letter.mapping, letter.shard, letter.records, ServiceError::access_denied, letter.denial.role,
                                  letter.denial.action, letter.denial.resource});
    return std::nullopt;
  }
  const bool fails = kernel.choose(destination_fails, key);
  if (fails) {
    kernel.note(DestinationFailed{letter.mapping, letter.shard, letter.records, ServiceError::internal_server_error});
    return std::nullopt;
  }
  const Duration delay = std::max(kernel.choose(destination_delay, key), letter.waits);
  const LetterNumber number = posted_++;
  if (delay == Duration{}) {
    deliver(kernel, places, std::move(letter));
    return number;
  }
  const Instant waits_until = kernel.now() + letter.waits;
  letters_.emplace(number, Posted{std::move(letter), waits_until});
  kernel.schedule(delay, Room::destination, 0, 0, number);
  return number;
}

bool Destinations::waits(const Kernel& kernel, LetterNumber number) const {
  const auto posted = letters_.find(number);
  return posted != letters_.end() && kernel.now() < posted->second.waits_until;
}

void Destinations::replace(const Kernel& kernel, LetterNumber number, Letter letter) {
  SIM_CHECK(waits(kernel, number), "only a letter that waits gives way");
  letters_.at(number).letter = std::move(letter);
}

void Destinations::on_event(Kernel& kernel, Places places, const Event& event) {
  auto posted = letters_.extract(event.b);
  SIM_CHECK(!posted.empty(), "a letter on its way arrives once");
  deliver(kernel, places, std::move(posted.mapped().letter));
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
