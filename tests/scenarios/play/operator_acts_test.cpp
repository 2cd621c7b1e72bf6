#include "scenarios/play/operator_acts.hpp"

#include <map>

#include "scenarios/play/play.hpp"
#include "tests/catch.hpp"

using namespace weir;

namespace {

BatchResponse nothing(const StreamEvent&, Context&) { return BatchResponse::ok(); }
BatchResponse keeps_state(const StreamEvent&, Context&) { return BatchResponse::with_state({{"n", 1}}); }
const Handlers handlers{.functions = {{"f", nothing}, {"g", nothing}}, .readers = {}};

Run play(const Scenario& scenario) { return simulate(scenario, Plan::calm(), handlers, {.keep_trace = true}); }

template <class T>
std::vector<T> facts_of(const Run& run) {
  std::vector<T> found;
  for (const Fact& fact : run.trace)
    if (const T* body = fact.as<T>()) found.push_back(*body);
  return found;
}

UpdateMappingStep become(const MappingSettings& mapping) {
  UpdateMappingStep update{mapping.name, {}};
  each_changeable([&](const char*, auto change, auto setting) { update.changes.*change = mapping.*setting; });
  return update;
}

Step put(Duration at, const char* id) { return {at, PutStep{"orders", {{"id", id}}}}; }

const Scenario base{.name = "operated",
                    .tables = {{.name = "orders", .key = {.partition = "id"}, .stream = StreamView::new_image},
                               {.name = "plain", .key = {.partition = "id"}}},
                    .functions = {{.name = "f"}, {.name = "g"}},
                    .mappings = {{.name = "m", .table = "orders", .function = "f"}},
                    .run_for = 1h};

}  // namespace

TEST_CASE("steps disable, enable, update and delete a mapping", "[ESM-20][ESM-25]") {
  Scenario scenario = base;
  scenario.steps = {{1min, DisableMappingStep{"m"}},
                    put(2min, "A"),
                    {3min, EnableMappingStep{"m"}},
                    {4min, UpdateMappingStep{"m", {.function = "g"}}},
                    put(5min, "B"),
                    {6min, DeleteMappingStep{"m"}},
                    put(7min, "C"),
                    {8min, CreateMappingStep{{.name = "n", .table = "orders", .function = "f"}}}};
  const Run run = play(scenario);
  REQUIRE_FALSE(run.bug);
  REQUIRE(run.violation() == nullptr);
  const auto started = facts_of<InvocationStarted>(run);
  REQUIRE(started.size() == 3);
  CHECK(started[0].function == FunctionId{0});
  CHECK(started[1].function == FunctionId{1});
  CHECK(started[2].mapping == MappingId{1});
  CHECK(started[2].records->size() == 3);
  CHECK(run.unfinished == 0);
}

TEST_CASE("what the service refuses of an operator is a fact, and the run goes on", "[ESM-23][ESM-24]") {
  Scenario scenario = base;
  scenario.steps = {{1min, CreateMappingStep{{.name = "twin", .table = "orders", .function = "f"}}},
                    {1min, CreateMappingStep{{.name = "deaf", .table = "plain", .function = "g"}}},
                    {2min, EnableMappingStep{"twin"}},
                    {3min, DeleteMappingStep{"deaf"}},
                    {4min, UpdateMappingStep{"twin", {.function = "g"}}}};
  const Run run = play(scenario);
  REQUIRE_FALSE(run.bug);
  const auto refused = facts_of<MappingCallRefused>(run);
  REQUIRE(refused.size() == 5);
  CHECK(refused[0].error == ServiceError::resource_conflict);
  CHECK(refused[1].error == ServiceError::invalid_parameter_value);
  CHECK(refused[1].message == "Stream not found: of table plain");
  for (std::size_t i = 2; i < 5; ++i) {
    CHECK(refused[i].error == ServiceError::resource_not_found);
    CHECK(refused[i].message == "The resource you requested does not exist.");
  }
  CHECK(facts_of<MappingDeclared>(run).size() == 1);
}

