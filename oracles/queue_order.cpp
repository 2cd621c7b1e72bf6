// O-QUEUE: a queue keeps its own promises: what it gives out was sent, is not removed, and is not past its retention; a FIFO
// queue takes a deduplication id once in five minutes, hides what is out for the visibility timeout, and gives a group in the
// order of its sending, one after the other. Of a standard queue's order and repetitions nothing is promised.       [ESM-13]
//
//   queue   its name
#include <map>

#include "oracles/entries.hpp"
#include "oracles/watching.hpp"

namespace weir {

namespace {

constexpr Duration deduplication_interval = 5min;

class QueueOrder final : public Watching<QueueOrder, QueueDeclared, MessageSent, MessageReceived, MessageGone> {
 public:
  QueueOrder(const OracleInfo& info, const OracleSpec& spec) : Watching(info), name_(text_of(spec, "queue")) {}

 private:
  friend Watching;

  struct Held {
    std::string group;
    Instant sent_at{}, received_at{};
    FactIndex sent = no_fact, received = no_fact;
    bool gone = false;
  };
  struct Known {
    Instant at{};
    FactIndex sent = no_fact;
  };

  void on(const QueueDeclared& declared, const Fact&) {
    if (declared.queue_name == name_) queue_ = declared;
  }
  bool is_ours(QueueId queue) const { return queue_ && queue_->queue == queue; }
  bool is_fifo() const { return queue_->type == QueueKind::fifo; }

  void on(const MessageSent& sent, const Fact& fact) {
    if (!is_ours(sent.queue) || sent.repeats) return;
    if (is_fifo()) {
      const auto known = known_.find(sent.deduplication_id);
      if (known != known_.end() && span_between(known->second.at, fact.at) < deduplication_interval)
        return violate("queue " + name_ + " takes " + sent.deduplication_id + " a second time at " + to_text(fact.at) +
                           ", within five minutes",
                       {known->second.sent, fact.index});
      known_[sent.deduplication_id] = {fact.at, fact.index};
    }
    held_[sent.message] = {sent.group, fact.at, {}, fact.index, no_fact, false};
  }
  void on(const MessageGone& gone, const Fact&) {
    if (!is_ours(gone.queue)) return;
    const auto held = held_.find(gone.message);
    if (held != held_.end()) held->second.gone = true;
  }
  void on(const MessageReceived& received, const Fact& fact) {
    if (!is_ours(received.queue)) return;
    received_ += 1;
    const auto at = held_.find(received.message);
    const std::string what = "message " + std::to_string(received.message.value) + " of queue " + name_;
    if (at == held_.end()) return violate(what + " is received and was never sent", {fact.index});
    Held& held = at->second;
    if (held.gone) return violate(what + " is received after it was gone", {held.sent, fact.index});
    if (span_between(held.sent_at, fact.at) > queue_->retention_period)
      return violate(what + " is received after its retention period", {held.sent, fact.index});
    if (is_fifo()) judge_order(received.message, held, what, fact);
    held.received_at = fact.at;
    held.received = fact.index;
  }
  void judge_order(MessageId id, const Held& held, const std::string& what, const Fact& fact) {
    if (held.received != no_fact && span_between(held.received_at, fact.at) < queue_->visibility_timeout)
      return violate(what + " is received again within its visibility timeout", {held.received, fact.index});
    for (const auto& [other, before] : held_) {
      if (!(other < id)) break;
      const bool with_it = before.received != no_fact && before.received_at == fact.at;
      if (before.gone || before.group != held.group || with_it) continue;
      return violate(
          what + " is received before message " + std::to_string(other.value) + " of its group " + held.group + " is done with",
          {before.sent, before.received, held.sent, fact.index});
    }
  }
  void finish() override {
    if (received_ == 0) unknown("nothing was received from queue " + name_);
  }

  std::string name_;
  std::optional<QueueDeclared> queue_;
  std::map<MessageId, Held> held_;
  std::map<std::string, Known> known_;
  std::uint64_t received_ = 0;
};

}  // namespace

OracleEntry queue_order_entry() {
  return {
      {.name = "O-QUEUE",
       .rules = "ESM-13",
       .promise = "A queue gives out what it holds; a FIFO queue each message once in five minutes and each group in order.",
       .parameters = {{.name = "queue", .meaning = "the queue's name"}}},
      [](const OracleInfo& info, const OracleSpec& spec) -> std::unique_ptr<Oracle> {
        return std::make_unique<QueueOrder>(info, spec);
      }};
}

}  // namespace weir
