// What a missing permission stops, and what it does not.
#include "scenarios/play/play.hpp"
#include "sim/trigger/destination.hpp"
#include "tests/catch.hpp"

using namespace weir;

namespace {

using Effect = PolicyStatement::Effect;
constexpr const char* orders_arn = "arn:aws:dynamodb:us-east-1:123456789012:table/orders";

PolicyStatement allow(std::vector<std::string> actions, std::vector<std::string> resources = {"*"}) {
  return {Effect::allow, std::move(actions), std::move(resources)};
}
PolicyStatement deny(std::vector<std::string> actions) { return {Effect::deny, std::move(actions), {"*"}}; }
Role worker(std::vector<PolicyStatement> statements) {
  return {.name = "worker", .managed = {}, .statements = std::move(statements)};
}

Scenario orders_to_copies(Role role) {
  return {.name = "access",
          .tables = {{.name = "orders", .key = {.partition = "id"}, .stream = StreamView::new_image},
                     {.name = "copies", .key = {.partition = "id"}}},
          .functions = {{.name = "copy", .role = "worker"}},
          .mappings = {{.table = "orders", .function = "copy"}},
          .roles = {std::move(role)},
          .steps = {{1s, PutStep{"orders", {{"id", "A"}}}}},
          .run_for = 2h};
}

// What the copying of each order came to, in its own words.
std::vector<std::string> said;
BatchResponse copy(const StreamEvent& event, Context& context) {
  for (const StreamRecord& record : event.records) {
    const Result<Done> written = context.table("copies").put(*record.new_image);
    said.push_back(written ? "done" : std::string(wire_name(written.error())) + ": " + std::string(written.failure().message));
  }
  return BatchResponse::ok();
}

struct Played {
  Run run;
  template <class T>
  std::vector<std::pair<Duration, T>> facts() const {
    std::vector<std::pair<Duration, T>> found;
    for (const Fact& fact : run.trace)
      if (const T* body = fact.as<T>()) found.emplace_back(fact.at - Instant{}, *body);
    return found;
  }
};

Played play(const Scenario& scenario, ReaderBody reader = {}) {
  said.clear();
  Handlers handlers;
  handlers.functions["copy"] = copy;
  if (reader) handlers.readers["reader"] = std::move(reader);
  return {simulate(scenario, Plan::calm(), handlers, {.keep_trace = true})};
}

}  // namespace

TEST_CASE("a role that allows everything stops nothing", "[IAM-1][ESM-29]") {
  const Played played = play(orders_to_copies(worker({allow({"*"})})));
  CHECK(said == std::vector<std::string>{"done"});
  CHECK(played.facts<MappingAccess>().empty());
  CHECK(played.facts<AccessDenied>().empty());
}

TEST_CASE("a write that the role does not allow is refused in AWS's words, and changes nothing", "[IAM-1]") {
  const Played played = play(orders_to_copies(worker({allow({"*"}), deny({"dynamodb:PutItem"})})));
  CHECK(said == std::vector<std::string>{
                    "AccessDeniedException: User: arn:aws:sts::123456789012:assumed-role/worker/invocation-0 is not authorized "
                    "to perform: dynamodb:PutItem on resource: arn:aws:dynamodb:us-east-1:123456789012:table/copies"});
  REQUIRE(played.facts<AccessDenied>().size() == 1);
  CHECK(played.facts<AccessDenied>()[0].second.action == "dynamodb:PutItem");
  CHECK(played.facts<Written>().size() == 1);  // the order's own
}

