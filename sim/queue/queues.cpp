#include "sim/queue/queues.hpp"

#include <algorithm>
#include <set>

#include "sim/base/planted.hpp"
#include "sim/queue/sites.hpp"

namespace weir {

namespace {

Key message_key(const QueueSettings& settings, std::uint64_t ordinal) {
  Key key("queue", settings.name);
  key.add("message", ordinal);
  return key;
}

Failed refused(std::string_view message) {
  return Failed{ServiceError::invalid_parameter_value, Certainty::surely_not_done, message};
}

}  // namespace

QueueId Queues::create(Kernel& kernel, QueueSettings settings) {
  const QueueId id{static_cast<QueueId::rep>(queues_.size())};
  kernel.note(QueueDeclared{id, settings.name, settings.kind, settings.visibility_timeout, settings.retention_period});
  queues_.push_back({std::move(settings), {}, {}, 0});
  return id;
}

std::optional<QueueId> Queues::named(std::string_view name) const {
  for (std::size_t i = 0; i < queues_.size(); ++i)
    if (queues_[i].settings.name == name) return QueueId{static_cast<QueueId::rep>(i)};
  return std::nullopt;
}

Result<MessageId> Queues::send(Kernel& kernel, QueueId id, const OutgoingMessage& message) {
  Queue& queue = queues_[id.value];
  const bool fifo = queue.settings.kind == QueueKind::fifo;
  if (fifo && message.group.empty()) return refused("The request must contain the parameter MessageGroupId.");
  if (fifo && message.deduplication_id.empty())
    return refused(
        "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly");
  if (!fifo && !(message.group.empty() && message.deduplication_id.empty()))
    return refused("The request includes a parameter that is not valid for this queue type");
  const MessageId named{messages_++};
  if (fifo) {
    const auto known = queue.known.find(message.deduplication_id);
    const bool repeats = known != queue.known.end() && kernel.now() < known->second + deduplication_interval;
    if (repeats && !kernel.planted(Planted::queue_takes_repetitions)) {
      kernel.note(MessageSent{id, named, message.body, message.group, message.deduplication_id, true});
      return named;
    }
    queue.known[message.deduplication_id] = kernel.now();
  }
  const FactIndex sent = kernel.note(MessageSent{id, named, message.body, message.group, message.deduplication_id, false});
  const CauseScope because(kernel, sent);
  queue.messages.push_back({.id = named,
                            .ordinal = queue.sent++,
                            .content = message,
                            .sent_at = kernel.now(),
                            .hidden_until = kernel.now(),
                            .fact = sent});
  kernel.schedule(queue.settings.retention_period, Room::queue, 0, id.value, named.value);
  return named;
}

// In the order of sending. A FIFO group gives nothing while one of it is out, and one after the other.
std::vector<Queues::Held*> Queues::receivable(Kernel& kernel, Queue& queue, std::size_t most) {
  const bool fifo = queue.settings.kind == QueueKind::fifo;
  std::set<std::string> held_up;  // groups
  std::vector<Held*> found;
  const Instant now = kernel.now();
  const bool any_order = kernel.planted(Planted::queue_group_overtakes) || kernel.planted(Planted::queue_shows_what_is_out);
  for (const Held& held : queue.messages)
    if (fifo && held.hidden_until > now && !any_order) held_up.insert(held.content.group);
  for (Held& held : queue.messages) {
    if (found.size() == most) break;
    if (held.hidden_until > now && !kernel.planted(Planted::queue_shows_what_is_out)) continue;
    if (fifo && held_up.contains(held.content.group)) continue;
    if (!fifo && kernel.choose(queue_passed_over, message_key(queue.settings, held.ordinal).add("look", held.looks++)))
      continue;
    found.push_back(&held);
  }
  return found;
}

Message Queues::give(Kernel& kernel, QueueId id, Held& held, const Actor& actor) {
  const QueueSettings& settings = queues_[id.value].settings;
  held.receives += 1;
  const bool again_at_once =
      settings.kind == QueueKind::standard &&
      kernel.choose(queue_given_twice, message_key(settings, held.ordinal).add("receive", held.receives));
  held.hidden_until = again_at_once ? kernel.now() : kernel.now() + settings.visibility_timeout;
  held.fact = kernel.note(MessageReceived{id, held.id, held.receives, actor}, held.fact);
  return {held.content.body, {held.id, held.receives}, held.sent_at};
}

Result<std::vector<Message>> Queues::receive(Kernel& kernel, QueueId id, int most, const Actor& actor) {
  if (most < 1 || most > most_messages)
    return refused("Value for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.");
  std::vector<Message> given;
  for (Held* held : receivable(kernel, queues_[id.value], static_cast<std::size_t>(most)))
    given.push_back(give(kernel, id, *held, actor));
  return given;
}

Result<Done> Queues::remove(Kernel& kernel, QueueId id, const Receipt& receipt) {
  Queue& queue = queues_[id.value];
  const auto at =
      std::find_if(queue.messages.begin(), queue.messages.end(), [&](const Held& held) { return held.id == receipt.message; });
  if (at == queue.messages.end()) return Done{};
  if (queue.settings.kind == QueueKind::fifo) {
    if (at->hidden_until <= kernel.now() || at->receives != receipt.receives)
      return refused("Value for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.");
  } else if (!at->asked_back) {
    at->asked_back = true;
    const bool comes_back = kernel.choose(queue_comes_back, message_key(queue.settings, at->ordinal));
    if (comes_back) return Done{};
  }
  kernel.note(MessageGone{id, at->id, MessageEnd::removed});
  queue.messages.erase(at);
  return Done{};
}

void Queues::on_event(Kernel& kernel, const Event& event) {
  Queue& queue = queues_[event.a];
  const auto at =
      std::find_if(queue.messages.begin(), queue.messages.end(), [&](const Held& held) { return held.id.value == event.b; });
  if (at == queue.messages.end()) return;
  kernel.note(MessageGone{QueueId{event.a}, at->id, MessageEnd::expired});
  queue.messages.erase(at);
}

}  // namespace weir
