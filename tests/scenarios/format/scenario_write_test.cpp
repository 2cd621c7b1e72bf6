#include "tests/catch.hpp"

#include "scenarios/format/scenario_file.hpp"
#include "tests/scenarios/format/arbitrary.hpp"

using namespace weir;
using test::book;

TEST_CASE("a scenario that is written and read is the same scenario", "[property]") {
  WEIR_PROPERTY("for any scenario", [] {
    const Scenario scenario = test::any_scenario();
    const std::string text = to_json_text(scenario, book());
    RC_LOG() << text;
    const Scenario back = parse_scenario(text, "written.json", book());
    RC_ASSERT(back == scenario);
    RC_ASSERT(to_json_text(back, book()) == text);
  });
}

TEST_CASE("files of the test data are written as the variant that was read") {
  for (const char* variant : {"broken", "fixed"}) {
    const Scenario scenario = read_scenario("tests/scenarios/format/data/everything.json", book(), variant);
    const std::string text = to_json_text(scenario, book());
    CHECK(parse_scenario(text, "written.json", book()) == scenario);
    CHECK(parse_scenario(text, "written.json", book(), variant) == scenario);
  }
}

TEST_CASE("what is as by default is not written") {
  Scenario scenario;
  scenario.name = "small";
  scenario.tables = {{.name = "orders", .key = {.partition = "id"}}};
  scenario.functions = {{.name = "f", .handler = "f"}};
  CHECK(to_json_text(scenario, book()) == R"({
  "name": "small",
  "tables": [{ "name": "orders", "key": "id" }],
  "functions": [{ "name": "f" }]
}
)");
}
