// Calls that a handler makes beside each other.
#include <set>
#include <stdexcept>

#include "tests/function/bed.hpp"

namespace weir {

namespace {

std::string branch_key(int branch, int call) {
  return "trigger m / shard 0 / batch 0 / attempt 0 / branch " + std::to_string(branch) + " / call " + std::to_string(call);
}
Deviation latency_of(int branch, int call, Duration latency) {
  return {"client.latency", branch_key(branch, call), latency.count()};
}

// Branch b puts the rows "b.0", "b.1", ...
Handler branches(int count, int calls) {
  return [=](const StreamEvent&, Context& context) {
    TableClient views = context.table("views");
    context.concurrently(static_cast<std::size_t>(count), [&](std::size_t branch) {
      for (int call = 0; call < calls; ++call) (void)views.put(row(std::to_string(branch) + "." + std::to_string(call)));
    });
    return BatchResponse::ok();
  };
}

std::vector<std::string> ids(const FunctionBed& bed) {
  std::vector<std::string> all;
  for (const auto& effect : bed.service.effects) all.push_back(effect.id);
  return all;
}

TEST_CASE("branches make their calls beside each other: together they take as long as the longest", "[design]") {
  FunctionBed bed;
  bed.invoke(bed.add(branches(3, 2)));
  const Answer answer = bed.answer();
  REQUIRE(answer.outcome == InvocationOutcome::ok);
  REQUIRE(answer.calls == 6);
  REQUIRE(ids(bed) == std::vector<std::string>{"0.0", "1.0", "2.0", "0.1", "1.1", "2.1"});
  REQUIRE(bed.kernel.now() == Instant{} + 2 * 5ms);
  for (const auto& effect : bed.service.effects) REQUIRE(effect.cause == answer.started);
  REQUIRE(bed.functions.quiet());
}

TEST_CASE("the order in which branches end is that of their latencies, each keyed by branch and call", "[design]") {
  FunctionBed bed(Plan::listed({latency_of(0, 0, 1s), latency_of(1, 1, 100ms)}));
  bed.invoke(bed.add(branches(2, 2)));
  REQUIRE(bed.answer().outcome == InvocationOutcome::ok);
  REQUIRE(ids(bed) == std::vector<std::string>{"1.0", "1.1", "0.0", "0.1"});
}

TEST_CASE("the handler goes on after its branches, with keys of its own, and may begin others", "[design]") {
  FunctionBed bed(Plan::listed(
      {latency_of(2, 0, 1s), {"client.latency", "trigger m / shard 0 / batch 0 / attempt 0 / call 1", Duration(2s).count()}}));
  const FunctionId f = bed.add(
      [](const StreamEvent&, Context& context) {
        TableClient views = context.table("views");
        (void)views.put(row("first"));
        context.concurrently(2, [&](std::size_t i) { (void)views.put(row(std::to_string(i))); });
        (void)views.put(row("between"));  // call 1 of the handler
        context.concurrently(1, [&](std::size_t) { (void)views.put(row("2")); });
        context.concurrently(0, [&](std::size_t) { FAIL("no branch, no call"); });
        context.concurrently(3, [&](std::size_t) {});  // over at once
        return BatchResponse::ok();
      },
      10s);
  bed.invoke(f);
  REQUIRE(bed.answer().calls == 5);
  REQUIRE(ids(bed) == std::vector<std::string>{"first", "0", "1", "between", "2"});
  REQUIRE(bed.kernel.now() == Instant{} + 5ms + 5ms + 2s + 1s);
}

TEST_CASE("what the first branch to fail threw is thrown when all are over", "[RETRY-1]") {
  FunctionBed bed(Plan::listed({latency_of(0, 0, 1s)}));
  std::string caught;
  const FunctionId f = bed.add([&](const StreamEvent&, Context& context) {
    TableClient views = context.table("views");
    try {
      context.concurrently(3, [&](std::size_t i) {
        (void)views.put(row(std::to_string(i)));
        if (i != 2) throw std::runtime_error("branch " + std::to_string(i));
        (void)views.put(row("late"));
      });
    } catch (const std::runtime_error& error) {
      caught = error.what();
      (void)views.put(row("after"));  // a switch inside a catch
      throw;
    }
    return BatchResponse::ok();
  });
  bed.invoke(f);
  const Answer answer = bed.answer();
  REQUIRE(answer.outcome == InvocationOutcome::threw);
  REQUIRE(answer.message == "branch 1");
  REQUIRE(caught == "branch 1");
  REQUIRE(ids(bed) == std::vector<std::string>{"1", "2", "late", "0", "after"});
}

TEST_CASE("branches that call clients inside catch blocks keep their own exceptions", "[design]") {
  FunctionBed bed;
  std::vector<std::string> seen(3);
  const FunctionId f = bed.add([&](const StreamEvent&, Context& context) {
    context.concurrently(3, [&](std::size_t i) {
      try {
        throw std::runtime_error(std::to_string(i));
      } catch (const std::exception&) {
        (void)context.table("views").put(row("a"));
        try {
          throw;
        } catch (const std::exception& error) {
          seen[i] = error.what();
        }
      }
    });
    return BatchResponse::ok();
  });
  bed.invoke(f);
  REQUIRE(bed.answer().outcome == InvocationOutcome::ok);
  REQUIRE(seen == std::vector<std::string>{"0", "1", "2"});
}

TEST_CASE("a crash before or after the k-th call of all ends every branch, with k or k + 1 effects", "[RETRY-1]") {
  for (std::uint32_t k = 0; k < 7; ++k)
    for (const OutcomeKind kind : {OutcomeKind::crash_before_call, OutcomeKind::crash_after_call}) {
      FunctionBed bed(Plan::listed({outcome_of_first({kind, k})}));
      int unwound = 0;
      struct Count {
        int& n;
        ~Count() { n += 1; }
      };
      const FunctionId f = bed.add([&](const StreamEvent&, Context& context) {
        const Count handler{unwound};
        TableClient views = context.table("views");
        context.concurrently(3, [&](std::size_t) {
          const Count branch{unwound};
          for (int call = 0; call < 2; ++call) (void)views.put(row("a"));
        });
        return BatchResponse::ok();
      });
      bed.invoke(f);
      const Answer answer = bed.answer();
      INFO(k << (kind == OutcomeKind::crash_after_call ? " after" : " before"));
      REQUIRE(answer.outcome == InvocationOutcome::crashed);
      // Before call k: those made at the same time or before and due by then are done. Calls 0 to 2 begin together.
      const std::size_t before = k < 3 ? 0 : k < 6 ? k - 2 : 6;
      const std::size_t after = k < 6 ? k + 1 : 6;
      REQUIRE(bed.service.effects.size() == (kind == OutcomeKind::crash_after_call ? after : before));
      REQUIRE(unwound == (kind == OutcomeKind::crash_before_call && k < 3 ? static_cast<int>(k) + 2 : 4));
      REQUIRE(bed.functions.quiet());
    }
}

TEST_CASE("the time limit ends every branch; those in a call are told so", "[INV-1][RETRY-1]") {
  FunctionBed bed(Plan::listed({latency_of(0, 0, 1min), latency_of(2, 0, 2min)}));
  bed.invoke(bed.add(branches(3, 1)));
  const Answer answer = bed.answer();
  REQUIRE(answer.outcome == InvocationOutcome::timed_out);
  REQUIRE(bed.kernel.now() == Instant{} + 3s);
  REQUIRE(ids(bed) == std::vector<std::string>{"1.0"});
  std::vector<std::uint32_t> killed;
  for (const CallDisturbed& call : bed.facts<CallDisturbed>()) killed.push_back(call.call);
  REQUIRE(killed == std::vector<std::uint32_t>{0, 2});
}

TEST_CASE("a call of a branch that hangs leaves the others alone until the time limit", "[INV-1][RETRY-1]") {
  FunctionBed bed(Plan::listed({outcome_of_first({OutcomeKind::timeout_in_call, 1})}));
  bed.invoke(bed.add(branches(3, 2)));
  REQUIRE(bed.answer().outcome == InvocationOutcome::timed_out);
  REQUIRE(ids(bed) == std::vector<std::string>{"0.0", "2.0", "0.1", "2.1"});
  REQUIRE(bed.facts<CallDisturbed>().size() == 1);
}

TEST_CASE("branches that swallow their killing end all the same", "[RETRY-1]") {
  FunctionBed bed;
  const FunctionId f = bed.add([](const StreamEvent&, Context& context) {
    context.concurrently(2, [&](std::size_t) {
      for (int i = 0; i < 5; ++i) try {
          context.sleep(1h);
        } catch (...) {
          context.concurrently(1, [](std::size_t) {});  // throws: killed
        }
    });
    return BatchResponse::ok();
  });
  bed.invoke(f);
  REQUIRE(bed.answer().outcome == InvocationOutcome::timed_out);
  REQUIRE(bed.service.effects.empty());
  REQUIRE(bed.functions.quiet());
}

TEST_CASE("branches share the invocation's container, and do not nest; readers have none", "[INV-4][design]") {
  FunctionBed bed;
  int count = 0;
  const FunctionId f = bed.add([&](const StreamEvent&, Context& context) {
    context.concurrently(3, [&](std::size_t) { count = context.container<int>() += 1; });
    context.concurrently(1, [&](std::size_t) { context.concurrently(1, [](std::size_t) {}); });
    return BatchResponse::ok();
  });
  bed.invoke(f);
  REQUIRE(bed.answer().message == "a branch has no branches of its own");
  REQUIRE(count == 3);
  REQUIRE(bed.facts<ContainerEntered>().size() == 1);
  bed.functions.start_reader(bed.kernel, {.name = "tail"},
                             [](Context& context) { context.concurrently(1, [](std::size_t) {}); });
  bed.run();
  REQUIRE(bed.facts<ReaderEnded>().at(0).message == "a reader does one thing after the other: concurrently() is for functions");
}

TEST_CASE("what is dropped in the middle is unwound, branches first", "[design]") {
  std::vector<std::string> order;
  struct Tell {
    std::vector<std::string>& order;
    std::string name;
    ~Tell() { order.push_back(name); }
  };
  const Handler handler = [&](const StreamEvent&, Context& context) {
    const Tell tell{order, "handler"};
    context.concurrently(2, [&](std::size_t i) {
      const Tell branch{order, "branch " + std::to_string(i)};
      context.sleep(1h);
    });
    return BatchResponse::ok();
  };
  {
    FunctionBed bed;
    bed.invoke(bed.add(handler));
  }
  REQUIRE(order == std::vector<std::string>{"branch 0", "branch 1", "handler"});
}

TEST_CASE("under any plan each branch's effects are a beginning of its calls, and the invocation ends by its time limit",
          "[property][RETRY-1][INV-1]") {
  WEIR_PROPERTY("for any seed, number of branches and calls", [](std::uint64_t seed) {
    const int count = *rc::gen::inRange(0, 5), calls = *rc::gen::inRange(0, 4);
    FunctionBed bed(Plan::seeded(Seed{seed}));
    bed.invoke(bed.add(branches(count, calls), 5s));
    bed.run();
    const std::vector<Answer> answers = bed.functions.take_answers();
    RC_ASSERT(answers.size() == 1U);
    RC_ASSERT(bed.kernel.now() <= Instant{} + 5s);
    std::set<std::uint32_t> not_done;
    for (const CallDisturbed& call : bed.facts<CallDisturbed>())
      if (call.fate == Fate::throttled || call.fate == Fate::error_not_done || call.fate == Fate::killed_before)
        not_done.insert(call.call);
    RC_ASSERT(bed.service.effects.size() <= answers[0].calls);
    if (answers[0].outcome == InvocationOutcome::ok) {
      RC_ASSERT(answers[0].calls == static_cast<std::uint32_t>(count * calls));
      RC_ASSERT(bed.service.effects.size() + not_done.size() == answers[0].calls);
    }
    std::map<char, std::string> last;
    for (const auto& effect : bed.service.effects) {
      RC_ASSERT(last[effect.id[0]] < effect.id);
      last[effect.id[0]] = effect.id;
    }
    RC_ASSERT(bed.functions.quiet());
  });
}

}  // namespace

}  // namespace weir