TEST_CASE("nothing remains of an update that was refused", "[ESM-26]") {
  Scenario scenario = base;
  scenario.steps = {{1min, UpdateMappingStep{"m", {.batch_size = 5}}},
                    {2min, UpdateMappingStep{"m", {.filter_criteria = {{R"({"eventName":["REMOVE"]})"}}}}},  // still Updating
                    {20min, UpdateMappingStep{"m", {.maximum_retry_attempts = 2}}},
                    put(40min, "A")};
  const Plan slow = Plan::listed({{"trigger.change_lag", "trigger m / change 0", Duration(5min).count()}});
  const Run run = simulate(scenario, slow, handlers, {.keep_trace = true});
  REQUIRE_FALSE(run.bug);
  REQUIRE(facts_of<MappingCallRefused>(run).size() == 1);
  CHECK(facts_of<MappingCallRefused>(run)[0].error == ServiceError::resource_in_use);
  CHECK(facts_of<MappingUpdated>(run).size() == 2);
  CHECK(facts_of<InvocationStarted>(run).size() == 1);  // no filter
}

TEST_CASE("an update is judged with the settings that the mapping has by then", "[ESM-22][ESM-24][ESM-13][WIN-8]") {
  Scenario scenario = base;
  scenario.queues = {{"letters"}};
  scenario.buckets = {{"failures"}};
  scenario.mappings[0].on_failure = Destination::sqs;
  scenario.mappings[0].destination = "letters";
  const auto update = [](Duration at, MappingPatch changes) { return Step{at, UpdateMappingStep{"m", std::move(changes)}}; };
  scenario.steps = {update(1min, {.tumbling_window = 60s}),
                    update(3min, {.parallelization_factor = 2}),      // beside that window
                    update(5min, {.on_failure = Destination::none}),  // with the mapping's own destination
                    update(7min, {.on_failure = Destination::s3}),    // which is no bucket
                    update(9min, {.destination = "failures"}),        // which is no queue
                    update(11min, {.on_failure = Destination::s3, .destination = "failures"}),
                    update(13min, {.on_failure = Destination::none, .destination = ""}),
                    update(15min, {.destination = "letters"}),  // without on_failure
                    update(17min, {.parallelization_factor = 2, .tumbling_window = 0s})};
  const Run run = play(scenario);
  REQUIRE_FALSE(run.bug);
  std::vector<std::string> said;
  for (const MappingCallRefused& refused : facts_of<MappingCallRefused>(run)) {
    CHECK(refused.error == ServiceError::invalid_parameter_value);
    said.push_back(refused.message);
  }
  CHECK(said ==
        std::vector<std::string>{
            "parallelization_factor is 2 beside a tumbling_window of 1min; accepted: 1, or no tumbling_window",
            "destination is letters with on_failure none; accepted: no destination (null), or on_failure sqs, sns or s3",
            "destination is letters; accepted: a bucket with on_failure s3, a standard queue with sqs or sns",
            "destination is failures; accepted: a bucket with on_failure s3, a standard queue with sqs or sns",
            "destination is letters with on_failure none; accepted: no destination (null), or on_failure sqs, sns or s3"});
  CHECK(facts_of<MappingUpdated>(run).size() == 4);
}

TEST_CASE("steps and settings limit concurrency, of a function and of the account", "[POLL-12]") {
  for (const bool of_account : {false, true}) {
    Scenario scenario = base;
    if (of_account)
      scenario.account_concurrency = 0;
    else
      scenario.functions[0].reserved_concurrency = 0;
    const SetConcurrencyStep lifted = of_account ? SetConcurrencyStep{"", 10} : SetConcurrencyStep{"f", std::nullopt};
    scenario.steps = {put(1s, "A"), {30min, lifted}};
    const Run run = play(scenario);
    REQUIRE_FALSE(run.bug);
    CHECK(facts_of<InvocationThrottled>(run).size() > 10);
    CHECK(facts_of<InvocationStarted>(run).size() == 1);
    REQUIRE(facts_of<ConcurrencySet>(run).size() == 1);
    CHECK(facts_of<ConcurrencySet>(run)[0].of == (of_account ? "account" : "f"));
    CHECK(run.unfinished == 0);
  }
}

