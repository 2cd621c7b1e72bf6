// What is unfinished elsewhere does not silence what judges a view at the end.
#include <algorithm>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>

#include "oracles/elsewhere.hpp"
#include "scenarios/play/play.hpp"
#include "tests/catch.hpp"
#include "tests/oracles/trace_builder.hpp"
#include "tests/planted/objects.hpp"
#include "tests/planted/wrong_aws_scenarios.hpp"

using namespace weir;
using weir::test::check_objects;
using weir::test::item;
using weir::test::TraceBuilder;

namespace {

Actor by_invocation(std::uint64_t id) { return {ActorKind::invocation, id}; }

template <class Kind>
void hear(Elsewhere& elsewhere, const Kind& kind, const Fact& fact) {
  if constexpr (requires { elsewhere.hear(kind, fact); }) elsewhere.hear(kind, fact);
}

constexpr std::string_view unknown_of_view = "1 thing that may bear on view was unfinished when the run ended";

// Mapping mirror has handled A of orders, but the view lacks it; Z of another table waits for mapping spare, for whose sake
// alone something is unfinished.
struct TwoTables : TraceBuilder {
  TableId orders = table("orders"), view = table("view"), other = table("other"), middle = table("middle");
  StreamId stream, other_stream;
  ShardId root, other_root;
  MappingId mirror, spare;
  RecordId z{};
  explicit TwoTables(IteratorType start = IteratorType::trim_horizon) {
    std::tie(stream, root) = TraceBuilder::stream(orders);
    std::tie(other_stream, other_root) = TraceBuilder::stream(other);
    mirror = mapping(stream, "mirror");
    spare = mapping(other_stream, "spare", start);
    note(ShardStarted{mirror, root});
    deliver(mirror, root, {append(put(orders, item("A")), root)});
  }
  TwoTables& come() {
    z = append(put(other, item("Z")), other_root, other_stream);
    return *this;
  }
  // An invocation of the mapping's function with Z writes there.
  InvocationId write_from(MappingId mapping, TableId table, const std::string& id) {
    const bool is_spare = mapping == spare;
    const InvocationId call = start(mapping, is_spare ? other_root : root, {});
    put(table, item(id), by_invocation(call.value));
    return call;
  }
  Verdict ends(std::uint64_t unfinished) {
    at(1h).finish(unfinished);
    return test::judged(*this, {"O-CONV", {{"source", "orders"}, {"view", "view"}, {"fold", "copy"}}});
  }
};

void check_unknown(const Verdict& verdict) {
  CHECK(verdict.kind == Verdict::Kind::unknown);
  CHECK(verdict.message == unknown_of_view);
}

}  // namespace

TEST_CASE("O-CONV judges a view that nothing unfinished can bear on", "[planted][O-CONV]") {
  TwoTables waits;
  check_objects(waits.come().ends(1), "item A of orders, written at 000:00:00.000000, is missing in view");

  TwoTables whole;
  whole.put(whole.view, item("A"));
  CHECK(whole.come().ends(1).is_ok());

  TwoTables more;  // nobody knows of what
  check_unknown(more.come().ends(2));

  TwoTables in_flight;
  in_flight.come().start(in_flight.spare, in_flight.other_root, {in_flight.z});
  check_objects(in_flight.ends(2), "is missing in view");

  TwoTables between;
  between.come().end(between.start(between.spare, between.other_root, {between.z}), InvocationOutcome::threw);
  between.note(RetryScheduled{between.spare, between.other_root, 0, 1, 1s});
  TwoTables disabled = between;
  check_objects(between.ends(2), "is missing in view");
  disabled.note(MappingStateChanged{disabled.spare, MappingState::disabled, "User action", ProcessingResult::ok});
  check_unknown(disabled.ends(2));
}

