// Tables as consumers call them: named by their ARN, and their time to live.
#include "scenarios/play/play.hpp"
#include "sim/base/bad_input.hpp"
#include "sim/data/arn.hpp"
#include "sim/kernel/door.hpp"
#include "tests/catch.hpp"

using namespace weir;

namespace {

using Lines = std::vector<std::string>;

template <class T>
std::string said(const Result<T>& result) {
  return result ? "done" : std::string(wire_name(result.error())) + ": " + std::string(result.failure().message);
}

std::string described(TableClient table) {
  const DescribeTimeToLive::Answer answer = table.call(DescribeTimeToLive{});
  return answer ? std::string(wire_name(answer->status)) : said(answer);
}

Scenario one_reader() {
  return {.name = "calls",
          .tables = {{.name = "orders", .key = {.partition = "id"}, .stream = StreamView::new_image}},
          .readers = {{.name = "reader"}},
          .run_for = 6h};
}

Run play(const Scenario& scenario, ReaderBody reader, const Plan& plan = Plan::calm()) {
  Handlers handlers;
  handlers.readers["reader"] = std::move(reader);
  return simulate(scenario, plan, handlers, {.keep_trace = true});
}

const Item item{{"id", "A"}};

}  // namespace

TEST_CASE("a consumer may name a table by its ARN, for calls of every kind", "[TABLE-2]") {
  Lines lines;
  (void)play(one_reader(), [&](Context& context) {
    TableClient orders = context.table(arn_of("dynamodb", "table/orders"));
    lines.push_back(said(orders.put(item)));
    lines.push_back(said(context.call(BatchWriteItem{{orders.of(WriteRequest{{}, PutRequest{Item{{"id", "B"}}}})}})));
    lines.push_back(said(context.table("orders").get(item)));
    lines.push_back(said(context.stream(arn_of("dynamodb", "table/orders")).describe()));
    for (const std::string& unknown :
         {arn_of("dynamodb", "table/invoices"), std::string("arn:aws:dynamodb:eu-west-1:123456789012:table/orders")})
      try {
        (void)context.table(unknown);
      } catch (const std::invalid_argument& error) {
        lines.push_back(error.what());
      }
  });
  CHECK(lines == Lines{"done", "done", "done", "done",
                       "no table is called 'arn:aws:dynamodb:us-east-1:123456789012:table/invoices'",
                       "no table is called 'arn:aws:dynamodb:eu-west-1:123456789012:table/orders'"});
}

TEST_CASE("calls for a malformed ARN are refused by the service, also where roles are looked at", "[TABLE-2][IAM-1]") {
  const std::string index_arn = arn_of("dynamodb", "table/orders/index/by_group");
  for (const bool has_role : {false, true}) {
    Scenario scenario = one_reader();
    if (has_role) {
      scenario.roles = {{.name = "worker", .managed = {}, .statements = {}}};  // may do nothing
      scenario.readers[0].role = "worker";
    }
    Lines lines;
    const Run run = play(scenario, [&](Context& context) {
      lines.push_back(said(context.table(index_arn).put(item)));
      lines.push_back(said(context.table("arn:orders").get(item)));
      try {
        (void)context.stream(index_arn);
      } catch (const std::invalid_argument& error) {
        lines.push_back(error.what());
      }
    });
    const std::string refused =
        "ValidationException: Invalid table/index name.  Table/index names must be between 3 and 255 characters long, and may "
        "contain only the characters a-z, A-Z, 0-9, '_', '-', and '.'";
    CHECK(lines == Lines{refused, refused, "no table is called '" + index_arn + "'"});
    CHECK(run.tables.at(0).items == 0);
  }
}

TEST_CASE("a consumer enables time to live, and sees it come into effect", "[TTL-12][TTL-14]") {
  Lines lines;
  const Plan slow = Plan::listed({{"ttl.processing", "table orders / change 0", Duration(20min).count()}});
  const Run run = play(
      one_reader(),
      [&](Context& context) {
        TableClient orders = context.table("orders");
        lines.push_back(described(orders));
        lines.push_back(said(orders.call(UpdateTimeToLive{.attribute_name = "expires", .enabled = true})));
        lines.push_back(described(orders));
        lines.push_back(said(orders.call(UpdateTimeToLive{.attribute_name = "expires", .enabled = false})));
        context.sleep(30min);
        lines.push_back(described(orders));
        (void)orders.put(item.with("expires", context.unix_seconds() + 60));
        context.sleep(1h);
        lines.push_back(said(orders.call(UpdateTimeToLive{.attribute_name = "expires", .enabled = false})));
        lines.push_back(described(orders));
      },
      slow);
  CHECK(lines == Lines{"DISABLED", "done", "ENABLING",
                       "ValidationException: Time to live has been modified multiple times within a fixed interval", "ENABLED",
                       "done", "DISABLED"});
  CHECK(run.tables.at(0).items == 0);
  CHECK(run.holds());
}