TEST_CASE("updates and pauses that find a failing batch are within the model's own promises",
          "[O-DELIVERY][O-RETRY][FILTER-10][ESM-25][POLL-4]") {
  Scenario scenario = base;
  scenario.mappings[0].batch_size = 1;
  const Handlers with_state{.functions = {{"f", keeps_state}, {"g", nothing}}, .readers = {}};
  const Step fails{0s, FailInvocationsStep{"f", 3}};
  MappingSettings filtered = scenario.mappings[0], lanes = filtered, retried = filtered, windows = filtered;
  filtered.filter_criteria = {R"({"eventName":["REMOVE"]})"};
  lanes.parallelization_factor = 4;
  retried.maximum_retry_attempts = 3;
  windows.tumbling_window = 60s;

  Scenario filters_come = scenario;
  filters_come.steps = {fails, put(0s, "A"), {2s, become(filtered)}};
  Scenario lanes_go = scenario;
  lanes_go.mappings = {lanes};
  lanes_go.steps = {
      fails, put(0s, "A"), put(1s, "A"), put(4s, "B"), put(4s, "C"), put(4s, "D"), {4300ms, become(scenario.mappings[0])}};
  Scenario paused = scenario;
  paused.mappings = {retried};
  paused.steps = {
      {0s, FailInvocationsStep{"f", 100}}, put(1s, "A"), {5s, DisableMappingStep{"m"}}, {10min, EnableMappingStep{"m"}}};
  paused.oracles = {{"O-RETRY", {{"mapping", "m"}, {"retries", "3"}}}};
  Scenario windows_go = scenario;
  windows_go.mappings = {windows};
  windows_go.steps = {fails, put(0s, "A"), {1s, become(scenario.mappings[0])}};
  for (const Scenario& each : {filters_come, lanes_go, paused, windows_go}) {
    const Run run = simulate(each, Plan::calm(), with_state, {.keep_trace = true});
    REQUIRE_FALSE(run.bug);
    INFO((run.violation() ? run.violation()->message : std::string()));
    CHECK(run.violation() == nullptr);
    CHECK(run.unfinished == 0);
    std::map<std::pair<RecordId, std::uint32_t>, int> asked;  // by batch and attempt, as choices are keyed
    for (const InvocationStarted& started : facts_of<InvocationStarted>(run))
      CHECK((started.records->empty() || ++asked[{started.records->front(), started.attempt}] == 1));
  }
}

TEST_CASE("through every change of lanes, filters and windows each record is settled once, and what is lost is told",
          "[ESM-25][OPEN-43][FILTER-10][POLL-4][OPEN-10]") {
  const std::string pattern = R"({"dynamodb":{"NewImage":{"value":{"N":[{"numeric":[">",0]}]}}}})";
  Scenario scenario = base;
  scenario.tables[0].stream = StreamView::new_and_old_images;
  scenario.mappings[0].batch_size = 4;
  MappingSettings lanes = scenario.mappings[0], filtered = lanes, single = lanes, windows = lanes;
  lanes.parallelization_factor = 4;
  filtered.parallelization_factor = 2;
  filtered.filter_criteria = {pattern};
  windows.tumbling_window = 60s;
  scenario.workloads = {{.table = "orders", .clients = 3, .operations = 20, .items = 6}};
  scenario.steps = {{1min, become(lanes)},           {9min, SplitShardStep{"orders", "0", 2}},
                    {10min, become(filtered)},       {18min, DisableMappingStep{"m"}},
                    {25min, EnableMappingStep{"m"}}, {34min, become(single)},
                    {42min, become(windows)},        {52min, become(lanes)}};
  scenario.choices = {{.site = "workload.pause", .low = 0, .high = Duration(3min).count()}};
  scenario.run_for = 30h;
  scenario.heal_at = 2h;
  const Handlers keeps{.functions = {{"f",
                                      [](const StreamEvent&, Context& context) {
                                        (void)context.table("plain").put({{"id", "touched"}});
                                        return BatchResponse::with_state({{"n", 1}});
                                      }},
                                     {"g", nothing}},
                       .readers = {}};
  std::size_t updates = 0, throttled = 0, filtered_out = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    CAPTURE(seed);
    const Run run = simulate(scenario, Plan::seeded(Seed{seed}), keeps, {.keep_trace = true});
    REQUIRE_FALSE(run.bug);
    INFO((run.violation() ? run.violation()->message : std::string()));
    REQUIRE(run.violation() == nullptr);
    REQUIRE(run.unfinished == 0);
    updates += facts_of<MappingUpdated>(run).size();
    throttled += facts_of<InvocationThrottled>(run).size();
    for (const Settled& settled : facts_of<Settled>(run)) filtered_out += settled.how == Settlement::filtered ? 1 : 0;
    std::map<RecordId, int> settlements;
    for (const Settled& settled : facts_of<Settled>(run))
      for (const RecordId record : *settled.records) settlements[record] += 1;
    for (const Appended& appended : facts_of<Appended>(run)) REQUIRE(settlements[appended.record] == 1);
  }
  CHECK(updates > 1000);
  CHECK(throttled > 0);
  CHECK(filtered_out > 0);
}

