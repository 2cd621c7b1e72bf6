// What a handler leaves behind in its container, and which invocation finds it.
#include <map>
#include <set>

#include "tests/function/bed.hpp"

namespace weir {

namespace {

struct Kept {
  std::vector<std::uint64_t> batches;  // of the invocations that ran here
};

// Notes its batch in the container before its one call.
BatchResponse notes_its_batch(const StreamEvent& event, Context& context) {
  context.container<Kept>().batches.push_back(event.records.size());
  (void)context.table("views").put(row("a"));
  return BatchResponse::ok();
}

std::string key_of(std::uint64_t batch) { return "trigger m / shard 0 / batch " + std::to_string(batch) + " / attempt 0"; }
Deviation pick(std::uint64_t batch, ContainerPick pick) {
  return {"function.container", key_of(batch), ChoiceCodec<ContainerPick>::encode(pick)};
}
Deviation ends_as(std::uint64_t batch, Outcome outcome) {
  return {"function.outcome", key_of(batch), ChoiceCodec<Outcome>::encode(outcome)};
}

// The containers entered, in order; a cold start shows as a negative number less one.
std::vector<int> entered(const FunctionBed& bed) {
  std::vector<int> all;
  for (const ContainerEntered& fact : bed.facts<ContainerEntered>())
    all.push_back(fact.cold ? -1 - static_cast<int>(fact.container) : static_cast<int>(fact.container));
  return all;
}

TEST_CASE("a container keeps what invocations leave, one after the other", "[INV-4]") {
  FunctionBed bed;
  std::vector<std::size_t> found;
  const FunctionId f = bed.add([&](const StreamEvent& event, Context& context) {
    found.push_back(context.container<Kept>().batches.size());
    REQUIRE(&context.container<Kept>() == &context.container<Kept>());
    return notes_its_batch(event, context);
  });
  for (std::uint64_t batch = 0; batch < 3; ++batch) {
    bed.invoke(f, batch);
    bed.answer();
  }
  REQUIRE(found == std::vector<std::size_t>{0, 1, 2});
  REQUIRE(entered(bed) == std::vector<int>{-1, 0, 0});
  const Fact& first = bed.trace.facts()[1];
  REQUIRE(first.as<ContainerEntered>() != nullptr);
  REQUIRE(bed.trace.facts()[first.cause].as<InvocationStarted>() != nullptr);
}

TEST_CASE("a crash and a time-out take the container along, a throw and a lost answer leave it", "[INV-4][RT-6]") {
  for (const auto& [outcome, reset] : std::vector<std::pair<Outcome, bool>>{{{OutcomeKind::throws, 0}, false},
                                                                            {{OutcomeKind::answer_lost, 0}, false},
                                                                            {{OutcomeKind::timeout_in_call, 0}, true},
                                                                            {{OutcomeKind::crash_before_call, 0}, true},
                                                                            {{OutcomeKind::crash_after_call, 0}, true}}) {
    FunctionBed bed(Plan::listed({ends_as(1, outcome)}));
    std::vector<std::size_t> found;
    const FunctionId f = bed.add([&](const StreamEvent& event, Context& context) {
      found.push_back(context.container<Kept>().batches.size());
      return notes_its_batch(event, context);
    });
    for (std::uint64_t batch = 0; batch < 3; ++batch) {
      bed.invoke(f, batch);
      bed.answer();
    }
    INFO(static_cast<int>(outcome.kind));
    REQUIRE(found == std::vector<std::size_t>{0, 1, reset ? 0U : 2U});
    REQUIRE(entered(bed) == std::vector<int>{-1, 0, reset ? -2 : 0});
  }
}

TEST_CASE("invocations in flight at the same time have containers of their own", "[INV-4]") {
  FunctionBed bed;
  const FunctionId f = bed.add(notes_its_batch);
  bed.invoke(f, 0);
  bed.invoke(f, 1);
  bed.run();
  REQUIRE(bed.functions.take_answers().size() == 2);
  bed.invoke(f, 2);
  bed.answer();
  REQUIRE(entered(bed) == std::vector<int>{-1, -2, 1});
}

TEST_CASE("which of the idle containers serves next is a choice, and a new one may", "[INV-4]") {
  FunctionBed bed(Plan::listed({pick(2, ContainerPick::longest_idle), pick(4, ContainerPick::new_one)}));
  const FunctionId f = bed.add(notes_its_batch);
  bed.invoke(f, 0);
  bed.invoke(f, 1);
  bed.run();
  REQUIRE(bed.functions.take_answers().size() == 2);
  for (std::uint64_t batch = 2; batch < 6; ++batch) {
    bed.invoke(f, batch);
    bed.answer();
  }
  REQUIRE(entered(bed) == std::vector<int>{-1, -2, 0, 0, -3, 2});
}

TEST_CASE("a container that was busy when an invocation began is not its own, however late it asks", "[INV-4]") {
  FunctionBed bed;
  const FunctionId f = bed.add([](const StreamEvent& event, Context& context) {
    if (event.records.size() == 2) context.sleep(1s);  // asks when the first is over
    return notes_its_batch(event, context);
  });
  bed.invoke(f, 0, 0, 1);
  bed.invoke(f, 1, 0, 2);
  bed.run();
  REQUIRE(bed.functions.take_answers().size() == 2);
  REQUIRE(entered(bed) == std::vector<int>{-1, -2});
}

TEST_CASE("two functions share no container", "[INV-4]") {
  FunctionBed bed;
  const FunctionId f = bed.add(notes_its_batch), g = bed.add(notes_its_batch);
  bed.invoke(f, 0);
  bed.answer();
  bed.invoke(g, 1);
  bed.answer();
  REQUIRE(entered(bed) == std::vector<int>{-1, -1});
}

TEST_CASE("a handler that keeps nothing costs no fact and no choice", "[INV-4][design]") {
  FunctionBed bed;
  const FunctionId f = bed.add(puts(1));
  for (std::uint64_t batch = 0; batch < 2; ++batch) {
    bed.invoke(f, batch);
    bed.answer();
  }
  REQUIRE(bed.facts<ContainerEntered>().empty());
  REQUIRE(bed.kernel.choices_asked() == 2 * 3);  // outcome, latency and fault
}

TEST_CASE("a container keeps one type of state; a reader has none", "[INV-4][design]") {
  FunctionBed bed;
  const FunctionId f = bed.add([](const StreamEvent&, Context& context) {
    context.container<Kept>();
    context.container<int>() += 1;
    return BatchResponse::ok();
  });
  bed.invoke(f);
  REQUIRE(bed.answer().message == "a container keeps one type of state, the one asked for first");
  bed.functions.start_reader(bed.kernel, {.name = "tail"}, [](Context& context) { context.container<Kept>(); });
  bed.run();
  REQUIRE(bed.facts<ReaderEnded>().at(0).message == "a reader has no container: it keeps its own variables");
}

TEST_CASE("a copy of the functions keeps what containers kept, apart; killing all forgets it", "[INV-4][design]") {
  FunctionBed bed;
  std::vector<std::size_t> found;
  const FunctionId f = bed.add([&](const StreamEvent& event, Context& context) {
    found.push_back(context.container<Kept>().batches.size());
    return notes_its_batch(event, context);
  });
  const auto play = [&](std::uint64_t batch) {
    bed.invoke(f, batch);
    bed.answer();
  };
  play(0);
  const Functions before = bed.functions;
  play(1);
  bed.functions = before;
  play(2);
  bed.functions.kill_all();
  play(3);
  REQUIRE(found == std::vector<std::size_t>{0, 1, 1, 0});
}

TEST_CASE("a killed handler that asks for its container goes on being killed", "[RT-6][RETRY-1]") {
  FunctionBed bed(Plan::listed({ends_as(0, {OutcomeKind::crash_before_call, 0})}));
  int asked = 0;
  const FunctionId f = bed.add([&](const StreamEvent& event, Context& context) {
    try {
      return notes_its_batch(event, context);
    } catch (...) {
      asked += 1;
      context.container<Kept>();
      asked += 1;
    }
    return BatchResponse::ok();
  });
  bed.invoke(f);
  REQUIRE(bed.answer().outcome == InvocationOutcome::crashed);
  REQUIRE(asked == 1);
}

// The second model reads the trace alone: a container is a list of those that ran in it, begun by a cold start, ended by a
// crash or time-out.
TEST_CASE("under any plan a handler finds what those before it left in its container, and nothing else",
          "[property][INV-4][RT-6]") {
  WEIR_PROPERTY("for any seed, number of invocations and overlap", [](std::uint64_t seed) {
    const auto invocations = *rc::gen::inRange<std::uint64_t>(1, 12);
    FunctionBed bed(Plan::seeded(Seed{seed}));
    std::map<std::uint64_t, std::vector<std::uint64_t>> found;  // by batch: the batches it found
    std::map<InvocationId, std::uint64_t> batch_of;
    std::uint64_t next = 0;
    const FunctionId f = bed.add([&](const StreamEvent& event, Context& context) {
      const std::uint64_t batch = event.records.size() - 1;
      if (batch % 3 == 1) context.sleep(1s);
      Kept& kept = context.container<Kept>();
      found[batch] = kept.batches;
      kept.batches.push_back(batch);
      (void)context.table("views").put(row("a"));
      return BatchResponse::ok();
    });
    std::map<InvocationId, InvocationOutcome> ended;
    const auto take = [&] {
      for (const Answer& answer : bed.functions.take_answers()) ended[answer.invocation] = answer.outcome;
    };
    std::map<std::uint32_t, std::vector<std::uint64_t>> containers;
    std::map<InvocationId, std::uint32_t> inside;
    std::size_t read = 0;
    const auto check = [&] {
      for (; read < bed.trace.facts().size(); ++read) {
        const auto* fact = bed.trace.facts()[read].as<ContainerEntered>();
        if (fact == nullptr) continue;
        for (const auto& [other, container] : inside) RC_ASSERT(container != fact->container || ended.count(other) != 0);
        inside[fact->invocation] = fact->container;
        const std::uint64_t batch = batch_of.at(fact->invocation);
        RC_ASSERT(fact->cold == (containers.count(fact->container) == 0));
        RC_ASSERT(found.at(batch) == containers[fact->container]);
        containers[fact->container].push_back(batch);
      }
      for (const auto& [invocation, outcome] : ended) {
        const auto at = inside.find(invocation);
        if (at == inside.end()) continue;
        if (outcome == InvocationOutcome::crashed || outcome == InvocationOutcome::timed_out) containers.erase(at->second);
        inside.erase(at);
      }
    };
    while (next < invocations) {
      const int together = *rc::gen::inRange(1, 4);
      for (int i = 0; i < together && next < invocations; ++i, ++next) batch_of[bed.invoke(f, next, 0, next + 1)] = next;
      Event event;
      while (bed.kernel.next(never, event)) {
        bed.functions.on_event(bed.kernel, event, bed.service);
        take();
        check();
      }
      take();
      check();
    }
    RC_ASSERT(bed.functions.quiet());
  });
}

}  // namespace

}  // namespace weir
