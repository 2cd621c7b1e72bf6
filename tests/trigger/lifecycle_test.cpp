// What operators do to mappings, and when it takes effect.
#include "tests/trigger/bed.hpp"

namespace weir {

namespace {

using Ids = std::vector<std::vector<std::uint64_t>>;
using Fates = std::map<std::uint64_t, std::string>;

SiteRule lag_of(Duration lag) { return {.site = "trigger.change_lag", .high = lag.count(), .calm = lag.count()}; }
SiteRule always(const char* site) { return {.site = site, .high = 1, .calm = 1}; }

std::vector<std::string> states_of(const TriggerBed& bed) {
  std::vector<std::string> states;
  for (const MappingStateChanged& changed : bed.facts<MappingStateChanged>())
    states.push_back(std::string(to_text(changed.state)) + " / " + std::string(to_text(changed.last_processing_result)));
  return states;
}

void enable(TriggerBed& bed, MappingId id) { REQUIRE(bed.triggers.set_enabled(bed.kernel, id, Enabling::enable).ok()); }
void disable(TriggerBed& bed, MappingId id) { REQUIRE(bed.triggers.set_enabled(bed.kernel, id, Enabling::disable).ok()); }
Result<Done> update(TriggerBed& bed, MappingId id, MappingSettings to, FunctionId function = FunctionId{0}) {
  to.name = bed.triggers.settings(id).name;
  return bed.triggers.update(bed.kernel, id, {std::move(to), function, "f"}, bed.streams);
}

// Each try takes 30 s and fails.
BatchResponse slow_and_poisoned(const StreamEvent&, Context& context) {
  context.sleep(30s);
  throw std::runtime_error("poison");
}

TEST_CASE("a disabled mapping begins no batch, keeps its position and resumes there", "[ESM-20][ESM-22][ESM-25][OPEN-26]") {
  TriggerBed bed(Plan::calm(), {lag_of(1min)});
  bed.enable();
  const MappingId id = bed.map({}, nothing_failed);
  bed.put("A");
  bed.run_for(10s);
  disable(bed, id);
  bed.put("B");  // within the lag
  bed.run_for(2min);
  bed.put("C");
  bed.run_for(1h);
  REQUIRE(bed.invocations() == Ids{{0}, {1}});
  REQUIRE(bed.triggers.unfinished(bed.streams) == 1);
  enable(bed, id);
  const Instant enabled = bed.kernel.now() + 1min;
  bed.run_for(1h);
  REQUIRE(bed.invocations() == Ids{{0}, {1}, {2}});
  REQUIRE(bed.times<InvocationStarted>().back() == enabled);
  REQUIRE(states_of(bed) == std::vector<std::string>{"Disabling / OK", "Disabled / OK", "Enabling / OK", "Enabled / OK"});
  REQUIRE(bed.facts<MappingStateChanged>()[0].reason == "User action");
}

TEST_CASE("a position trimmed while the mapping was disabled is lost; no destination hears of it", "[ESM-25][OPEN-45]") {
  TriggerBed bed;
  bed.enable();
  const MappingId id = bed.map({.on_failure = Destination::s3}, nothing_failed);
  bed.run_for(1s);
  disable(bed, id);
  bed.run_for(1s);
  bed.put("A");
  bed.run_for(30h);
  bed.put("B");
  enable(bed, id);
  bed.run_for(1h);
  REQUIRE(bed.settled() == Fates{{0, "expired from the stream"}, {1, "handled"}});
  REQUIRE(bed.facts<DestinationSent>().empty());
}

TEST_CASE("a batch in flight when the mapping is disabled is judged; what failed is read again from the stream", "[ESM-25]") {
  TriggerBed bed;
  bed.enable();
  const MappingId id = bed.map({.maximum_retry_attempts = 1}, slow_and_poisoned);
  bed.put("A");
  bed.run_for(10s);
  disable(bed, id);
  bed.run_for(1h);
  REQUIRE(bed.invocations() == Ids{{0}});
  REQUIRE(bed.facts<InvocationEnded>().size() == 1);
  REQUIRE(bed.settled().empty());
  enable(bed, id);
  bed.run_for(1h);
  REQUIRE(bed.invocations() == Ids{{0}, {0}, {0}});  // two tries of its own
  REQUIRE(bed.settled() == Fates{{0, "retries exhausted"}});
}

TEST_CASE("a mapping created disabled takes up its position when it is first enabled", "[ESM-14][ESM-3]") {
  TriggerBed bed;
  bed.enable();
  const MappingId id = bed.map({.starting_position = IteratorType::latest, .enabled = false}, nothing_failed);
  bed.put("A");
  bed.run_for(1h);
  REQUIRE(bed.invocations().empty());
  enable(bed, id);
  bed.run_for(1s);
  bed.put("B");
  bed.run_for(1h);
  REQUIRE(bed.settled() == Fates{{0, "skipped by the starting position"}, {1, "handled"}});
  REQUIRE(states_of(bed) == std::vector<std::string>{"Creating / No records processed", "Disabled / No records processed",
                                                     "Enabling / No records processed", "Enabled / No records processed"});
}

TEST_CASE("a deleted mapping leaves behind what it has not settled, and a new one begins anew", "[ESM-25][ESM-23]") {
  TriggerBed bed;
  bed.enable();
  const MappingId id = bed.map({.maximum_batching_window = 300s}, nothing_failed);
  bed.put("A");
  bed.run_for(10s);
  REQUIRE(bed.triggers.named("m0") == id);
  REQUIRE(bed.triggers.remove(bed.kernel, id).ok());
  bed.run_for(1h);
  bed.put("B");
  bed.run_for(1h);
  REQUIRE(bed.settled() == Fates{{0, "left behind by the deleted mapping"}});
  REQUIRE(bed.invocations().empty());
  REQUIRE(bed.triggers.named("m0") == std::nullopt);
  REQUIRE(bed.triggers.unfinished(bed.streams) == 0);
  REQUIRE(states_of(bed) == std::vector<std::string>{"Deleting / No records processed", "Deleted / No records processed"});

  REQUIRE(bed.triggers.create(bed.kernel, {.name = "again"}, bed.streams, bed.stream, FunctionId{0}, "f").ok());
  bed.run_for(1h);
  REQUIRE(bed.invocations() == Ids{{0, 1}});
}

TEST_CASE("a deleted mapping's last invocation ends without being judged", "[ESM-25]") {
  TriggerBed bed;
  bed.enable();
  const MappingId id = bed.map({}, slow_and_poisoned);
  bed.put("A");
  bed.run_for(10s);
  REQUIRE(bed.triggers.remove(bed.kernel, id).ok());
  bed.run_for(1h);
  REQUIRE(bed.facts<InvocationEnded>().size() == 1);
  REQUIRE(bed.facts<RetryScheduled>().empty());
  REQUIRE(bed.settled() == Fates{{0, "left behind by the deleted mapping"}});
}

TEST_CASE("while a change is under way every other one is refused", "[ESM-26]") {
  TriggerBed bed(Plan::calm(), {lag_of(1min)});
  bed.enable();
  const MappingId id = bed.map({}, nothing_failed);
  const auto all_refused = [&] {
    REQUIRE(bed.triggers.set_enabled(bed.kernel, id, Enabling::disable).failed_with(ServiceError::resource_in_use));
    REQUIRE(update(bed, id, {}).failed_with(ServiceError::resource_in_use));
    const Result<Done> removed = bed.triggers.remove(bed.kernel, id);
    REQUIRE(removed.failed_with(ServiceError::resource_in_use));
    REQUIRE(removed.failure().message == "Cannot delete the event source mapping because it is in use.");
  };
  all_refused();  // Creating
  bed.run_for(10s);
  disable(bed, id);
  all_refused();
  bed.run_for(2min);
  enable(bed, id);
  all_refused();
  bed.run_for(2min);
  REQUIRE(update(bed, id, {}).ok());
  all_refused();
  bed.run_for(2min);
  REQUIRE(bed.triggers.remove(bed.kernel, id).ok());
  all_refused();
}

TEST_CASE("enabling what is enabled and disabling what is disabled changes nothing", "[ESM-20]") {
  TriggerBed bed;
  bed.enable();
  const MappingId id = bed.map({}, nothing_failed);
  bed.run_for(1s);
  enable(bed, id);
  disable(bed, id);
  bed.run_for(1s);
  disable(bed, id);
  REQUIRE(states_of(bed).size() == 2);
}

TEST_CASE("an update refuses wrong settings and a function that another mapping of the stream has", "[ESM-23][ESM-24]") {
  TriggerBed bed;
  bed.enable();
  const MappingId id = bed.map({}, nothing_failed);
  bed.map({}, nothing_failed);
  bed.run_for(1s);
  const Result<Done> wrong = update(bed, id, {.batch_size = 0});
  REQUIRE(wrong.failed_with(ServiceError::invalid_parameter_value));
  REQUIRE(wrong.failure().message == "batch_size is 0; accepted: 1 to 10000");
  const Result<Done> taken = update(bed, id, {}, FunctionId{1});
  REQUIRE(taken.failed_with(ServiceError::resource_conflict));
  REQUIRE(taken.failure().message.starts_with("The event source arn (\" arn:aws:dynamodb:"));
  REQUIRE(taken.failure().message.find("provided mapping already exists. Please update or delete the existing mapping with "
                                       "UUID ") != std::string_view::npos);
}

TEST_CASE("while a mapping is updated to another function it joins its stream to both", "[ESM-23][ESM-22]") {
  TriggerBed bed(Plan::calm(), {lag_of(5min)});
  bed.enable();
  const MappingId id = bed.map({}, nothing_failed);
  const MappingId other = bed.map({}, nothing_failed);
  const FunctionId third = bed.functions.add({.name = "g"}, nothing_failed);
  bed.run_for(1s);
  REQUIRE(update(bed, id, {}, third).ok());
  bed.run_for(1min);
  for (const FunctionId taken : {FunctionId{0}, third}) {
    REQUIRE(update(bed, other, {}, taken).failed_with(ServiceError::resource_conflict));
    const Result<MappingId> created = bed.triggers.create(bed.kernel, {.name = "new"}, bed.streams, bed.stream, taken, "g");
    REQUIRE(created.failed_with(ServiceError::resource_conflict));
    REQUIRE(created.failure().message.find("function (\" g \")") != std::string_view::npos);
  }
  bed.run_for(5min);
  REQUIRE(update(bed, other, {}, third).failed_with(ServiceError::resource_conflict));
  REQUIRE(update(bed, other, {}, FunctionId{0}).ok());  // let go
}

TEST_CASE("an update keeps the position; its batch size, window and function hold from its end on", "[ESM-2][ESM-25][ESM-22]") {
  TriggerBed bed(Plan::calm(), {lag_of(1min)});
  bed.enable();
  const MappingId id = bed.map({.batch_size = 10, .maximum_batching_window = 300s}, nothing_failed);
  const FunctionId other = bed.functions.add({.name = "g"}, nothing_failed);
  bed.put_many(3);
  bed.run_for(10s);
  REQUIRE(update(bed, id, {.batch_size = 2, .maximum_batching_window = 300s}, other).ok());
  bed.run_for(59s);
  REQUIRE(bed.invocations().empty());
  bed.run_for(2s);
  REQUIRE(bed.invocations() == Ids{{0, 1}});
  REQUIRE(bed.facts<InvocationStarted>()[0].function == other);
  REQUIRE(bed.facts<MappingUpdated>().size() == 1);
  REQUIRE(states_of(bed) == std::vector<std::string>{"Updating / No records processed", "Enabled / No records processed"});
  bed.run_for(1h);
  REQUIRE(bed.invocations() == Ids{{0, 1}, {2}});
}

TEST_CASE("the try that an update finds in flight is judged by the old settings, the next by the new", "[OPEN-43]") {
  TriggerBed bed;
  bed.enable();
  const MappingId id = bed.map({.maximum_retry_attempts = 0}, slow_and_poisoned);
  bed.put_many(2);
  bed.run_for(10s);
  REQUIRE(update(bed, id, {.batch_size = 1, .maximum_retry_attempts = 1}).ok());
  bed.put("late");
  bed.run_for(1h);
  REQUIRE(bed.invocations() == Ids{{0, 1}, {2}, {2}});
}

TEST_CASE("while an update is under way a try may go by the new version already", "[OPEN-43][FILTER-10]") {
  for (const bool seen : {false, true}) {
    TriggerBed bed(Plan::calm(), seen ? std::vector{lag_of(5min), always("trigger.update_seen")} : std::vector{lag_of(5min)});
    bed.enable();
    const MappingId id = bed.map({.maximum_retry_attempts = 5}, slow_and_poisoned);
    bed.put("A");
    bed.run_for(10s);
    REQUIRE(update(bed, id, {.maximum_retry_attempts = 1}).ok());
    bed.run_for(2min);
    CAPTURE(seen);
    REQUIRE(bed.settled().empty() == !seen);  // the second try fails one minute in: the new limit is spent, the old is not
    bed.run_for(1h);
    REQUIRE(bed.settled() == Fates{{0, "retries exhausted"}});
  }
}

TEST_CASE("delivery may pause during an update, and goes on after it", "[ESM-22]") {
  TriggerBed bed(Plan::calm(), {lag_of(5min), always("trigger.update_pauses")});
  bed.enable();
  const MappingId id = bed.map({}, poisoned_by({0}));
  bed.put("A");
  bed.run_for(700ms);  // the first back-off is under way
  REQUIRE(update(bed, id, {.maximum_retry_attempts = 0}).ok());
  bed.put("B");
  bed.run_for(4min);
  REQUIRE(bed.invocations() == Ids{{0}});
  bed.run_for(2min);
  REQUIRE(bed.settled() == Fates{{0, "retries exhausted"}, {1, "handled"}});
}

TEST_CASE("a mapping that began at LATEST may miss what is written during an update", "[ESM-3][OPEN-25]") {
  TriggerBed bed(Plan::calm(), {lag_of(5min), always("trigger.update_pauses"), always("trigger.update_skips")});
  bed.enable();
  const MappingId id = bed.map({.starting_position = IteratorType::latest}, nothing_failed);
  bed.run_for(1s);
  bed.put("A");
  bed.run_for(1s);
  REQUIRE(update(bed, id, {.starting_position = IteratorType::latest}).ok());
  bed.run_for(1s);
  bed.put("B");
  bed.run_for(10min);
  bed.put("C");
  bed.run_for(1h);
  REQUIRE(bed.settled() == Fates{{0, "handled"}, {1, "skipped by the starting position"}, {2, "handled"}});
}

TEST_CASE("what is gathered when a batching window becomes shorter goes when that is over", "[ESM-2][BATCH-3]") {
  TriggerBed bed;
  bed.enable();
  const MappingId id = bed.map({.maximum_batching_window = 300s}, nothing_failed);
  bed.put("A");
  bed.run_for(30s);
  REQUIRE(update(bed, id, {.maximum_batching_window = 60s}).ok());
  bed.run_for(10min);
  REQUIRE(bed.times<InvocationStarted>() == std::vector{Instant{} + 60s + 250ms});
}

TEST_CASE("what a mapping that was created disabled will not skip is waited for, and not the mapping", "[ESM-14]") {
  TriggerBed bed;
  bed.enable();
  const MappingId id = bed.map({.enabled = false}, nothing_failed);
  bed.run_for(1min);
  REQUIRE(bed.triggers.unfinished(bed.streams) == 0);
  bed.put("A");
  bed.run_for(1min);
  REQUIRE(bed.triggers.unfinished(bed.streams) == 1);
  enable(bed, id);
  bed.run_for(1min);
  REQUIRE(bed.triggers.unfinished(bed.streams) == 0);
}

TEST_CASE("what a lane was given during an update is not missed, though the mapping began at LATEST", "[ESM-3][OPEN-25]") {
  TriggerBed bed(Plan::calm(), {lag_of(1min), always("trigger.update_skips")});
  bed.enable();
  const MappingSettings settings{.starting_position = IteratorType::latest, .parallelization_factor = 2};
  const MappingId id = bed.map(settings, [](const StreamEvent&, Context& context) {
    context.sleep(10min);
    return BatchResponse::ok();
  });
  bed.run_for(1s);
  REQUIRE(update(bed, id, settings).ok());
  bed.put("A");
  bed.run_for(1h);
  REQUIRE(bed.settled() == Fates{{0, "handled"}});
}

TEST_CASE("of a stream that is disabled the mapping drains what is readable, then idles with a problem",
          "[ESM-28][STREAM-13]") {
  TriggerBed bed;
  bed.enable();
  bed.map({}, nothing_failed);
  bed.run_for(1s);
  bed.put("A");
  REQUIRE(bed.streams.disable(bed.kernel, bed.table).ok());
  bed.run_for(1h);
  REQUIRE(bed.settled() == Fates{{0, "handled"}});
  REQUIRE(states_of(bed) == std::vector<std::string>{"Enabled / PROBLEM: Stream disabled or deleted"});
  bed.enable();  // a new stream
  bed.put("B");
  bed.run_for(1h);
  REQUIRE(bed.invocations() == Ids{{0}});
}

TEST_CASE("a mapping whose stream has ended before it begins idles with a problem", "[ESM-28]") {
  TriggerBed bed;
  bed.enable();
  REQUIRE(bed.streams.disable(bed.kernel, bed.table).ok());
  bed.run_for(60h);
  REQUIRE(
      bed.triggers
          .create(bed.kernel, {.name = "late"}, bed.streams, bed.stream, bed.functions.add({.name = "f"}, nothing_failed), "f")
          .ok());
  bed.run_for(1h);
  REQUIRE(states_of(bed) == std::vector<std::string>{"Enabled / PROBLEM: Stream disabled or deleted"});
}

TEST_CASE("two mappings of one stream each deliver every record", "[ESM-27]") {
  TriggerBed bed;
  bed.enable();
  bed.map({}, nothing_failed);
  bed.map({}, nothing_failed);
  bed.put("A");
  bed.run_for(1min);
  REQUIRE(bed.invocations() == Ids{{0}, {0}});
}

TEST_CASE("a stream is polled by the mappings that are enabled, not by disabled or deleted ones", "[ESM-27]") {
  TriggerBed bed;
  bed.enable();
  const MappingId first = bed.map({}, nothing_failed), second = bed.map({}, nothing_failed);
  REQUIRE(bed.triggers.readers_of(bed.stream) == 2);
  bed.run_for(1s);
  disable(bed, first);
  bed.run_for(1s);
  REQUIRE(bed.triggers.readers_of(bed.stream) == 1);
  REQUIRE(bed.triggers.remove(bed.kernel, second).ok());
  bed.run_for(1s);
  REQUIRE(bed.triggers.readers_of(bed.stream) == 0);
}

}  // namespace

}  // namespace weir