TEST_CASE("while a table gets its stream back it is not deleted or changed, and what is refused is a fact",
          "[STREAM-15][STREAM-12][TABLE-3][OPEN-17][O-STREAM]") {
  const Plan slow = Plan::listed({{"stream.enabling", "table orders / stream 1", Duration(2min).count()},
                                  {"stream.enable_cut", "table orders / stream 1 / item B", Duration(5min).count()}});
  const auto told = [&](const Run& run) {
    REQUIRE_FALSE(run.bug);
    REQUIRE(run.violation() == nullptr);
    std::vector<std::string> said;
    for (const Fact& fact : run.trace) {
      if (fact.as<StreamActive>()) said.emplace_back("active at " + to_text(fact.at));
      if (const auto* refused = fact.as<TableCallRefused>()) {
        said.push_back(refused->call + ": " + std::string(wire_name(refused->error)));
        CHECK(run.trace[fact.cause].as<StepTaken>());
      }
    }
    return said;
  };
  Scenario scenario = base;
  scenario.mappings.clear();
  scenario.steps = {put(1min, "A"),
                    {3min, DisableStreamStep{"orders"}},
                    {10min, EnableStreamStep{"orders", StreamView::new_image}},
                    put(11min, "B"),
                    {11min, DisableStreamStep{"orders"}},
                    {11min, EnableStreamStep{"orders", StreamView::new_image}},
                    {11min, CreateIndexStep{"orders", {.name = "by_n", .key = {.partition = "n"}}}},
                    put(13min, "C"),
                    {14min, DeleteTableStep{"plain"}}};  // without a stream: nothing to disable, and no refusal
  const Run run = simulate(scenario, slow, handlers, {.keep_trace = true});
  CHECK(told(run) == std::vector<std::string>{"disable_stream: ResourceInUseException", "enable_stream: ResourceInUseException",
                                              "create_index by_n: ResourceInUseException", "active at 000:12:00.000000"});
  CHECK(facts_of<TableDeleted>(run).size() == 1);
  std::vector<std::string> captured;
  for (const Appended& record : facts_of<Appended>(run)) captured.push_back(record.key.to_text());
  CHECK(captured == std::vector<std::string>{"A", "C"});  // B was written while the stream was ENABLING

  for (const Duration at : {Duration(11min), Duration(13min)}) {
    scenario.steps = {{3min, DisableStreamStep{"orders"}},
                      {10min, EnableStreamStep{"orders", StreamView::new_image}},
                      {at, DeleteTableStep{"orders"}}};
    const Run deleting = simulate(scenario, slow, handlers, {.keep_trace = true});
    const bool held = at < 12min;
    CHECK(told(deleting).front() == (held ? "delete_table: ResourceInUseException" : "active at 000:12:00.000000"));
    CHECK(facts_of<TableDeleted>(deleting).size() == (held ? 0U : 1U));
    CHECK(facts_of<StreamDisabled>(deleting).size() == (held ? 1U : 2U));
  }
}

