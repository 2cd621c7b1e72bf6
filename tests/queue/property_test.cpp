// Queues against a slow, obvious second model: a list of what was ever sent, looked through anew for each answer.
#include <algorithm>

#include "tests/queue/bed.hpp"

using namespace weir;

namespace {

// In calm plans: what a queue gives is then a function of what was done to it.
class SlowQueue {
 public:
  explicit SlowQueue(const QueueSettings& settings) : settings_(settings) {}

  void send(Duration now, const std::string& body, const std::string& group, const std::string& id) {
    if (settings_.kind == QueueKind::fifo)
      for (const Sent& one : all_)
        if (one.id == id && now - one.at < 5min) return;
    all_.push_back({body, group, id, now, Duration(-1), false});
  }
  Bodies receive(Duration now, std::size_t most) {
    Bodies given;
    std::vector<Sent*> taken;
    for (Sent& one : all_) {
      if (given.size() == most || !there(one, now) || hidden(one, now)) continue;
      const bool waits = settings_.kind == QueueKind::fifo && std::any_of(all_.begin(), all_.end(), [&](const Sent& other) {
                           return there(other, now) && other.group == one.group && hidden(other, now);
                         });
      if (waits) continue;
      given.push_back(one.body);
      taken.push_back(&one);
    }
    for (Sent* one : taken) one->received = now;
    return given;
  }
  bool remove(Duration now, const std::string& body) {
    for (Sent& one : all_) {
      if (one.body != body || !there(one, now)) continue;
      if (settings_.kind == QueueKind::fifo && !hidden(one, now)) return false;
      one.removed = true;
    }
    return true;
  }

 private:
  struct Sent {
    std::string body, group, id;
    Duration at, received;
    bool removed;
  };
  bool there(const Sent& one, Duration now) const { return !one.removed && now < one.at + settings_.retention_period; }
  bool hidden(const Sent& one, Duration now) const {
    return one.received >= Duration{} && now < one.received + settings_.visibility_timeout;
  }

  QueueSettings settings_;
  std::vector<Sent> all_;
};

}  // namespace

TEST_CASE("a queue gives what the slow reading of its promises gives", "[property][ESM-13]") {
  WEIR_PROPERTY("for any sends, receives and removals", [] {
    const bool ordered = *rc::gen::arbitrary<bool>();
    QueueSettings settings{.name = "q", .kind = ordered ? QueueKind::fifo : QueueKind::standard};
    settings.visibility_timeout = *rc::gen::element(Duration(0s), Duration(1s), Duration(30s));
    settings.retention_period = *rc::gen::element(Duration(1min), Duration(96h));
    QueueBed bed(settings);
    SlowQueue slow(settings);
    std::vector<Message> out;
    Duration now{};
    const int acts = *rc::gen::inRange(1, 25);
    for (int i = 0; i < acts; ++i) {
      now += *rc::gen::element(Duration(0s), Duration(1ms), Duration(1s), Duration(29s), Duration(1min), Duration(5min));
      bed.run_until(now);
      const int act = *rc::gen::inRange(0, 5);
      if (act < 2) {
        const std::string body = "message " + std::to_string(i);
        const std::string group = ordered ? *rc::gen::element<std::string>("a", "b") : "";
        const std::string id = ordered ? *rc::gen::element<std::string>("1", "2", "3", "4") : "";
        RC_ASSERT(bed.send(body, group, id).ok());
        slow.send(now, body, group, id);
      } else if (act < 4) {
        const int most = *rc::gen::inRange(1, 4);
        const std::vector<Message> given = bed.receive(most);
        Bodies bodies;
        for (const Message& message : given) bodies.push_back(message.body);
        RC_ASSERT(bodies == slow.receive(now, static_cast<std::size_t>(most)));
        for (const Message& message : given) {
          std::erase_if(out, [&](const Message& other) { return other.body == message.body; });
          out.push_back(message);
        }
      } else if (!out.empty()) {
        const Message message = out[*rc::gen::inRange<std::size_t>(0, out.size())];
        RC_ASSERT(bed.queues.remove(bed.kernel, bed.queue, message.receipt).ok() == slow.remove(now, message.body));
      }
    }
  });
}