TEST_CASE("O-CONV does not count as elsewhere what is settled, gone, or not waited for", "[planted][O-CONV]") {
  TwoTables settled;
  settled.come().deliver(settled.spare, settled.other_root, {settled.z});
  check_unknown(settled.ends(1));

  TwoTables trimmed;
  trimmed.come().note(Trimmed{trimmed.other_stream, trimmed.other_root, 1, trimmed.z});
  check_unknown(trimmed.ends(1));

  TwoTables shard_gone;
  shard_gone.come().note(ShardGone{shard_gone.other_stream, shard_gone.other_root});
  check_unknown(shard_gone.ends(1));

  TwoTables stream_gone;
  stream_gone.come().note(StreamGone{stream_gone.other_stream});
  check_unknown(stream_gone.ends(1));

  TwoTables deleted;
  deleted.come().note(MappingStateChanged{deleted.spare, MappingState::deleted, "User action", ProcessingResult::ok});
  check_unknown(deleted.ends(1));

  TwoTables not_begun(IteratorType::latest);
  check_unknown(not_begun.come().ends(1));
  TwoTables begun(IteratorType::latest);
  begun.note(ShardStarted{begun.spare, begun.other_root});
  check_objects(begun.come().ends(1), "is missing in view");

  TwoTables unheard;
  unheard.come();
  const InvocationId lost = unheard.start(unheard.spare, unheard.other_root, {unheard.z});
  unheard.note(PollerLost{unheard.spare, unheard.other_root, lost, 1s});
  check_unknown(unheard.ends(2));
}

TEST_CASE("O-CONV waits for what may still bear on the view", "[planted][O-CONV]") {
  TwoTables source;  // it reads the source itself
  source.append(source.put(source.orders, item("B")), source.root, source.stream);
  check_unknown(source.ends(1));

  TwoTables writer;  // its function wrote the view before
  writer.end(writer.write_from(writer.spare, writer.view, "Q"));
  check_unknown(writer.come().ends(1));

  TwoTables tried;  // or would have, if the view's condition had let it
  const InvocationId call = tried.start(tried.spare, tried.other_root, {});
  tried.note(WriteRefused{tried.view, ItemKey(AttributeValue("A")), ServiceError::condition_failed, by_invocation(call.value)});
  tried.end(call);
  check_unknown(tried.come().ends(1));

  TwoTables handed_on;  // its table is written from the source
  handed_on.end(handed_on.write_from(handed_on.mirror, handed_on.other, "Y"));
  check_unknown(handed_on.come().ends(1));

  TwoTables by_reader;  // who reads what is not known
  by_reader.put(by_reader.other, item("Y"), Actor{ActorKind::reader, 0});
  check_unknown(by_reader.come().ends(1));

  TwoTables chained;  // it writes a table from whose stream the view is written
  const auto [middle_stream, middle_root] = chained.TraceBuilder::stream(chained.middle);
  const MappingId last = chained.mapping(middle_stream, "last");
  const InvocationId shown = chained.start(last, middle_root, {});
  chained.put(chained.view, item("Q"), by_invocation(shown.value));
  chained.end(shown);
  chained.end(chained.write_from(chained.spare, chained.middle, "M"));
  check_unknown(chained.come().ends(1));

  TwoTables updating;  // its next function is not known
  updating.note(MappingStateChanged{updating.spare, MappingState::updating, "User action", ProcessingResult::ok});
  TwoTables updated = updating;
  check_unknown(updating.come().ends(1));
  updated.note(MappingUpdated{updated.spare, FunctionId{9}, "other", false});
  updated.note(MappingStateChanged{updated.spare, MappingState::enabled, "User action", ProcessingResult::ok});
  TwoTables harmless = updated;
  check_objects(harmless.come().ends(1), "is missing in view");
  const MappingId third = updated.mapping(updated.stream, "third");
  updated.note(MappingUpdated{third, FunctionId{9}, "other", false});
  const InvocationId by_other = updated.start(third, updated.root, {});
  std::get<InvocationStarted>(updated.facts.back().what).function = FunctionId{9};
  updated.put(updated.view, item("Q"), by_invocation(by_other.value));
  updated.end(by_other);
  check_unknown(updated.come().ends(1));
}