TEST_CASE("a mapping whose role lacks any one of the stream's actions polls nothing and says so, and goes on when it has it",
          "[IAM-2][ESM-29][ESM-20]") {
  for (const char* action :
       {"dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"}) {
    INFO(action);
    Scenario scenario = orders_to_copies(worker({allow({"*"}), deny({action})}));
    scenario.steps.push_back({30min, PutStep{"orders", {{"id", "B"}}}});
    scenario.steps.push_back({1h, SetRoleStep{worker({allow({"*"})})}});
    const Played played = play(scenario);
    const auto told = played.facts<MappingAccess>();
    REQUIRE(told.size() == 2);
    CHECK(told[0].second.missing == action);
    const bool of_all = std::string_view(action) == "dynamodb:ListStreams";
    CHECK(told[0].second.resource == (of_all ? "*" : std::string(orders_arn) + "/stream/2026-01-01T00:00:00.000"));
    CHECK(told[0].second.result ==
          "PROBLEM: the role worker cannot perform " + std::string(action) + " on " + told[0].second.resource);
    CHECK(told[1].second.missing.empty());
    CHECK(told[1].second.result == "No records processed");  // yet
    const auto started = played.facts<InvocationStarted>();
    REQUIRE(started.size() == 1);  // both records together
    CHECK(started[0].first >= 1h);
    CHECK(started[0].first < 1h + 1s);
    CHECK(said.size() == 2);
  }
}

TEST_CASE("the stream's actions count on the stream's own ARN", "[IAM-2]") {
  const PolicyStatement streams = allow({"dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"},
                                        {std::string(orders_arn) + "/stream/*"});
  const PolicyStatement rest = allow({"dynamodb:ListStreams", "dynamodb:PutItem"});
  (void)play(orders_to_copies(worker({streams, rest})));
  CHECK(said == std::vector<std::string>{"done"});
  PolicyStatement of_table = streams;
  of_table.resources = {orders_arn};
  const Played played = play(orders_to_copies(worker({of_table, rest})));
  CHECK(said.empty());
  CHECK(played.run.unfinished == 1);
}

TEST_CASE("a mapping that lost the right to read loses nothing within the day", "[IAM-2]") {
  Scenario scenario = orders_to_copies(worker({allow({"*"})}));
  scenario.steps = {{10s, SetRoleStep{worker({deny({"*"})})}},
                    {20s, PutStep{"orders", {{"id", "A"}}}},
                    {20h, SetRoleStep{worker({allow({"*"})})}}};
  scenario.run_for = 21h;
  (void)play(scenario);
  CHECK(said == std::vector<std::string>{"done"});
}

TEST_CASE("AWS's own policy for stream functions is enough for a mapping: it invokes in the service's name", "[ESM-29]") {
  Role role = worker({allow({"dynamodb:PutItem"})});
  role.managed = {"AWSLambdaDynamoDBExecutionRole"};
  const Played played = play(orders_to_copies(role));
  CHECK(said == std::vector<std::string>{"done"});
  CHECK(played.facts<MappingAccess>().empty());
}

TEST_CASE("a mapping's state names its problem while its role lacks something, and then what it did last", "[ESM-20][IAM-2]") {
  Scenario scenario = orders_to_copies(worker({allow({"*"})}));
  scenario.steps = {{1min, SetRoleStep{worker({deny({"dynamodb:GetRecords"})})}},
                    {2min, DisableMappingStep{"copy"}},
                    {3min, EnableMappingStep{"copy"}},
                    {4min, SetRoleStep{worker({allow({"*"})})}},
                    {5min, DisableMappingStep{"copy"}},
                    {6min, EnableMappingStep{"copy"}},
                    {7min, PutStep{"orders", {{"id", "A"}}}},
                    {8min, SetRoleStep{worker({deny({"dynamodb:GetRecords"})})}},
                    {9min, SetRoleStep{worker({allow({"*"})})}}};
  const Played played = play(scenario);
  std::vector<std::string> results;
  for (const auto& [at, changed] : played.facts<MappingStateChanged>())
    results.emplace_back(to_text(changed.last_processing_result));
  const std::vector<std::string> problem(4, "PROBLEM: The role lacks a permission"), none(4, "No records processed");
  std::vector<std::string> expected = problem;
  expected.insert(expected.end(), none.begin(), none.end());
  CHECK(results == expected);
  const auto told = played.facts<MappingAccess>();
  REQUIRE(told.size() == 4);
  CHECK(told[1].second.result == "No records processed");
  CHECK(told[3].second.result == "OK");
}

