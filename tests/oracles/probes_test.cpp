#include "oracles/probes.hpp"

#include <map>
#include <set>
#include <string>

#include "tests/catch.hpp"
#include "tests/oracles/trace_builder.hpp"

using namespace weir;
using weir::test::item;
using weir::test::TraceBuilder;

namespace {

std::map<std::string, std::uint64_t> reached(const TraceBuilder& trace) {
  Probes probes;
  for (const Fact& fact : trace.facts)
    if (Probes::interests() & (FactMask{1} << fact.what.index())) probes.observe(fact);
  const Reached all = probes.reached();
  return {all.begin(), all.end()};
}

}  // namespace

TEST_CASE("an empty run reached nothing and says so of every probe", "[probes]") {
  const auto counts = reached(TraceBuilder());
  CHECK(counts.size() == probe_names().size());
  for (const auto& [name, count] : counts) {
    INFO(name);
    CHECK(count == 0);
  }
  CHECK(std::set<std::string_view>(probe_names().begin(), probe_names().end()).size() == probe_names().size());
}

TEST_CASE("a split while a batch is being retried is told from a split at rest and from a rollover", "[probes]") {
  TraceBuilder trace;
  const TableId orders = trace.table("orders");
  const auto [stream, root] = trace.stream(orders);
  const MappingId mirror = trace.mapping(stream, "mirror");
  const RecordId record = trace.append(trace.put(orders, item("A")), root);
  trace.end(trace.start(mirror, root, {record}), InvocationOutcome::crashed);
  trace.note(RetryScheduled{mirror, root, 0, 1, 1s});
  const ShardId child = trace.shard(stream, root);
  trace.shard(stream, root);
  trace.end(trace.start(mirror, root, {record}, 1));
  trace.settle(mirror, root, {record});
  trace.shard(stream, trace.shard(stream, child));
  const auto counts = reached(trace);
  CHECK(counts.at("a shard split") == 1);
  CHECK(counts.at("a split during a retry") == 1);
  CHECK(counts.at("a shard rollover") == 2);
  CHECK(counts.at("a retry") == 1);
  CHECK(counts.at("a crash") == 1);
  CHECK(counts.at("a crash or time-out after an effect") == 0);
}

TEST_CASE("a window that its shard's end or its state closed is told from one that its time did", "[probes][WIN-4][WIN-6]") {
  TraceBuilder trace;
  const auto [stream, root] = trace.stream(trace.table("orders"));
  const MappingId sums = trace.mapping(stream, "sums");
  const std::int64_t start = trace.unix_now();
  trace.at(20s).note(WindowEnding{sums, root, start, start + 60, false});
  trace.at(60s).note(WindowEnding{sums, root, start, start + 60, false});
  trace.at(90s).note(WindowEnding{sums, root, start + 60, start + 120, true});
  const auto counts = reached(trace);
  CHECK(counts.at("a tumbling window closed by the end of its shard") == 1);
  CHECK(counts.at("a tumbling window closed by its state") == 1);
}