TEST_CASE("who may not change or see a table's time to live is told so", "[IAM-1][TTL-14]") {
  Scenario scenario = one_reader();
  scenario.roles = {{.name = "worker", .managed = {}, .statements = {}}};
  scenario.readers[0].role = "worker";
  Lines lines;
  (void)play(scenario, [&](Context& context) {
    TableClient orders = context.table("orders");
    lines.push_back(said(orders.call(UpdateTimeToLive{.attribute_name = "expires"})));
    lines.push_back(described(orders));
  });
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].find("is not authorized to perform: dynamodb:UpdateTimeToLive on resource: "
                      "arn:aws:dynamodb:us-east-1:123456789012:table/orders") != std::string::npos);
  CHECK(lines[1].find("dynamodb:DescribeTimeToLive") != std::string::npos);
}

TEST_CASE("a throttled call about time to live is no want of throughput", "[CAP-8][ERR-9]") {
  Lines lines;
  const Plan throttled =
      Plan::listed({{"client.fault", "reader reader / call 0", static_cast<std::int64_t>(CallFault::throttled)}});
  (void)play(
      one_reader(), [&](Context& context) { lines.push_back(described(context.table("orders"))); }, throttled);
  CHECK(lines == Lines{"ThrottlingException: Rate exceeded"});
}

TEST_CASE("steps enable and disable time to live; what the service refuses of them is a fact", "[TTL-12][TTL-13][TTL-16]") {
  Scenario scenario = one_reader();
  scenario.readers.clear();
  scenario.tables[0].ttl = "expires";
  scenario.steps = {{0s, UpdateTimeToLiveStep{"orders", "until", true}},
                    {1s, UpdateTimeToLiveStep{"orders", "expires", false}},
                    {2s, UpdateTimeToLiveStep{"orders", "expires", true}},
                    {2h, UpdateTimeToLiveStep{"orders", "expires", true}}};
  const Run run = play(scenario, {});
  Lines lines;
  for (const Fact& fact : run.trace) {
    if (const auto* refused = fact.as<TableCallRefused>()) lines.push_back(refused->call + ": " + refused->message);
    if (const auto* declared = fact.as<TableDeclared>()) lines.push_back("ttl of '" + declared->ttl_attribute + "'");
  }
  CHECK(lines == Lines{"ttl of 'expires'", "update_time_to_live until: TimeToLive is active on a different AttributeName",
                       "ttl of ''",
                       "update_time_to_live expires: Time to live has been modified multiple times within a fixed interval",
                       "ttl of 'expires'"});
}

TEST_CASE("a table and its stream come to be while a consumer waits for them", "[TABLE-4][STREAM-10]") {
  Scenario scenario = one_reader();
  scenario.tables[0].created_at = 1h;
  scenario.functions = {{.name = "copy"}};
  const MappingSettings mapping{.name = "copy", .table = "orders", .function = "copy"};
  scenario.steps = {{30min, CreateMappingStep{mapping}}, {2h, UpdateTimeToLiveStep{"orders", "expires", true}}};
  scenario.steps.insert(scenario.steps.begin() + 1, {90min, UpdateTimeToLiveStep{"orders", "until", false}});
  Lines lines;
  Handlers handlers;
  handlers.functions["copy"] = [](const StreamEvent&, Context&) { return BatchResponse::ok(); };
  handlers.readers["reader"] = [&](Context& context) {
    TableClient orders = context.table("orders");
    lines.push_back(said(orders.put(item)));
    lines.push_back(said(context.stream("orders").describe()));
    context.sleep(1h);
    lines.push_back(said(orders.put(item)));
    lines.push_back(said(context.stream("orders").describe()));
    context.sleep(10s);
    lines.push_back(said(orders.put(item)));
  };
  const Run run = simulate(scenario, Plan::calm(), handlers, {.keep_trace = true});
  const std::string not_there = "ResourceNotFoundException: Requested resource not found";
  CHECK(lines == Lines{not_there, not_there + ": Stream not found", not_there, "done", "done"});
  CHECK(run.holds());
  CHECK(run.records == 1);
}

TEST_CASE("a mapping cannot be there before its table", "[TABLE-4][ESM-1]") {
  Scenario scenario = one_reader();
  scenario.tables[0].created_at = 1h;
  scenario.functions = {{.name = "copy"}};
  scenario.mappings = {{.name = "copy", .table = "orders", .function = "copy"}};
  Handlers handlers;
  handlers.functions["copy"] = [](const StreamEvent&, Context&) { return BatchResponse::ok(); };
  handlers.readers["reader"] = [](Context&) {};
  CHECK_THROWS_AS(simulate(scenario, Plan::calm(), handlers), BadInput);
}