TEST_CASE("a query or a scan of an index is judged on the index, one of the table on the table", "[IAM-1]") {
  const std::string index_arn = std::string(orders_arn) + "/index/by_group";
  for (const bool of_index : {false, true}) {
    INFO(of_index);
    Scenario scenario = orders_to_copies(worker({allow({"*"})}));
    scenario.tables[0].indexes = {{.name = "by_group", .key = {.partition = "group"}}};
    scenario.roles.push_back({.name = "guest",
                              .managed = {},
                              .statements = {allow({"dynamodb:Query", "dynamodb:Scan"}, {of_index ? index_arn : orders_arn})}});
    scenario.readers = {{.name = "reader", .role = "guest"}};
    std::vector<bool> denied;
    const Played played = play(scenario, [&](Context& context) {
      TableClient orders = context.table("orders");
      denied.push_back(orders.call(Scan{}).failed_with(ServiceError::access_denied));
      denied.push_back(orders.call(Query{.key = {AttributeValue("A")}}).failed_with(ServiceError::access_denied));
      denied.push_back(orders.call(Scan{.page = {.index_name = "by_group"}}).failed_with(ServiceError::access_denied));
      denied.push_back(orders.call(Query{.key = {AttributeValue("A")}, .page = {.index_name = "by_group"}})
                           .failed_with(ServiceError::access_denied));
    });
    CHECK(denied == std::vector<bool>{of_index, of_index, !of_index, !of_index});
    for (const auto& [at, refused] : played.facts<AccessDenied>())
      CHECK(refused.resource == (of_index ? std::string(orders_arn) : index_arn));
  }
}

TEST_CASE("calls on a stream that is no more are judged on its own ARN, not on that of the table's present one",
          "[IAM-2][STREAM-13]") {
  Scenario scenario = orders_to_copies(worker({allow({"*"})}));
  scenario.steps = {{0s, PutStep{"orders", {{"id", "A"}}}},
                    {1min, DisableStreamStep{"orders"}},
                    {10min, EnableStreamStep{"orders", StreamView::new_image}}};
  scenario.roles.push_back(
      {.name = "old",
       .managed = {},
       .statements = {allow({"dynamodb:*"}, {std::string(orders_arn) + "/stream/2026-01-01T00:00:00.000"})}});
  std::vector<std::string> said_of_old;
  scenario.readers = {{.name = "reader", .start_at = 20min, .role = "old"}};
  const Played played = play(scenario, [&](Context& context) {
    StreamsClient stream = context.stream("orders");
    const auto tell = [&](ServiceError error) { said_of_old.emplace_back(wire_name(error)); };
    tell(stream.describe_stream().error());
    tell(stream.describe_stream({.stream = StreamId{0}}).error());
    tell(stream.describe_stream({.stream = StreamId{1}}).error());
    tell(stream.describe_stream({.stream = StreamId{99}}).error());
    const auto iterator = stream.get_shard_iterator(ShardId{0}, IteratorType::trim_horizon);
    tell(iterator.error());
    if (iterator) tell(stream.get_records(*iterator).error());
    tell(stream.get_shard_iterator(ShardId{99}, IteratorType::trim_horizon).error());
  });
  const std::string none, denied = "AccessDeniedException";
  CHECK(said_of_old == std::vector<std::string>{denied, none, denied, denied, none, none, denied});
}

TEST_CASE("a mapping's role may name the folder of its own objects", "[ESM-29][DEST-6]") {
  for (const bool its_own : {false, true}) {
    INFO(its_own);
    Scenario scenario = orders_to_copies(worker({}));
    scenario.buckets = {{"failures"}};
    scenario.mappings[0].maximum_retry_attempts = 0;
    scenario.mappings[0].on_failure = Destination::s3;
    scenario.mappings[0].destination = "failures";
    scenario.steps.insert(scenario.steps.begin(), {0s, FailInvocationsStep{"copy", 1}});
    const std::string uuid = its_own ? mapping_uuid(MappingId{0}) : "00000000-0000-0000-0000-000000000000";
    scenario.roles = {worker({allow({"dynamodb:*"}), allow({"s3:ListBucket"}),
                              allow({"s3:PutObject"}, {"arn:aws:s3:::failures/aws/lambda/" + uuid + "/*"})})};
    const Played played = play(scenario);
    CHECK(played.facts<DestinationSent>().size() == (its_own ? 1U : 0U));
    CHECK(played.facts<DestinationFailed>().size() == (its_own ? 0U : 1U));
  }
}

