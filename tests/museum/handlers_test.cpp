// Every bundled handler and reader may be named by a scenario of anyone's, whatever its stream shows and its items have: what
// it lacks ends an invocation with a sentence, never the program, and never looks like a bug of ours.
#include <set>
#include <string>

#include "scenarios/bundle/bundle.hpp"
#include "scenarios/format/scenario_file.hpp"
#include "scenarios/play/play.hpp"
#include "tests/catch.hpp"

namespace weir {

namespace {

// All tables, queues and buckets that a bundled consumer asks for, and an item without any attribute but its key.
Scenario playing(const std::string& functions, const std::string& view, const std::string& more = "") {
  std::string tables;
  for (const char* table : {"view", "logfile_replica", "cold", "priced", "board", "bills", "receipts", "archive", "sessions",
                            "admitted", "grand", "progress"})
    tables += std::string(R"(,{"name":")") + table + R"(","key":"id"})";
  for (const char* table : {"claims", "marks"}) tables += std::string(R"(,{"name":")") + table + R"(","key":"event"})";
  const std::string text =
      R"({"name": "borrowed", "tables": [
      {"name": "orders", "key": "id", "stream": ")" +
      view + R"(", "ttl": "expires_at", "indexes": [{"name": "by_group", "kind": "global", "key": "group", "sort": "id"}]},
      {"name": "totals", "key": "group"}, {"name": "rates", "key": "currency"}, {"name": "locks", "key": "name"})" +
      tables + R"(],
    "queues": [{"name": "letters"}, {"name": "orders-to-count", "kind": "fifo"}], "buckets": ["failures"],)" +
      functions + R"(,
    "steps": [{"at": "1s", "put": {"table": "orders", "item": {"id": "bare"}}},
              {"at": "2s", "put": {"table": "rates", "item": {"currency": "USD"}}},
              {"at": "3s", "put": {"table": "orders", "item": {"id": "odd", "value": "x", "revision": true}}},
              {"at": "4s", "put": {"table": "orders", "item": {"id": "odd", "group": "g0",
                  "value": {"$N": "99999999999999999999999999999999999999"}, "revision": 2}}},
              {"at": "5s", "put": {"table": "orders", "item": {"id": "even", "group": "g0", "value": {"$N": "0.5"}, "expires_at": 1}}},
              {"at": "6s", "delete": {"table": "orders", "key": {"id": "bare"}}}],
    "workload": {"table": "orders", "clients": 2, "operations": 8, "items": 3, "groups": 2, "expires_in": "10min"},
    "run_for": "60h", "heal_at": "5h")" +
      more + "}";
  return parse_scenario(text, "borrowed.json", all_sites());
}

std::string function_of(const std::string& handler, const std::string& more) {
  return R"("functions": [{"name": "borrowed", "handler": ")" + handler +
         R"("}], "mappings": [{"table": "orders", "function": "borrowed", "maximum_batching_window": "2s", "batch_size": 10,
            "maximum_retry_attempts": 6, "bisect_on_error": true, "report_batch_item_failures": true)" +
         more + "}]";
}

void plays_on(const Scenario& scenario, int seeds) {
  Player player(scenario, bundled_handlers());
  const Run calm = player.play(Plan::calm());
  CHECK_FALSE(calm.bug);
  CHECK(calm.holds());
  for (int seed = 1; seed <= seeds; ++seed) {
    CAPTURE(seed);
    const Run run = player.play(Plan::seeded(Seed{static_cast<std::uint64_t>(seed)}));
    CHECK_FALSE(run.bug);
    CHECK(run.holds());
  }
}

std::set<std::string> complaints(const std::string& handler, const std::string& view) {
  std::set<std::string> all;
  const Scenario scenario = playing(function_of(handler, ""), view);
  for (const Fact& fact : simulate(scenario, Plan::calm(), bundled_handlers(), {.keep_trace = true}).trace)
    if (const auto* ended = fact.as<InvocationEnded>(); ended && !ended->message.empty()) all.emplace(ended->message);
  return all;
}

}  // namespace