TEST_CASE("O-CONV does not guess what a function wrote before its mapping of another table came", "[planted][O-CONV]") {
  for (const bool late : {false, true}) {
    CAPTURE(late);
    TraceBuilder trace;
    const TableId orders = trace.table("orders"), other = trace.table("other");
    trace.table("view");
    const auto [stream, root] = trace.stream(orders);
    const auto [other_stream, other_root] = trace.stream(other);
    const MappingId mirror = trace.mapping(stream, "mirror");
    if (!late) trace.mapping(other_stream, "spare");
    trace.note(ShardStarted{mirror, root});
    trace.deliver(mirror, root, {trace.append(trace.put(orders, item("A")), root)});
    if (late) trace.mapping(other_stream, "spare");
    trace.append(trace.put(other, item("Z")), other_root, other_stream);
    trace.at(1h).finish(1);
    const Verdict verdict = test::judged(trace, {"O-CONV", {{"source", "orders"}, {"view", "view"}, {"fold", "copy"}}});
    late ? check_unknown(verdict) : check_objects(verdict, "is missing in view");
  }
}

TEST_CASE("O-ARCH judges an archive that nothing unfinished can bear on", "[planted][O-ARCH]") {
  for (const bool near : {false, true}) {
    CAPTURE(near);
    TraceBuilder trace;
    const TableId orders = trace.table("orders", "expires"), other = trace.table("other");
    trace.table("cold");
    const auto [stream, root] = trace.stream(orders);
    const auto [other_stream, other_root] = trace.stream(other);
    const MappingId chill = trace.mapping(stream, "chill");
    trace.mapping(near ? stream : other_stream, "spare");
    trace.deliver(chill, root, {trace.append(trace.put(orders, item("A")), root)});
    trace.deliver(chill, root, {trace.append(trace.ttl_remove(orders, "A"), root)});
    if (!near) trace.append(trace.put(other, item("Z")), other_root, other_stream);
    trace.at(1h).finish(1);
    const Verdict verdict = test::judged(trace, {"O-ARCH", {{"source", "orders"}, {"archive", "cold"}}});
    if (!near) {
      check_objects(verdict, "cold has no row of that life at the end");
      continue;
    }
    CHECK(verdict.kind == Verdict::Kind::unknown);
    CHECK(verdict.message == "something that may bear on cold was unfinished when the run ended");
  }
}

TEST_CASE("what is left elsewhere is never more than the run says is unfinished", "[planted][O-CONV]") {
  using namespace weir::test;
  static const Handlers handlers = wrong_aws_consumers();
  std::uint64_t seen = 0;
  for (const Scenario* whole : {&mirrored(), &spread(), &taken_over(), &filtered(), &paused(), &paused_latest(), &windowed(),
                                &poisoned(), &bisecting(), &aged(), &split(), &partial(), &disabled_twice(), &read_by_hand()}) {
    Scenario scenario = *whole;
    scenario.oracles.clear();
    for (const Duration end : {Duration(2s), Duration(65s), Duration(5min), Duration(31min), Duration(50h)}) {
      scenario.run_for = std::min(end, whole->run_for);
      scenario.steps = whole->steps;
      std::erase_if(scenario.steps, [&](const Step& step) { return step.at > scenario.run_for; });
      scenario.heal_at = std::min(scenario.heal_at.value_or(0s), scenario.run_for);
      Player player(scenario, handlers);
      for (std::uint64_t seed = 0; seed < 8; ++seed) {
        INFO(scenario.name << " until " << to_text(scenario.run_for) << ", seed " << seed);
        const Run run = player.play(Plan::seeded(Seed{seed}), {.keep_trace = true});
        Elsewhere elsewhere("", "");
        for (const Fact& fact : run.trace) std::visit([&](const auto& kind) { hear(elsewhere, kind, fact); }, fact.what);
        REQUIRE(elsewhere.left() <= run.unfinished);
        seen += elsewhere.left() > 0;
      }
    }
  }
  CHECK(seen >= 20);
}