TEST_CASE("while lambda:InvokeFunction is denied the batch is tried again and again, at no cost to its quota",
          "[ESM-29][POLL-11]") {
  Scenario scenario = orders_to_copies(worker({allow({"*"}), deny({"lambda:InvokeFunction"})}));
  scenario.mappings[0].maximum_retry_attempts = 1;
  scenario.steps.push_back({1h, SetRoleStep{worker({allow({"*"})})}});
  const Played played = play(scenario);
  CHECK(played.facts<RetryScheduled>().size() > 10);
  CHECK(said == std::vector<std::string>{"done"});
  CHECK(played.facts<MappingAccess>()[0].second.missing == "lambda:InvokeFunction");
  REQUIRE(played.facts<Settled>().size() == 1);
  CHECK(played.facts<Settled>()[0].second.how == Settlement::handled);
}

TEST_CASE("without the right to send to its destination a mapping gives records up in silence", "[ESM-29][DEST-7]") {
  for (const auto& [to, action] : {std::pair(Destination::sqs, "sqs:SendMessage"), std::pair(Destination::sns, "sns:Publish"),
                                   std::pair(Destination::s3, "s3:PutObject"), std::pair(Destination::s3, "s3:ListBucket")}) {
    INFO(action);
    Scenario scenario = orders_to_copies(worker({allow({"*"}), deny({action})}));
    scenario.mappings[0].maximum_retry_attempts = 0;
    scenario.mappings[0].on_failure = to;
    scenario.steps.insert(scenario.steps.begin(), {0s, FailInvocationsStep{"copy", 1}});
    const Played played = play(scenario);
    REQUIRE(played.facts<DestinationFailed>().size() == 1);
    CHECK(played.facts<DestinationFailed>()[0].second.error == ServiceError::access_denied);
    CHECK(played.facts<DestinationFailed>()[0].second.role == "worker");
    CHECK(played.facts<DestinationFailed>()[0].second.action == action);
    CHECK_FALSE(played.facts<DestinationFailed>()[0].second.resource.empty());
    CHECK(played.facts<DestinationSent>().empty());
    REQUIRE(played.facts<Settled>().size() == 1);
    CHECK_FALSE(played.facts<Settled>()[0].second.sent);
  }
}

TEST_CASE("what a mapping may do goes by the version that a try goes by, also while an update is under way",
          "[ESM-29][ESM-22][OPEN-43]") {
  const std::int64_t lag = Duration(5min).count();
  for (const bool seen : {false, true}) {
    CAPTURE(seen);
    Scenario scenario = orders_to_copies(worker({allow({"*"})}));
    scenario.roles.push_back({.name = "barred", .managed = {}, .statements = {allow({"*"}), deny({"lambda:InvokeFunction"})}});
    scenario.functions.push_back({.name = "other", .handler = "copy", .role = "barred"});
    scenario.mappings[0].name = "copy";
    scenario.choices = {{.site = "trigger.change_lag", .low = lag, .high = lag, .calm = lag},
                        {.site = "trigger.update_seen", .low = seen, .high = seen, .calm = seen}};
    scenario.steps = {{0s, FailInvocationsStep{"copy", 2}},
                      {1min, UpdateMappingStep{"copy", {.function = "other"}}},
                      {5min + 59s, PutStep{"orders", {{"id", "A"}}}},  // fails, and is tried again as the update comes through
                      {20min, PutStep{"orders", {{"id", "B"}}}},
                      {1h, SetRoleStep{{.name = "barred", .managed = {}, .statements = {allow({"*"})}}}}};
    const Played played = play(scenario);
    for (const auto& [at, started] : played.facts<InvocationStarted>())
      CHECK((started.function == FunctionId{1} ? at >= Duration(1h) : at < Duration(6min)));
    std::size_t handled = 0;
    for (const auto& [at, settled] : played.facts<Settled>())
      if (settled.how == Settlement::handled) handled += settled.records->size();
    CHECK(handled == 2);
    REQUIRE(played.facts<MappingAccess>().size() == 2);
    CHECK(played.facts<MappingAccess>()[0].first == Duration(6min));
    CHECK(played.facts<MappingAccess>()[0].second.missing == "lambda:InvokeFunction");
  }
}