TEST_CASE("steps make and drop an index; what is refused of that is a fact", "[GSI-8][LIMIT-2]") {
  const IndexSettings by_group{.name = "by_group", .key = {.partition = "group"}};
  const IndexSettings by_n{.name = "by_n", .key = {.partition = "n"}};
  Scenario scenario = base;
  scenario.steps = {{1s, PutStep{"orders", {{"id", "A"}, {"group", "g0"}}}},
                    {1min, CreateIndexStep{"orders", by_group}},
                    {90s, CreateIndexStep{"orders", by_n}},
                    {100s, DeleteIndexStep{"orders", "by_group"}},
                    {10min, PutStep{"orders", {{"id", "A"}, {"group", "g1"}}}},
                    {11min, DeleteIndexStep{"orders", "by_group"}},
                    {11min, DeleteTableStep{"orders"}}};
  const Run run = play(scenario);
  REQUIRE_FALSE(run.bug);
  REQUIRE(run.violation() == nullptr);
  std::vector<std::string> said;
  for (const Fact& fact : run.trace) {
    if (const auto* changed = fact.as<IndexStatusChanged>()) said.emplace_back(to_text(changed->status));
    if (const auto* refused = fact.as<TableCallRefused>())
      said.push_back(refused->call + ": " + std::string(wire_name(refused->error)));
    if (fact.as<TableCallRefused>()) CHECK(run.trace[fact.cause].as<StepTaken>());
  }
  CHECK(said == std::vector<std::string>{"creating", "create_index by_n: LimitExceededException",
                                         "delete_index by_group: ResourceInUseException", "backfilling", "active", "deleting",
                                         "delete_table: ResourceInUseException", "gone"});
  CHECK(facts_of<TableDeleted>(run).empty());
  CHECK(facts_of<IndexUpdated>(run).size() == 3);
}

TEST_CASE("what was refused may be asked for again, and what was done may not be asked for twice",
          "[GSI-8][LIMIT-2][ESM-23][ESM-24][TABLE-5]") {
  const IndexSettings by_n{.name = "by_n", .key = {.partition = "n"}}, by_m{.name = "by_m", .key = {.partition = "m"}};
  const CreateMappingStep made{{.name = "made", .table = "plain", .function = "f"}};
  Scenario scenario = base;
  scenario.mappings.clear();
  scenario.steps = {{10s, CreateIndexStep{"plain", by_n}},
                    {20s, CreateIndexStep{"plain", by_m}},
                    {20s, DeleteTableStep{"plain"}},
                    {30s, made},
                    {20min, CreateIndexStep{"plain", by_m}},
                    {30min, CreateIndexStep{"plain", by_m}},
                    {40min, EnableStreamStep{"plain", StreamView::new_image}},
                    {41min, made},
                    {42min, made},
                    {42min, CreateMappingStep{{.name = "made", .table = "plain", .function = "g"}}},
                    {43min, PutStep{"plain", {{"id", "A"}}}},
                    {44min, DeleteTableStep{"plain"}},
                    {50min, PutStep{"plain", {{"id", "B"}}}},
                    {50min, CreateIndexStep{"plain", by_n}},
                    {50min, SplitShardStep{"plain", ""}},
                    {51min, DisableStreamStep{"plain"}},
                    {52min, EnableStreamStep{"plain", StreamView::new_image}},
                    {53min, DeleteTableStep{"plain"}}};
  const Run run = play(scenario);
  REQUIRE_FALSE(run.bug);
  REQUIRE(run.violation() == nullptr);
  std::vector<std::string> said;
  for (const Fact& fact : run.trace) {
    const auto say = [&](const std::string& call, ServiceError error) {
      said.push_back(call + ": " + std::string(wire_name(error)));
    };
    if (const auto* refused = fact.as<TableCallRefused>()) say(refused->call, refused->error);
    if (const auto* refused = fact.as<MappingCallRefused>()) say(refused->mapping_name, refused->error);
  }
  CHECK(said ==
        std::vector<std::string>{"create_index by_m: LimitExceededException", "delete_table: ResourceInUseException",
                                 "made: InvalidParameterValueException", "create_index by_m: ValidationException",
                                 "made: ResourceConflictException", "made: InvalidParameterValueException",
                                 "create_index by_n: ResourceNotFoundException", "disable_stream: ResourceNotFoundException",
                                 "enable_stream: ResourceNotFoundException", "delete_table: ResourceNotFoundException"});
  CHECK(facts_of<MappingDeclared>(run).size() == 1);
  CHECK(facts_of<InvocationStarted>(run).size() == 1);
}
