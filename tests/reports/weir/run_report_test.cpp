// What a run's report tells beside verdicts: failed calls, answers, steps and rows without effect.
#include <algorithm>
#include <string>

#include "tests/catch.hpp"
#include "tests/reports/weir/program.hpp"

using weir::test::Folder;

namespace {

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("run tells how many invocations failed, and why the last one did; and what was not put to the test", "[weir]") {
  const Folder folder;
  const std::string failing = folder.run({"run", "fm-02", "--seed", "2"}).out;
  const auto trace = folder.run({"run", "fm-02", "--seed", "2", "--trace", "--json"}).json()["trace"];
  std::size_t ended = 0, failed = 0;
  std::string last;
  for (const auto& fact : trace) {
    if (fact["kind"] != "invocation_ended") continue;
    ended += 1;
    if (fact["outcome"] == "ok") continue;
    failed += 1;
    last = fact["message"];
  }
  REQUIRE(failed > 1);
  CHECK(
      contains(failing, "  " + std::to_string(failed) + " of " + std::to_string(ended) + " invocations failed, the last at "));
  CHECK(contains(failing, ": " + last));
  CHECK(contains(failing, " of the model's own promises hold, "));
  CHECK(contains(failing, " were not put to the test\n"));
  CHECK_FALSE(contains(folder.run({"run", "fm-02", "--seed", "4"}).out, "invocations failed"));
}

TEST_CASE("run tells what clients' steps were answered, ten of them", "[weir][OP-4][READ-1]") {
  const Folder folder;
  std::string steps;
  for (int i = 0; i < 11; ++i) steps += R"(,{"at":"2s","get":{"table":"orders","key":{"id":"A"}}})";
  folder.write("s.json", R"--({"name":"asked","tables":[{"name":"orders","key":"id","stream":"new_image"}],"steps":[
    {"at":"1s","put":{"table":"orders","item":{"id":"A"},"return_values":"all_old"}})--" +
                             steps + "]}");
  const std::string out = folder.run({"run", "s.json"}).out;
  INFO(out);
  CHECK(contains(out, "  what steps were answered\n    000:00:01.000000 step 0: put: no attributes\n"));
  CHECK(contains(out, "    000:00:02.000000 step 9: get: {\"id\":\"A\"}\n    and 2 more\n"));
  const auto json = folder.run({"run", "s.json", "--json"}).json();
  REQUIRE(json["answers"].size() == 12);
  CHECK(json["answers"][11]["line"] == "step 11: get: {\"id\":\"A\"}");
  CHECK(json["answers"][11]["at_us"] == 2'000'000);
  CHECK_FALSE(contains(folder.run({"run", "fm-65", "--seed", "2"}).out, "answered"));
}

TEST_CASE("run tells which steps were refused or found nothing to act on", "[weir][STREAM-6]") {
  const Folder folder;
  folder.write("s.json", R"--({"name": "idle-steps", "tables": [{"name": "orders", "key": "id", "stream": "new_image"}],
    "steps": [{"at": "1s", "put": {"table": "orders", "item": {"id": "A"}}},
              {"at": "2s", "put": {"table": "orders", "item": {"id": "A"}, "condition": "attribute_not_exists(id)"}},
              {"at": "3s", "split_shard": {"table": "orders", "shard": "9"}},
              {"at": "4s", "put": {"table": "orders", "item": {"id": "A"}}},
              {"at": "6s", "split_shard": {"table": "orders", "shard": "0"}}]})--");
  const std::string out = folder.run({"run", "s.json"}).out;
  INFO(out);
  CHECK(contains(out, "  3 of 5 steps had no effect\n"));
  for (const char* line : {"    step 1 (put) at 000:00:02.000000 had no effect: ConditionalCheckFailedException\n",
                           "    step 2 (split_shard) at 000:00:03.000000 had no effect: no open shard 9\n",
                           "    step 3 (put) at 000:00:04.000000 had no effect: the item was so already\n"})
    CHECK(contains(out, line));
  const auto json = folder.run({"run", "s.json", "--json"}).json();
  REQUIRE(json["steps_without_effect"].size() == 3);
  CHECK(json["steps_without_effect"][1]["why"] == "no open shard 9");
  CHECK_FALSE(contains(folder.run({"run", "fm-65", "--seed", "2"}).out, "had no effect"));
}

TEST_CASE("rows of a load that are refused, or that find no time, are told", "[weir][load]") {
  const Folder folder;
  const auto play = [&](const std::string& rows, const std::string& run_for) {
    folder.write("l.json", R"({"name": "rows", "tables": [{"name": "orders", "key": "id"}], "loads": [{"table": "orders",
      "columns": ["id", "v:N"], "every": "10min", "rows": [)" +
                               rows + R"(]}], "run_for": ")" + run_for + "\"}");
    return folder.run({"run", "l.json"}).out;
  };
  const std::string all = play(R"(["a", "1"], ["b", "2"])", "1h");
  CHECK(contains(all, "  2 rows into orders, one every 10min\n  played "));
  const std::string some = play(R"(["a", "1"], ["", "2"], ["c", "3"], ["d", "4"])", "25min");
  INFO(some);
  CHECK(contains(some, "    1 of them refused, the last: ValidationException: One or more parameter values"));
  CHECK(contains(some, " of them not written by the end of the run, at 25min\n"));
}

TEST_CASE("steps without effect are told of a metered table too, with what the service says", "[weir][CAP-8][MSG-13]") {
  const Folder folder;
  folder.write("s.json", R"--({"name": "metered-steps", "tables": [
      {"name": "orders", "key": "id", "capacity": {"billing": "provisioned", "read": 1, "write": 1}}],
    "steps": [{"at": "1s", "put": {"table": "orders", "item": {"id": "a"}}},
              {"at": "2s", "put": {"table": "orders", "item": {"id": "a"}, "condition": "attribute_not_exists(id)"}},
              {"at": "2s", "put": {"table": "orders", "item": {"id": "b"}}},
              {"at": "2s", "put": {"table": "orders", "item": {"id": "c"}}},
              {"at": "5min", "put": {"table": "orders", "item": {"id": "a"}}},
              {"at": "6min", "update": {"table": "orders", "key": {"id": "a"}, "update": "SET n = m + :v", "values": {":v": 1}}},
              {"at": "7min", "transact_write": {"actions": [{"put": {"table": "orders", "item": {"id": "a"},
                                                                     "condition": "attribute_not_exists(id)"}}]}}],
    "run_for": "10min"})--");
  const std::string out = folder.run({"run", "s.json"}).out;
  INFO(out);
  CHECK(contains(out, "  5 of 7 steps had no effect\n"));
  for (const char* line : {"    step 1 (put) at 000:00:02.000000 had no effect: ConditionalCheckFailedException\n",
                           "    step 3 (put) at 000:00:02.000000 had no effect: ProvisionedThroughputExceededException\n",
                           "    step 4 (put) at 000:05:00.000000 had no effect: the item was so already\n",
                           "    step 5 (update) at 000:06:00.000000 had no effect: ValidationException: The provided ",
                           "    step 6 (transact_write) at 000:07:00.000000 had no effect: the transaction was cancelled:"})
    CHECK(contains(out, line));
}