TEST_CASE("a failure record goes nowhere that the role does not allow, whichever version's destination it is",
          "[ESM-29][DEST-7][OPEN-43]") {
  const std::int64_t lag = Duration(5min).count();
  for (const bool seen : {false, true}) {
    CAPTURE(seen);
    Scenario scenario = orders_to_copies(
        worker({allow({"dynamodb:*"}), allow({"sqs:SendMessage"}, {"arn:aws:sqs:us-east-1:123456789012:letters"})}));
    scenario.queues = {{.name = "letters"}, {.name = "others"}};
    MappingSettings& mapping = scenario.mappings[0];
    mapping.name = "copy", mapping.maximum_retry_attempts = 0, mapping.on_failure = Destination::sqs;
    mapping.destination = "letters";
    scenario.choices = {{.site = "trigger.change_lag", .low = lag, .high = lag, .calm = lag},
                        {.site = "trigger.update_seen", .low = seen, .high = seen, .calm = seen}};
    scenario.steps = {{0s, FailInvocationsStep{"copy", 1}},
                      {1min, UpdateMappingStep{"copy", {.destination = "others"}}},
                      {2min, PutStep{"orders", {{"id", "A"}}}}};
    const Played played = play(scenario);
    CHECK(played.facts<DestinationSent>().size() == (seen ? 0U : 1U));
    CHECK(played.facts<DestinationFailed>().size() == (seen ? 1U : 0U));
  }
}

TEST_CASE("nothing is told of what a deleted mapping may do", "[IAM-2][ESM-25]") {
  Scenario scenario = orders_to_copies(worker({allow({"*"})}));
  scenario.mappings[0].name = "copy";
  scenario.steps.push_back({1min, DeleteMappingStep{"copy"}});
  scenario.steps.push_back({2min, SetRoleStep{worker({deny({"lambda:InvokeFunction"})})}});
  scenario.steps.push_back({3min, SetRoleStep{worker({allow({"*"})})}});
  const Played played = play(scenario);
  CHECK(said == std::vector<std::string>{"done"});
  CHECK(played.facts<MappingAccess>().empty());
}

TEST_CASE("readers have roles of their own, for streams and for queues", "[IAM-1][IAM-2]") {
  Scenario scenario = orders_to_copies(worker({allow({"*"})}));
  scenario.roles.push_back({.name = "guest", .managed = {}, .statements = {allow({"dynamodb:DescribeStream"})}});
  scenario.readers = {{.name = "reader", .role = "guest"}};
  scenario.queues = {{.name = "letters"}};
  std::vector<bool> denied;
  const Played played = play(scenario, [&](Context& context) {
    StreamsClient stream = context.stream("orders");
    const auto shards = stream.describe();
    denied.push_back(shards.failed_with(ServiceError::access_denied));
    denied.push_back(
        stream.get_shard_iterator(shards->front().shard, IteratorType::trim_horizon).failed_with(ServiceError::access_denied));
    denied.push_back(stream.list_streams().failed_with(ServiceError::access_denied));
    denied.push_back(stream.get_records(IteratorId{0}).failed_with(ServiceError::access_denied));
    denied.push_back(context.table("orders").scan().failed_with(ServiceError::access_denied));
    denied.push_back(context.table("orders").get({{"id", "A"}}).failed_with(ServiceError::access_denied));
    denied.push_back(context.table("orders").remove({{"id", "A"}}).failed_with(ServiceError::access_denied));
    QueueClient queue = context.queue("letters");
    denied.push_back(queue.send({.body = "a"}).failed_with(ServiceError::access_denied));
    denied.push_back(queue.receive().failed_with(ServiceError::access_denied));
    denied.push_back(queue.remove({}).failed_with(ServiceError::access_denied));
  });
  CHECK(denied == std::vector<bool>{false, true, true, true, true, true, true, true, true, true});
  CHECK(played.facts<AccessDenied>().size() == 9);
}
