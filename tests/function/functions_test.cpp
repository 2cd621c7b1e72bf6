#include "sim/function/functions.hpp"

#include <stdexcept>

#include "sim/plan/site_text.hpp"
#include "tests/function/bed.hpp"

namespace weir {

namespace {

constexpr Duration call_time = 5ms;  // the calm latency

Plan first_ends_as(Outcome outcome) { return Plan::listed({outcome_of_first(outcome)}); }

std::string call_key(int call) { return "trigger m / shard 0 / batch 0 / attempt 0 / call " + std::to_string(call); }
Deviation latency_of_call(int call, Duration latency) { return {"client.latency", call_key(call), latency.count()}; }
Deviation fault_of_call(int call, CallFault fault) {
  return {"client.fault", call_key(call), static_cast<std::int64_t>(fault)};
}

TEST_CASE("each client call takes its latency, then its effect happens and the answer comes", "[POLL-2]") {
  FunctionBed bed;
  std::vector<Instant> seen;
  const FunctionId f = bed.add([&](const StreamEvent& event, Context& context) {
    seen.push_back(context.now());
    TableClient views = context.table("views");
    REQUIRE(views.put(row("a")).ok());
    seen.push_back(context.now());
    const Result<std::optional<Item>> got = views.get(row("a"));
    REQUIRE(got.ok());
    REQUIRE(*got == row("a"));
    REQUIRE(views.scan()->size() == 1);
    REQUIRE(views.remove(row("a")).ok());
    REQUIRE(context.unix_seconds() == 1'700'000'000);
    REQUIRE(context.remaining_time() == 3s - 4 * call_time);
    context.sleep(1s);
    seen.push_back(context.now());
    return BatchResponse::retry_from(event.records.front().sequence_number);
  });
  bed.invoke(f);
  REQUIRE(bed.service.effects.empty());
  REQUIRE(bed.functions.in_flight() == 1);
  REQUIRE_FALSE(bed.functions.quiet());

  const Answer answer = bed.answer();
  REQUIRE(answer.outcome == InvocationOutcome::ok);
  REQUIRE(answer.message.empty());
  REQUIRE(answer.calls == 4);
  REQUIRE(answer.response.batch_item_failures == BatchResponse::retry_from(SequenceNumber{1}).batch_item_failures);
  REQUIRE(bed.trace.facts()[answer.started].as<InvocationStarted>()->invocation == answer.invocation);
  REQUIRE(seen == std::vector<Instant>{Instant{}, Instant{} + call_time, Instant{} + 4 * call_time + 1s});
  REQUIRE(bed.service.effects.size() == 4);
  for (std::size_t i = 0; i < 4; ++i) {
    REQUIRE(bed.service.effects[i].at == Instant{} + static_cast<std::int64_t>(i + 1) * call_time);
    REQUIRE(bed.service.effects[i].cause == answer.started);
    REQUIRE(bed.service.effects[i].actor == Actor::of(answer.invocation));
  }
  REQUIRE(bed.functions.quiet());
}

TEST_CASE("a handler without client calls answers at once", "[POLL-2]") {
  FunctionBed bed;
  bed.invoke(bed.add(puts(0)));
  REQUIRE(bed.functions.take_answers().size() == 1);
  REQUIRE(bed.functions.quiet());
}

TEST_CASE("invocations run beside each other, call by call", "[design]") {
  FunctionBed bed;
  const FunctionId f = bed.add(puts(2));
  bed.invoke(f, 0);
  bed.invoke(f, 1);
  bed.run();
  std::vector<std::uint64_t> order;
  for (const auto& effect : bed.service.effects) order.push_back(effect.actor.id);
  REQUIRE(order == std::vector<std::uint64_t>{0, 1, 0, 1});
  REQUIRE(bed.functions.take_answers().size() == 2);
}

TEST_CASE("a crash before call k leaves k effects, one after call k leaves k + 1; with fewer calls all of them", "[RETRY-1]") {
  constexpr std::uint32_t calls = 4;
  for (const bool before : {true, false}) {
    for (std::uint32_t k = 0; k <= calls + 1; ++k) {
      const OutcomeKind kind = before ? OutcomeKind::crash_before_call : OutcomeKind::crash_after_call;
      CAPTURE(before, k);
      FunctionBed bed(first_ends_as({kind, k}));
      bool returned = false;
      const FunctionId f = bed.add([&](const StreamEvent& event, Context& context) {
        const BatchResponse response = puts(calls)(event, context);
        returned = true;
        return response;
      });
      bed.invoke(f);
      const Answer answer = bed.answer();
      REQUIRE(answer.outcome == InvocationOutcome::crashed);
      REQUIRE(bed.service.effects.size() == std::min(before ? k : k + 1, calls));
      REQUIRE(returned == (k >= calls));
      const auto disturbed = bed.facts<CallDisturbed>();
      REQUIRE(disturbed.size() == (k < calls ? 1 : 0));
      if (k < calls) {
        REQUIRE(disturbed[0].call == k);
        REQUIRE(disturbed[0].fate == (before ? Fate::killed_before : Fate::killed_after));
      }
    }
  }
}

TEST_CASE("a call that hangs has no effect and the invocation ends at its time limit, to the microsecond", "[INV-1][RETRY-1]") {
  for (std::uint32_t k = 0; k <= 4; ++k) {
    CAPTURE(k);
    FunctionBed bed(first_ends_as({OutcomeKind::timeout_in_call, k}));
    bed.invoke(bed.add(puts(3), 7s));
    bed.run(Instant{} + 7s - 1us);
    REQUIRE_FALSE(bed.functions.has_answers());
    const Answer answer = bed.answer();
    REQUIRE(bed.kernel.now() == Instant{} + 7s);
    REQUIRE(answer.outcome == InvocationOutcome::timed_out);
    REQUIRE(answer.message == "Task timed out after 7.00 seconds");
    REQUIRE(bed.service.effects.size() == std::min(k, 3U));
  }
}

TEST_CASE("a call due just before the time limit is done, one due at it is not", "[INV-1]") {
  for (const Duration short_of : {Duration(1us), Duration(0us)}) {
    CAPTURE(short_of.count());
    FunctionBed bed(Plan::listed({latency_of_call(1, 3s - call_time - short_of)}));
    bed.invoke(bed.add(puts(2)));
    const Answer answer = bed.answer();
    const bool in_time = short_of > 0us;
    REQUIRE(answer.outcome == (in_time ? InvocationOutcome::ok : InvocationOutcome::timed_out));
    REQUIRE(bed.service.effects.size() == (in_time ? 2 : 1));
    REQUIRE(bed.kernel.now() == Instant{} + 3s - short_of);
  }
}

TEST_CASE("a handler that sleeps past its time limit is killed in its sleep", "[INV-1]") {
  FunctionBed bed;
  bed.invoke(bed.add([](const StreamEvent&, Context& context) {
    context.sleep(Duration::max());
    return BatchResponse::ok();
  }));
  REQUIRE(bed.answer().outcome == InvocationOutcome::timed_out);
  REQUIRE(bed.kernel.now() == Instant{} + 3s);
}

TEST_CASE("a planned throw comes after the body, with all its effects done", "[RETRY-1]") {
  FunctionBed bed(first_ends_as({OutcomeKind::throws, 0}));
  bed.invoke(bed.add(puts(3)));
  REQUIRE(bed.answer().outcome == InvocationOutcome::threw);
  REQUIRE(bed.service.effects.size() == 3);
}

TEST_CASE("a lost answer is seen when the body ends, with all its effects done", "[POLL-8]") {
  FunctionBed bed(first_ends_as({OutcomeKind::answer_lost, 0}));
  bed.invoke(bed.add([](const StreamEvent&, Context& context) {
    (void)context.table("views").put(row("a"));
    return BatchResponse::retry_from(SequenceNumber{1});
  }));
  const Answer answer = bed.answer();
  REQUIRE(answer.outcome == InvocationOutcome::answer_lost);
  REQUIRE(answer.response.batch_item_failures.empty());
  REQUIRE(bed.service.effects.size() == 1);
  REQUIRE(bed.kernel.now() == Instant{} + call_time);
}

TEST_CASE("what leaves a handler is a function error, with its message", "[RETRY-1]") {
  FunctionBed bed;
  bed.invoke(bed.add([](const StreamEvent&, Context&) -> BatchResponse { throw std::runtime_error("out of cheese"); }));
  const Answer own = bed.answer();
  REQUIRE(own.outcome == InvocationOutcome::threw);
  REQUIRE(own.message == "out of cheese");

  bed.invoke(bed.add([](const StreamEvent&, Context&) -> BatchResponse { throw 42; }));
  const Answer odd = bed.answer();
  REQUIRE(odd.outcome == InvocationOutcome::threw);
  REQUIRE(odd.message == "something that is no std::exception");

  bed.invoke(bed.add([](const StreamEvent&, Context& context) {
    (void)context.table("viewz");
    return BatchResponse::ok();
  }));
  REQUIRE(bed.answer().message == "no table is called 'viewz'");
}

TEST_CASE("code that swallows its killing ends all the same, and has no effect meanwhile", "[RETRY-1]") {
  for (const OutcomeKind kind : {OutcomeKind::crash_before_call, OutcomeKind::crash_after_call, OutcomeKind::timeout_in_call}) {
    FunctionBed bed(first_ends_as({kind, 1}));
    // It is abandoned in the end, so it owns nothing that would leak.
    const Item item = row("a");
    const FunctionId f = bed.add([&item](const StreamEvent&, Context& context) {
      TableClient views = context.table("views");
      bool killed = false;
      while (true) try {
          if (!killed) (void)views.put(item);  // a call in hand owns its request
          context.log("put");
          context.sleep(1ms);
        } catch (...) {
          killed = true;
        }
      return BatchResponse::ok();
    });
    bed.invoke(f);
    const Answer answer = bed.answer();
    const bool after = kind == OutcomeKind::crash_after_call;
    REQUIRE(answer.outcome ==
            (kind == OutcomeKind::timeout_in_call ? InvocationOutcome::timed_out : InvocationOutcome::crashed));
    REQUIRE(bed.service.effects.size() == (after ? 2 : 1));
    REQUIRE(bed.facts<Logged>().size() == 1);
    REQUIRE(bed.functions.quiet());
    bed.invoke(f, 5);  // its place serves again
    bed.run(bed.kernel.now() + 1s);
    REQUIRE(bed.functions.in_flight() == 1);
    bed.functions.kill_all();
  }
}

TEST_CASE("handlers that call clients inside catch blocks keep their own exceptions", "[design]") {
  FunctionBed bed;
  std::vector<std::string> caught;
  const auto rethrows = [&](const std::string& what) {
    return [&caught, what](const StreamEvent&, Context& context) {
      try {
        try {
          throw std::runtime_error(what);
        } catch (...) {
          (void)context.table("views").put(row(what));
          throw;
        }
      } catch (const std::exception& error) {
        (void)context.table("views").put(row(what));
        caught.emplace_back(error.what());
      }
      return BatchResponse::ok();
    };
  };
  const FunctionId f = bed.add(rethrows("first")), g = bed.add(rethrows("second"));
  bed.invoke(f, 0);
  bed.invoke(g, 1);
  bed.run();
  REQUIRE(caught == std::vector<std::string>{"first", "second"});
  REQUIRE(bed.functions.take_answers().size() == 2);
}

TEST_CASE("a disturbed call answers as its fate says, and is done or not as its fate says", "[OP-6][CAP-8][ERR-8][OPEN-49]") {
  struct Row {
    CallFault fault;
    ServiceError error;
    Certainty certainty;
    std::size_t effects;
    Fate fate;
  };
  for (const Row& expected :
       {Row{CallFault::throttled, ServiceError::throughput_exceeded, Certainty::surely_not_done, 0, Fate::throttled},
        Row{CallFault::error_not_done, ServiceError::internal_server_error, Certainty::maybe_done, 0, Fate::error_not_done},
        Row{CallFault::error_done, ServiceError::internal_server_error, Certainty::maybe_done, 1, Fate::error_done}}) {
    FunctionBed bed(Plan::listed({fault_of_call(0, expected.fault)}));
    std::optional<Failed> failed;
    bed.invoke(bed.add([&](const StreamEvent&, Context& context) {
      const Result<Done> put = context.table("views").put(row("a"));
      if (!put) failed = put.failure();
      return BatchResponse::ok();
    }));
    REQUIRE(bed.answer().outcome == InvocationOutcome::ok);
    REQUIRE(failed == Failed{expected.error, expected.certainty});
    REQUIRE(bed.service.effects.size() == expected.effects);
    REQUIRE(bed.facts<CallDisturbed>().at(0).fate == expected.fate);
  }
}

TEST_CASE("a throttle by chance has the words of the table's billing", "[CAP-8][OP-6]") {
  for (const bool on_demand : {false, true}) {
    FunctionBed bed(Plan::listed({fault_of_call(0, CallFault::throttled), fault_of_call(1, CallFault::throttled),
                                  fault_of_call(2, CallFault::throttled), fault_of_call(3, CallFault::throttled)}));
    bed.service.on_demand_table = TableId{on_demand ? 7U : 8U};
    std::vector<Failed> failures;
    bed.invoke(bed.add([&](const StreamEvent&, Context& context) {
      TableClient views = context.table("views");
      failures.push_back(views.put(row("a")).failure());
      failures.push_back(views.get(row("a")).failure());
      const WriteRequest one = views.of(WriteRequest{.request = PutRequest{row("a")}});
      failures.push_back(context.call(BatchWriteItem{{one}}).failure());
      failures.push_back(context.call(TransactWriteItems{{PutItem{.table = TableId{7}, .item = row("a")}}}).failure());
      return BatchResponse::ok();
    }));
    REQUIRE(bed.answer().outcome == InvocationOutcome::ok);
    REQUIRE(failures.size() == 4);
    for (const Failed& failed : failures) {
      CHECK(failed.error == (on_demand ? ServiceError::throttling : ServiceError::throughput_exceeded));
      CHECK(failed.message.starts_with(on_demand ? "Throughput exceeds the current capacity" : "The level of configured"));
      CHECK(failed.certainty == Certainty::surely_not_done);
    }
  }
}

TEST_CASE("a disturbed call tells which service it went to", "[METRIC-1][OP-6]") {
  FunctionBed bed(Plan::listed({fault_of_call(0, CallFault::error_done), fault_of_call(1, CallFault::error_done),
                                fault_of_call(2, CallFault::error_done), fault_of_call(3, CallFault::error_done)}));
  bed.invoke(bed.add([](const StreamEvent&, Context& context) {
    (void)context.table("views").put(row("a"));
    (void)context.stream("views").describe();
    (void)context.queue("letters").receive();
    (void)context.bucket("archive").list();
    return BatchResponse::ok();
  }));
  (void)bed.answer();
  std::vector<Service> services;
  for (const CallDisturbed& call : bed.facts<CallDisturbed>()) services.push_back(call.service);
  CHECK(services == std::vector{Service::dynamodb, Service::streams, Service::sqs, Service::s3});
}

TEST_CASE("what a call leaves open itself is asked as that call, by the try that is carried out", "[BOP-3][READ-1][WIRE-6]") {
  FunctionBed bed;
  const FunctionId function = bed.add([](const StreamEvent&, Context& context) {
    const TableClient views = context.table("views");
    CHECK(context.table("views").get(row("A")).ok());
    const WriteRequest one = views.of(WriteRequest{.request = PutRequest{row("A")}});
    CHECK(one.table == TableId{7});
    const BatchWriteItem::Answer answer = context.call(BatchWriteItem{{one}});
    CHECK(answer->unprocessed == std::vector<WriteRequest>{one});
    CHECK(context.call(BatchGetItem{{views.of(KeysAndAttributes{.keys = {row("A")}})}}).ok());
    return BatchResponse::ok();
  });
  bed.invoke(function);
  CHECK(bed.answer().outcome == InvocationOutcome::ok);
  REQUIRE(bed.service.effects.size() == 3);
  CHECK(bed.service.effects[1].what == "batch write, " + call_key(1));
  CHECK(bed.service.effects[2].what == "batch get, " + call_key(2));
}

TEST_CASE("the answer to a transaction comes when it has settled; its client has named it", "[TXN-2][TXN-9]") {
  FunctionBed bed;
  bed.service.settling = 2s;
  const FunctionId function = bed.add(
      [](const StreamEvent&, Context& context) {
        TransactWriteItems one{{context.table("views").of(PutItem{.item = row("A")})}};
        CHECK(context.call(one).ok());
        CHECK(context.now() == Instant{} + call_time + 2s);
        one.client_request_token = "mine";
        CHECK(context.call(one).ok());
        CHECK(context.call(TransactGetItems{{context.table("views").of(GetItem{.key = row("A")})}})->size() == 1);
        return BatchResponse::ok();
      },
      5s);
  bed.invoke(function);
  CHECK(bed.answer().outcome == InvocationOutcome::ok);
  REQUIRE(bed.service.effects.size() == 3);
  CHECK(bed.service.effects[0].at == Instant{} + call_time);
  CHECK(bed.service.effects[0].what == "transact write, " + call_key(0));
  CHECK(bed.service.effects[0].id == "invocation 0, call 0");
  CHECK(bed.service.effects[1].id == "mine");

  FunctionBed late;
  late.service.settling = 2s;
  const FunctionId slow = late.add(
      [](const StreamEvent&, Context& context) {
        (void)context.call(TransactWriteItems{{context.table("views").of(PutItem{.item = row("A")})}});
        return BatchResponse::ok();
      },
      1s);
  late.invoke(slow);
  CHECK(late.answer().outcome == InvocationOutcome::timed_out);  // done, and nobody heard of it
  CHECK(late.service.effects.size() == 1);
  CHECK(late.facts<CallDisturbed>().empty());
}

TEST_CASE("a refusal of the service itself comes through the door as it is", "[ERR-8]") {
  FunctionBed bed;
  bed.service.refuse = ServiceError::condition_failed;
  bed.invoke(bed.add([](const StreamEvent&, Context& context) -> BatchResponse {
    const Result<Done> put = context.table("views").put(row("a"));
    throw std::runtime_error(std::string(wire_name(put.error())));
  }));
  REQUIRE(bed.answer().message == "ConditionalCheckFailedException");
}

TEST_CASE("a service that answers what the operation does not declare is a bug of the simulator", "[ERR-9]") {
  FunctionBed bed;
  bed.service.refuse = ServiceError::expired_iterator;
  bed.invoke(bed.add(puts(1)));
  REQUIRE_THROWS_AS(bed.run(), Bug);
}

TEST_CASE("the next invocations fail when an operator says so, and no more than those", "[RETRY-1]") {
  FunctionBed bed;
  const FunctionId f = bed.add(puts(1));
  bed.functions.fail_next(f, 2);
  std::vector<InvocationOutcome> outcomes;
  for (std::uint64_t batch = 0; batch < 3; ++batch) {
    bed.invoke(f, batch);
    outcomes.push_back(bed.answer().outcome);
  }
  REQUIRE(outcomes == std::vector{InvocationOutcome::threw, InvocationOutcome::threw, InvocationOutcome::ok});
}

TEST_CASE("logged lines are facts caused by the invocation", "[design]") {
  FunctionBed bed;
  const InvocationId id = bed.invoke(bed.add([](const StreamEvent&, Context& context) {
    context.log("here");
    return BatchResponse::ok();
  }));
  const Fact& fact = bed.trace.facts().back();
  REQUIRE(fact.as<Logged>()->line == "here");
  REQUIRE(fact.as<Logged>()->actor == Actor::of(id));
  REQUIRE(bed.trace.facts()[fact.cause].as<InvocationStarted>() != nullptr);
}

TEST_CASE("a copy has the registry and goes on counting; nothing in flight is copied", "[design]") {
  FunctionBed bed;
  const FunctionId f = bed.add(puts(1));
  bed.invoke(f);
  REQUIRE_THROWS_AS(Functions(bed.functions), Bug);
  bed.answer();
  Functions copy = bed.functions;
  REQUIRE(copy.settings(f).name == "f");
  std::swap(copy, bed.functions);
  REQUIRE(bed.invoke(f, 1) == InvocationId{1});
  REQUIRE(bed.answer().outcome == InvocationOutcome::ok);
}

TEST_CASE("killing all leaves nothing in flight and no answer, whatever the code does about it", "[design]") {
  FunctionBed bed;
  int unwound = 0;
  struct Count {
    int& n;
    ~Count() { n += 1; }
  };
  const FunctionId f = bed.add([&](const StreamEvent&, Context& context) {
    const Count count{unwound};
    context.sleep(1h);
    return BatchResponse::ok();
  });
  for (std::uint64_t batch = 0; batch < 5; ++batch) bed.invoke(f, batch);
  const FactIndex facts = bed.trace.size();
  bed.functions.kill_all();
  REQUIRE(unwound == 5);
  REQUIRE(bed.trace.size() == facts);
  REQUIRE(bed.functions.quiet());
  bed.run();  // their events come too late
  REQUIRE(bed.functions.quiet());
}

TEST_CASE("under any plan an invocation's effects are a beginning of its calls, and it ends by its time limit",
          "[property][RETRY-1][INV-1]") {
  WEIR_PROPERTY("for any seed, number of calls and time limit", [](std::uint64_t seed) {
    const int calls = *rc::gen::inRange(0, 6);
    const Duration timeout = Duration(1s) * *rc::gen::inRange(1, 20);
    FunctionBed bed(Plan::seeded(Seed{seed}));
    std::vector<int> answered;
    const FunctionId f = bed.add(
        [&](const StreamEvent&, Context& context) {
          TableClient views = context.table("views");
          for (int i = 0; i < calls; ++i) {
            (void)views.put(row(std::to_string(i)));
            answered.push_back(i);
          }
          return BatchResponse::ok();
        },
        timeout);
    bed.invoke(f);
    bed.run();
    const std::vector<Answer> answers = bed.functions.take_answers();
    RC_ASSERT(answers.size() == 1U);
    RC_ASSERT(bed.kernel.now() <= Instant{} + timeout);
    RC_ASSERT(answers[0].calls <= static_cast<std::uint32_t>(calls));
    std::size_t not_done = 0;
    for (const CallDisturbed& call : bed.facts<CallDisturbed>())
      not_done += call.fate == Fate::throttled || call.fate == Fate::error_not_done || call.fate == Fate::killed_before;
    for (std::size_t i = 1; i < bed.service.effects.size(); ++i)
      RC_ASSERT(bed.service.effects[i - 1].id < bed.service.effects[i].id);
    RC_ASSERT(bed.service.effects.size() + not_done >= answers[0].calls);
    RC_ASSERT(bed.service.effects.size() <= answers[0].calls);
    if (answers[0].outcome == InvocationOutcome::ok) RC_ASSERT(answered.size() == static_cast<std::size_t>(calls));
    RC_ASSERT(bed.functions.quiet());
  });
}

TEST_CASE("an outcome reads and writes as people write it", "[design]") {
  const SiteInfo site = function_outcome.info();
  for (const auto& [text, outcome] :
       std::vector<std::pair<std::string, Outcome>>{{"ok", {}},
                                                    {"throw", {OutcomeKind::throws, 0}},
                                                    {"answer lost", {OutcomeKind::answer_lost, 0}},
                                                    {"timeout in call 0", {OutcomeKind::timeout_in_call, 0}},
                                                    {"crash before call 3", {OutcomeKind::crash_before_call, 3}},
                                                    {"crash after call 12", {OutcomeKind::crash_after_call, 12}}}) {
    const std::int64_t value = ChoiceCodec<Outcome>::encode(outcome);
    REQUIRE(value_text(site, value) == text);
    REQUIRE(parse_value_text(site, text) == value);
    REQUIRE(ChoiceCodec<Outcome>::decode(value) == outcome);
  }
}

}  // namespace

}  // namespace weir