TEST_CASE("every bundled handler plays on whatever its stream shows and its items have", "[museum][catalogue]") {
  for (const auto& [handler, code] : bundled_handlers().functions)
    for (const char* view : {"keys_only", "new_image", "old_image", "new_and_old_images"})
      for (const char* more : {"", R"(, "tumbling_window": "1min")"}) {
        CAPTURE(handler, view, more);
        plays_on(playing(function_of(handler, more), view), 3);
      }
}

TEST_CASE("every bundled reader plays on whatever its stream shows and its items have", "[museum][catalogue]") {
  for (const auto& [reader, code] : bundled_handlers().readers)
    for (const char* view : {"keys_only", "new_image", "old_image", "new_and_old_images"})
      for (const char* destination :
           {R"("on_failure": "sqs", "destination": "letters")", R"("on_failure": "s3", "destination": "failures")"}) {
        CAPTURE(reader, view, destination);
        const std::string readers = R"(, "readers": [{"name": "reader", "reader": ")" + reader + R"("}])";
        plays_on(playing(function_of("fm-14", std::string(", ") + destination), view, readers), 3);
      }
}

TEST_CASE("what a bundled handler lacks ends its invocation with a sentence that names it", "[museum][catalogue]") {
  CHECK(complaints("mirror", "keys_only").count("record 0 shows no new image: the stream's view is KEYS_ONLY") == 1);
  CHECK(complaints("mirror", "new_image").count("record 4 shows no old image: the stream's view is NEW_IMAGE") == 1);
  CHECK(complaints("mirror", "new_and_old_images").count(R"(the item {"id":"bare"} has no number 'revision')") == 1);
  CHECK(complaints("fm-09/broken", "new_and_old_images").count("record 4 shows no new image: it is a REMOVE") == 1);
  CHECK(complaints("fm-09/broken", "new_and_old_images").count(R"(the item {"id":"bare"} has no attribute 'group')") == 1);
  for (const char* copies :
       {"replicate", "fm-02/fixed", "fm-07/fixed", "fm-08", "fm-10/broken", "fm-10/fixed", "fm-13", "fm-15/broken",
        "fm-16/broken", "fm-16/fixed", "fm-22", "fm-28/broken", "fm-28/fixed", "fm-39/broken", "fm-39/fixed", "add_up"})
    for (const std::string view : {"keys_only", "old_image"}) {
      CAPTURE(copies, view);
      const std::string shows = view == "old_image" ? "OLD_IMAGE" : "KEYS_ONLY";
      CHECK(complaints(copies, view).count("record 0 shows no new image: the stream's view is " + shows) == 1);
    }
  CHECK(complaints("per_minute", "new_image").count("the event has no window: its mapping has no tumbling_window") == 1);
}

TEST_CASE("per_minute adds up groups of any name", "[catalogue][WIN-3]") {
  const Scenario scenario = parse_scenario(R"({"name": "named-first",
    "tables": [{"name": "orders", "key": "id", "stream": "new_image"}, {"name": "totals", "key": "group"}],
    "functions": [{"name": "per_minute"}],
    "mappings": [{"table": "orders", "function": "per_minute", "tumbling_window": "1min"}],
    "steps": [{"at": "1s", "put": {"table": "orders", "item": {"id": "A", "group": "first", "value": 3}}},
              {"at": "2s", "put": {"table": "orders", "item": {"id": "B", "group": "sum of first", "value": 4}}}],
    "run_for": "1h", "oracles": [{"oracle": "O-CONV", "source": "orders", "view": "totals", "fold": "sum", "of": "changes", "value": "value",
                 "group": "group"}]})",
                                           "s.json", all_sites());
  const Run run = simulate(scenario, Plan::calm(), bundled_handlers(), {.keep_trace = true});
  CHECK(run.holds());
  CHECK(run.unfinished == 0);
  CHECK(run.tables.at(1).items == 2);
}

}  // namespace weir
