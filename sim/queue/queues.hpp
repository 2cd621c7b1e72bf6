// Queues: SQS as a consumer meets it, for failure records and for what handlers send on.
//
//   standard    at least once, in no promised order: a receive may leave messages out (queue.passed_over), give one twice
//               (queue.given_twice), and a removed one may come once more (queue.comes_back)                     [ESM-13]
//   fifo        in order within a group: none of a group is given while one of it is out; a message whose deduplication id was
//               sent within the last five minutes is answered as sent and never comes                           [FM-48]
//   visibility  a received message is hidden for the queue's visibility timeout, then it can be received again
//   retention   a message is gone when the retention period since its sending is over, received or not
//   removing    a standard queue takes any receipt; a FIFO queue refuses one whose visibility timeout has passed
//   causes      a message is received because it was sent, or, for a further time, because of the time before
//   value       copies with the world
#pragma once

#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/kernel/kernel.hpp"
#include "sim/queue/message.hpp"
#include "sim/queue/settings.hpp"

namespace weir {

inline constexpr Duration deduplication_interval = 5min;
inline constexpr int most_messages = 10;  // a receive

class Queues {
 public:
  QueueId create(Kernel& kernel, QueueSettings settings);
  std::optional<QueueId> named(std::string_view name) const;
  const QueueSettings& settings(QueueId queue) const { return queues_[queue.value].settings; }

  // InvalidParameterValue: a FIFO queue without group or deduplication id, a standard one with either.
  Result<MessageId> send(Kernel& kernel, QueueId queue, const OutgoingMessage& message);
  // Up to `most`, 1 .. 10, of what can be received now. InvalidParameterValue: another number.
  Result<std::vector<Message>> receive(Kernel& kernel, QueueId queue, int most, const Actor& actor);
  // InvalidParameterValue: see removing. What is gone already is removed again without a word.
  Result<Done> remove(Kernel& kernel, QueueId queue, const Receipt& receipt);

  void on_event(Kernel& kernel, const Event& event);  // Room::queue
  std::size_t size(QueueId queue) const { return queues_[queue.value].messages.size(); }

 private:
  struct Held {
    MessageId id;
    std::uint64_t ordinal = 0;  // in its queue
    OutgoingMessage content;
    Instant sent_at{}, hidden_until{};
    std::uint32_t receives = 0, looks = 0;
    bool asked_back = false;   // whether it comes back was asked before
    FactIndex fact = no_fact;  // that it was sent, or received last
  };
  struct Queue {
    QueueSettings settings;
    std::vector<Held> messages;            // in the order of sending
    std::map<std::string, Instant> known;  // deduplication id -> when it was sent
    std::uint64_t sent = 0;
  };
  std::vector<Held*> receivable(Kernel& kernel, Queue& queue, std::size_t most);
  Message give(Kernel& kernel, QueueId queue, Held& held, const Actor& actor);

  std::vector<Queue> queues_;  // by QueueId
  std::uint64_t messages_ = 0;
};

}  // namespace weir
