// A scenario written as a value is held to what a file is held to.
#include "scenarios/format/scenario_value.hpp"

#include "scenarios/bundle/bundle.hpp"
#include "scenarios/format/scenario_file.hpp"
#include "scenarios/play/play.hpp"
#include "sim/base/bad_input.hpp"
#include "tests/catch.hpp"

namespace weir {

namespace {

Scenario mirrored() {
  return {
      .name = "orders-mirror",
      .tables = {{.name = "orders", .key = {"id"}, .stream = StreamView::new_image}, {.name = "view", .key = {"id"}}},
      .functions = {{.name = "mirror"}},
      .mappings = {{.table = "orders", .function = "mirror", .batch_size = 10}},
      .run_for = 1h,
      .oracles = {{.oracle = "O-CONV", .with = {{"source", "orders"}, {"view", "view"}, {"fold", "copy"}}}},
  };
}

std::string refused(const Scenario& scenario) {
  try {
    Player(scenario, Handlers{});
  } catch (const BadInput& error) {
    return error.what();
  }
  return "accepted";
}

}  // namespace

TEST_CASE("names that follow from others are filled in", "[bad-input]") {
  const Scenario complete = checked(mirrored(), all_sites());
  CHECK(complete.functions.front().handler == "mirror");
  CHECK(complete.mappings.front().name == "mirror");
  CHECK(checked(complete, all_sites()) == complete);
}

TEST_CASE("every bundled scenario passes as a value and comes out as it was", "[catalogue]") {
  for (const BundledFile& file : bundled_scenarios()) {
    INFO(file.path);
    const Scenario scenario = read_bundled(file, all_sites(), "", variants_of(file.text).empty() ? "" : "fixed");
    CHECK(checked(scenario, all_sites()) == scenario);
  }
}

TEST_CASE("a wrong scenario written as a value is refused with the place, what stands there and what would do", "[bad-input]") {
  CHECK(refused(mirrored()) == "accepted");

  Scenario scenario = mirrored();
  scenario.mappings.front().batch_size = 0;
  CHECK(refused(scenario) == "scenario 'orders-mirror' /mappings/0/batch_size: 0; a whole number from 1 to 10000 [ESM-4]");

  scenario = mirrored();
  scenario.mappings.front().function = "miror";
  CHECK(refused(scenario) ==
        "scenario 'orders-mirror' /mappings/0/function: no function is called \"miror\"; \"mirror\" (did you mean 'mirror'?)");

  scenario = mirrored();
  scenario.tables.front().stream = StreamView::none;
  CHECK(refused(scenario) ==
        "scenario 'orders-mirror' /mappings/0/table: the table \"orders\" has no stream; a table with a \"stream\" [ESM-1]");

  scenario = mirrored();
  scenario.steps = {{2s, PutStep{"orders", Item{{"number", 1}}}}};
  CHECK(refused(scenario).starts_with("scenario 'orders-mirror' /steps/0/put/item"));

  scenario = mirrored();
  scenario.choices = {{.site = "function.outcom"}};
  CHECK(refused(scenario) ==
        "scenario 'orders-mirror' /choices/0: no choice site is called \"function.outcom\"; a site that `weir choices` lists "
        "(did you mean 'function.outcome'?)");

  scenario = mirrored();
  const SiteRule calm{.site = "function.outcome", .fixed = true};
  scenario.choices = {calm, calm};
  CHECK(refused(scenario) == "scenario 'orders-mirror' /choices/1: \"function.outcome\" a second time; one rule for each site");

  scenario = mirrored();
  scenario.choices = {{.site = "function.outcome", .only = {99}}};
  CHECK(refused(scenario).starts_with("scenario 'orders-mirror' /choices/0: kind 99 of \"function.outcome\"; "));

  scenario = mirrored();
  scenario.choices = {{.site = "function.outcome", .low = 3, .high = 3}};
  CHECK(refused(scenario) ==
        "scenario 'orders-mirror' /choices/0: low or high; function.outcome has no order: give only, its kinds");
  scenario.choices = {calm};
  CHECK(checked(scenario, all_sites()).choices == std::vector<SiteRule>{calm});

  scenario = mirrored();
  scenario.workloads = {{.table = "orders", .kinds = {}}};
  CHECK(refused(scenario) == "scenario 'orders-mirror' /workloads/0/kinds: no kinds; at least one kind");

  scenario = mirrored();
  scenario.loads = {{.table = "orders", .columns = {"id", "pieces:N"}, .rows = {{"A", "1"}, {"B", "two"}}}};
  CHECK(refused(scenario) ==
        "scenario 'orders-mirror' /loads/0/rows/1: \"two\" in the column \"pieces\"; one field a column, of UTF-8, "
        "and a number of up to 38 digits where it says :N: id, pieces:N");

  scenario = mirrored();
  scenario.oracles.front().with.erase("view");
  CHECK(refused(scenario).starts_with("scenario 'orders-mirror' /oracles/0"));

  scenario = mirrored();
  scenario.heal_at = 2h;
  CHECK(refused(scenario).starts_with("scenario 'orders-mirror' /heal_at"));
}

}  // namespace weir