TEST_CASE("probes count what befalls items, calls, batches and readers", "[probes]") {
  TraceBuilder trace;
  const TableId orders = trace.table("orders", "expires_at"), views = trace.table("views");
  const auto [stream, root] = trace.stream(orders);
  const MappingId mirror = trace.mapping(stream, "mirror");
  const RecordId a = trace.append(trace.put(orders, item("A")), root);
  const RecordId b = trace.append(trace.put(orders, item("B")), root);
  const InvocationId first = trace.start(mirror, root, {a, b});
  trace.put(views, item("A"), Actor::of(first));
  trace.end(first, InvocationOutcome::timed_out);
  trace.note(Bisected{mirror, root, 0, 1, 1});
  const InvocationId again{7};
  trace.note(InvocationStarted{again, FunctionId{0}, mirror, root, 1, 0, TraceBuilder::list({a})});
  trace.note(InvocationEnded{again, mirror, InvocationOutcome::ok, 1, 1, ""});
  const InvocationId unheard{8}, beside{9};
  trace.note(InvocationStarted{unheard, FunctionId{0}, mirror, root, 1, 1, TraceBuilder::list({a})});
  trace.note(PollerLost{mirror, root, unheard, 1s});
  trace.note(InvocationStarted{beside, FunctionId{0}, mirror, root, 1, 2, TraceBuilder::list({a})});
  trace.note(InvocationEnded{unheard, mirror, InvocationOutcome::ok, 1, 0, ""});
  trace.note(InvocationEnded{beside, mirror, InvocationOutcome::ok, 1, 0, ""});
  trace.note(CallDisturbed{Actor::of(again), 0, Fate::throttled});
  trace.note(CallDisturbed{Actor::of(again), 1, Fate::error_done});
  trace.settle(mirror, root, {a}, Settlement::expired);
  trace.note(Replayed{mirror, root, TraceBuilder::list({a})});
  trace.note(TtlJudged{orders, ItemKey(AttributeValue("A")), 1, TtlVerdict::spared});
  trace.ttl_remove(orders, "A");
  trace.put(orders, item("A"));
  trace.note(WriteIgnored{orders, ItemKey(AttributeValue("A")), Actor::client(0)});
  trace.note(IndexBehind{orders, IndexId{0}, ItemKey(AttributeValue("A")), Actor::of(again)});
  trace.note(PageRead{stream, root, TraceBuilder::list({}), false, Actor::of(ReaderId{0})});
  trace.note(PageRead{stream, root, TraceBuilder::list({b}), true, Actor::of(ReaderId{0})});
  trace.stream(orders);
  const auto counts = reached(trace);
  for (const char* name : {"a batch of several records",
                           "a time limit",
                           "a crash or time-out after an effect",
                           "a bisected batch",
                           "a redelivery in another batch",
                           "a partial response",
                           "a throttled call",
                           "a call done with an error for an answer",
                           "records given up",
                           "a trim under a blocked shard",
                           "settled records that come again",
                           "a TTL deletion called off",
                           "a TTL deletion",
                           "a TTL deletion after one was called off",
                           "an item created again",
                           "a write that changes nothing",
                           "an empty page",
                           "an end of shard with records",
                           "a stream enabled again",
                           "an index read that had not heard",
                           "a poller lost",
                           "an overlap with the invocation of a lost poller"}) {
    INFO(name);
    CHECK(counts.at(name) == 1);
  }
  CHECK(counts.at("two batches of a shard at once") == 0);
}

TEST_CASE("a probe counts what clients outside write again since nobody told them that it was written",
          "[probes][OP-6][WIRE-6]") {
  constexpr const char* probe = "a write that its client wrote again";
  constexpr ServiceError error = ServiceError::internal_server_error;
  TraceBuilder trace;
  const TableId orders = trace.table("orders");
  FactIndex retried = no_fact;
  const auto tries = [&](const Actor& actor, Fate fate, bool writes) {
    if (fate != Fate::done) trace.note(CallDisturbed{actor, 0, fate}, retried);
    if (writes) trace.facts[trace.put(orders, item("A"), actor)].cause = retried;
  };
  const auto again = [&](const Actor& actor, ServiceError after) {
    retried = trace.note(CallRetried{actor, 0, 1, after}, retried);
  };
  const auto over = [&] { retried = no_fact; };
  SECTION("at the next try, or at the one after it, and of the loader too") {
    for (const Actor& actor : {Actor::client(0), Actor::loader()}) {
      tries(actor, Fate::error_done, true), again(actor, error);
      tries(actor, Fate::throttled, false), again(actor, ServiceError::throughput_exceeded);
      tries(actor, Fate::done, true), over();
    }
    CHECK(reached(trace).at(probe) == 2);
  }
  SECTION("not what was not written, not what a later call writes, not what a consumer writes") {
    tries(Actor::client(0), Fate::error_not_done, false), again(Actor::client(0), error);
    tries(Actor::client(0), Fate::done, true), over();
    tries(Actor::client(0), Fate::error_done, false), again(Actor::client(0), error);
    tries(Actor::client(0), Fate::done, true), over();
    tries(Actor::client(0), Fate::error_done, true), again(Actor::client(0), error);
    tries(Actor::client(0), Fate::error_not_done, false), over();
    tries(Actor::client(0), Fate::done, true);
    tries(Actor::of(InvocationId{0}), Fate::error_done, true), again(Actor::of(InvocationId{0}), error);
    tries(Actor::of(InvocationId{0}), Fate::done, true);
    CHECK(reached(trace).at(probe) == 0);
  }
}
