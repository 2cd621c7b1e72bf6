// The README's table names every member that a scenario file may have, as the reader's own errors list them.
#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "scenarios/format/scenario_file.hpp"
#include "sim/base/bad_input.hpp"
#include "tests/catch.hpp"
#include "tests/scenarios/format/book.hpp"

namespace weir {

namespace {

// "name, teaches or rules" of the error that an unknown member earns.
std::string accepted(const std::string& text) {
  try {
    parse_scenario(text, "f", test::book());
  } catch (const BadInput& wrong) {
    const std::string message = wrong.what();
    const std::string begins = "unknown member \"xyzzy\"; ";
    const std::size_t at = message.find(begins);
    if (at != std::string::npos) return message.substr(at + begins.size());
    return "refused otherwise: " + message;
  }
  return "accepted";
}

std::vector<std::string> names_in(std::string list) {
  if (const std::size_t last = list.rfind(" or "); last != std::string::npos) list.replace(last, 4, ", ");
  std::vector<std::string> names;
  for (std::size_t begin = 0; begin < list.size();) {
    const std::size_t end = std::min(list.find(", ", begin), list.size());
    names.push_back(list.substr(begin, end - begin));
    begin = end + 2;
  }
  return names;
}

}  // namespace

TEST_CASE("the README names every member of a scenario file") {
  std::ifstream file("README.md");
  const std::string readme{std::istreambuf_iterator<char>(file), {}};
  const std::string table = R"("tables":[{"name":"orders","key":"id","stream":"new_image"}],"functions":[{"name":"f"}])";
  const auto step = [](const std::string& act) { return R"("steps":[{"at":"1s",)" + act + "}]"; };
  const std::array<std::string, 35> places{
      R"("xyzzy":1)",
      R"("tables":[{"xyzzy":1}])",
      R"("tables":[{"name":"orders","key":"id","indexes":[{"xyzzy":1}]}])",
      R"("tables":[{"name":"orders","key":"id","capacity":{"xyzzy":1}}])",
      R"("tables":[{"name":"orders","key":{"xyzzy":1}}])",
      R"("tables":[{"name":"orders","key":"id"}],"functions":[{"xyzzy":1}])",
      table + R"(,"mappings":[{"xyzzy":1}])",
      table + R"(,"readers":[{"xyzzy":1}])",
      table + R"(,"queues":[{"xyzzy":1}])",
      table + R"(,"roles":[{"xyzzy":1}])",
      table + R"(,"roles":[{"name":"r","statements":[{"xyzzy":1}]}])",
      table + R"(,"workload":{"xyzzy":1})",
      table + R"(,"load":{"xyzzy":1})",
      table + R"(,"checks":[{"xyzzy":1}])",
      table + R"(,"choices":{"ttl.deletion_delay":{"xyzzy":1}})",
      table + "," + step(R"("xyzzy":1)"),
      table + "," + step(R"("put":{"xyzzy":1})"),
      table + "," + step(R"("update":{"xyzzy":1})"),
      table + "," + step(R"("delete":{"xyzzy":1})"),
      table + "," + step(R"("transact_write":{"xyzzy":1})"),
      table + "," + step(R"("transact_write":{"actions":[{"xyzzy":1}]})"),
      table + "," + step(R"("transact_write":{"actions":[{"check":{"xyzzy":1}}]})"),
      table + "," + step(R"("get":{"xyzzy":1})"),
      table + "," + step(R"("query":{"xyzzy":1})"),
      table + "," + step(R"("scan":{"xyzzy":1})"),
      table + "," + step(R"("batch_get":{"tables":[{"xyzzy":1}]})"),
      table + "," + step(R"("batch_write":{"tables":[{"xyzzy":1}]})"),
      table + "," + step(R"("transact_get":{"gets":[{"xyzzy":1}]})"),
      table + "," + step(R"("update_capacity":{"xyzzy":1})"),
      table + "," + step(R"("split_shard":{"xyzzy":1})"),
      table + "," + step(R"("fail_invocations":{"xyzzy":1})"),
      table + "," + step(R"("set_concurrency":{"xyzzy":1})"),
      table + "," + step(R"("create_index":{"xyzzy":1})"),
      table + "," + step(R"("delete_index":{"xyzzy":1})"),
      table + "," + step(R"("update_time_to_live":{"xyzzy":1})"),
  };
  for (const std::string& place : places) {
    INFO(place);
    const std::vector<std::string> names = names_in(accepted(R"({"name":"n",)" + place + "}"));
    REQUIRE(names.size() >= 2);
    for (const std::string& name : names) {
      INFO(name);
      CHECK(readme.find("`" + name + "`") != std::string::npos);
    }
  }
}

TEST_CASE("the README's steps are steps, and its way of writing items is the reader's") {
  std::ifstream file("README.md");
  const std::string readme{std::istreambuf_iterator<char>(file), {}};
  const std::string fence = "```json\n[\n";
  const std::size_t begin = readme.find(fence);
  REQUIRE(begin != std::string::npos);
  const std::size_t from = begin + fence.size() - 2;
  const std::string steps = readme.substr(from, readme.find("```", from) - from);
  const Scenario scenario = parse_scenario(
      R"({"name":"n","tables":[{"name":"orders","key":"id","stream":"new_image","capacity":{"billing":"provisioned","read":5,"write":5}}],
          "functions":[{"name":"mirror","role":"reader"}],"mappings":[{"table":"orders","function":"mirror"}],
          "roles":[{"name":"reader"}],"steps":)" +
          steps + "}",
      "README.md", test::book());
  CHECK(scenario.steps.size() == 6);

  for (const char* spelling :
       {R"({"$SS": ["a", "b"]})", R"({"$NS": [1, 2]})", R"({"$BS": ["AAE="]})", R"({"$B": "AAE="})", R"({"$M": {"$a": 1}})"}) {
    INFO(spelling);
    CHECK(readme.find(spelling) != std::string::npos);
    const Scenario one = parse_scenario(R"({"name":"n","tables":[{"name":"orders","key":"id"}],
        "steps":[{"at":"1s","put":{"table":"orders","item":{"id":"A","v":)" +
                                            std::string(spelling) + "}}}]}",
                                        "README.md", test::book());
    CHECK(one.steps.size() == 1);
  }
}

}  // namespace weir
