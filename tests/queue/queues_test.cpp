#include "tests/queue/bed.hpp"

using namespace weir;

namespace {

Deviation yes(const char* site, const char* key) { return {site, key, 1}; }

}  // namespace

TEST_CASE("a received message is hidden for the visibility timeout, comes again, and is gone once removed", "[ESM-13]") {
  QueueBed bed;
  REQUIRE(bed.send("a"));
  const std::vector<Message> first = bed.receive();
  REQUIRE(first.size() == 1);
  CHECK(first[0].receipt.receives == 1);
  bed.run_until(30s - 1us);
  CHECK(bed.receive().empty());
  bed.run_until(30s);
  const std::vector<Message> second = bed.receive();
  REQUIRE(second.size() == 1);
  CHECK(second[0].receipt.receives == 2);
  CHECK(second[0].sent_at == Instant{});
  REQUIRE(bed.queues.remove(bed.kernel, bed.queue, first[0].receipt));  // any receipt will do
  bed.run_until(10min);
  CHECK(bed.receive().empty());
  CHECK(bed.queues.size(bed.queue) == 0);
  CHECK(bed.queues.remove(bed.kernel, bed.queue, second[0].receipt).ok());
  CHECK(bed.facts<MessageGone>().size() == 1);
}

TEST_CASE("a message is received because it was sent, and again because of the time before", "[ESM-13]") {
  QueueBed bed;
  FactIndex other = no_fact;
  {
    const CauseScope reading(bed.kernel, 0);  // what a reader last got: another queue's, the scenario's
    REQUIRE(bed.send("a"));
    other = bed.trace.facts().size();
    REQUIRE(bed.send("b"));
    REQUIRE(bed.receive(2).size() == 2);
    bed.run_until(30s);
    REQUIRE(bed.receive(2).size() == 2);
  }
  const auto& facts = bed.trace.facts();
  std::vector<FactIndex> received;
  for (const Fact& fact : facts)
    if (const auto* body = fact.as<MessageReceived>(); body && body->message == MessageId{1}) received.push_back(fact.index);
  REQUIRE(received.size() == 2);
  CHECK(facts[received[0]].cause == other);
  CHECK(facts[received[1]].cause == received[0]);
}

TEST_CASE("a message is gone when its retention period is over", "[ESM-13]") {
  QueueBed bed({.name = "q", .retention_period = 1h});
  REQUIRE(bed.send("a"));
  bed.run_until(1h - 1us);
  CHECK(bed.bodies() == Bodies{"a"});
  bed.run_until(2h);
  CHECK(bed.bodies().empty());
  REQUIRE(bed.facts<MessageGone>().size() == 1);
  CHECK(bed.facts<MessageGone>()[0].how == MessageEnd::expired);
}

TEST_CASE("a receive gives at most ten messages, and no other number may be asked for", "[ESM-13]") {
  QueueBed bed;
  for (int i = 0; i < 12; ++i) REQUIRE(bed.send(std::to_string(i)));
  CHECK(bed.receive(10).size() == 10);
  CHECK(bed.receive(10).size() == 2);
  for (const int wrong : {0, 11}) {
    const auto refused = bed.queues.receive(bed.kernel, bed.queue, wrong, Actor::client(0));
    CHECK(refused.failed_with(ServiceError::invalid_parameter_value));
    CHECK(refused.failure().message ==
          "Value for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.");
  }
}

TEST_CASE("a standard queue may leave a message out, give it twice at once, and bring it back", "[ESM-13]") {
  SECTION("left out, then given after a later one") {
    QueueBed bed({.name = "q"}, Plan::listed({yes("queue.passed_over", "queue q / message 0 / look 0")}));
    REQUIRE(bed.send("a"));
    REQUIRE(bed.send("b"));
    CHECK(bed.bodies() == Bodies{"b"});
    CHECK(bed.bodies() == Bodies{"a"});
  }
  SECTION("given twice") {
    QueueBed bed({.name = "q"}, Plan::listed({yes("queue.given_twice", "queue q / message 0 / receive 1")}));
    REQUIRE(bed.send("a"));
    CHECK(bed.bodies() == Bodies{"a"});
    CHECK(bed.bodies() == Bodies{"a"});
    CHECK(bed.bodies().empty());
  }
  SECTION("removed, and come back once") {
    QueueBed bed({.name = "q"}, Plan::listed({yes("queue.comes_back", "queue q / message 0")}));
    REQUIRE(bed.send("a"));
    REQUIRE(bed.queues.remove(bed.kernel, bed.queue, bed.receive()[0].receipt));
    bed.run_until(30s);
    const std::vector<Message> again = bed.receive();
    REQUIRE(again.size() == 1);
    REQUIRE(bed.queues.remove(bed.kernel, bed.queue, again[0].receipt));
    bed.run_until(2min);
    CHECK(bed.receive().empty());
  }
}

TEST_CASE("a FIFO queue gives a group in order, one after the other, and other groups beside it", "[ESM-13]") {
  QueueBed bed(fifo);
  REQUIRE(bed.send("a1", "a", "1"));
  REQUIRE(bed.send("a2", "a", "2"));
  REQUIRE(bed.send("b1", "b", "3"));
  const std::vector<Message> first = bed.receive(1);
  REQUIRE(first.size() == 1);
  CHECK(first[0].body == "a1");
  CHECK(bed.bodies() == Bodies{"b1"});
  REQUIRE(bed.queues.remove(bed.kernel, bed.queue, first[0].receipt));
  CHECK(bed.bodies() == Bodies{"a2"});
  bed.run_until(30s);
  CHECK(bed.bodies() == Bodies{"a2", "b1"});
}

TEST_CASE("a FIFO queue knows a repetition for five minutes", "[ESM-13][POLL-8]") {
  QueueBed bed(fifo);
  REQUIRE(bed.send("a", "g", "id"));
  bed.run_until(5min - 1us);
  REQUIRE(bed.send("a", "g", "id"));
  CHECK(bed.queues.size(bed.queue) == 1);
  bed.run_until(5min);
  REQUIRE(bed.send("a", "g", "id"));
  CHECK(bed.queues.size(bed.queue) == 2);
  const std::vector<MessageSent> sent = bed.facts<MessageSent>();
  REQUIRE(sent.size() == 3);
  CHECK(sent[1].repeats);
  CHECK_FALSE(sent[2].repeats);
}

TEST_CASE("a FIFO queue refuses a receipt whose visibility timeout has passed", "[ESM-13]") {
  QueueBed bed(fifo);
  REQUIRE(bed.send("a", "g", "id"));
  const Receipt receipt = bed.receive()[0].receipt;
  bed.run_until(30s);
  const Result<Done> removed = bed.queues.remove(bed.kernel, bed.queue, receipt);
  CHECK(removed.failed_with(ServiceError::invalid_parameter_value));
  CHECK(removed.failure().message == "Value for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.");
  CHECK(bed.bodies() == Bodies{"a"});
}

TEST_CASE("each kind of queue refuses what belongs to the other", "[ESM-13]") {
  QueueBed standard, ordered(fifo);
  CHECK(standard.send("a", "g", "").failure().message ==
        "The request includes a parameter that is not valid for this queue type");
  CHECK(ordered.send("a").failure().message == "The request must contain the parameter MessageGroupId.");
  CHECK(ordered.send("a", "g", "").failure().message ==
        "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly");
}

TEST_CASE("queues are found by name", "[ESM-13]") {
  QueueBed bed;
  CHECK(bed.queues.named("q") == bed.queue);
  CHECK_FALSE(bed.queues.named("r").has_value());
}
