// Feeds any bytes to the readers of people's files. The first byte selects: s scenario, f failure, t token, r rows of a load,
// e expression; any other is taken for a scenario. An input is fine when it is refused as BadInput, or accepted, written and
// read as the same. An expression is fine when it is refused in the service's words, or taken without a flaw and evaluated.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "scenarios/format/csv.hpp"
#include "scenarios/format/scenario_file.hpp"
#include "scenarios/format/token.hpp"
#include "sim/base/bad_input.hpp"
#include "sim/base/check.hpp"
#include "sim/expression/expression.hpp"
#include "sim/expression/key_condition.hpp"
#include "sim/expression/projection.hpp"
#include "tests/scenarios/format/book.hpp"

namespace {

using namespace weir;

void read_scenario_text(std::string_view text) {
  for (const char* variant : {"", "broken", "fixed"}) {
    try {
      const Scenario scenario = parse_scenario(text, "s.json", test::book(), variant);
      const std::string written = to_json_text(scenario, test::book());
      SIM_CHECK(parse_scenario(written, "written.json", test::book()) == scenario,
                "what is read, written and read is the same");
    } catch (const BadInput& wrong) {
      SIM_CHECK(!wrong.found.empty() && !wrong.accepted.empty() && wrong.where.starts_with("s.json"), "an error is whole");
    }
  }
}

void read_failure_text(std::string_view text) {
  try {
    Failure failure = parse_failure(text, "f.json", test::book());
    SIM_CHECK(parse_failure(to_json_text(failure, test::book()), "written.json", test::book()) == failure,
              "what is read, written and read is the same");
    const std::string token = to_token(failure, test::book());
    failure.message.clear();
    SIM_CHECK(parse_token(token, test::book()) == failure, "a token is the whole failure");
  } catch (const BadInput& wrong) {
    SIM_CHECK(wrong.where.starts_with("f.json"), "an error says where");
  }
}

void read_token_text(std::string_view text) {
  try {
    const Failure failure = parse_token(text, test::book());
    SIM_CHECK(parse_token(to_token(failure, test::book()), test::book()) == failure,
              "what is read, written and read is the same");
  } catch (const BadInput& wrong) {
    SIM_CHECK(wrong.where.starts_with("token"), "an error says where");
  }
}

void read_rows_text(std::string_view text) {
  try {
    std::string written;
    const std::vector<CsvRow> rows = parse_csv(text, "rows.csv");
    for (const CsvRow& row : rows) written += csv_line(row.fields);
    const std::vector<CsvRow> again = parse_csv(written, "written.csv");
    SIM_CHECK(again.size() == rows.size(), "what is read, written and read is the same");
    for (std::size_t i = 0; i < rows.size(); ++i) SIM_CHECK(again[i].fields == rows[i].fields, "fields stay as they are");
  } catch (const BadInput& wrong) {
    SIM_CHECK(wrong.where.starts_with("rows.csv line "), "an error says where");
  }
}

ExpressionContext some_placeholders() {
  return {.names = {{"#a", "a"}, {"#s", "status"}},
          .values = {{":n", 1},
                     {":m", 2},
                     {":s", "text"},
                     {":t", "N"},
                     {":b", true},
                     {":l", AttributeValue::list({1, "x"})},
                     {":u", AttributeValue::string_set({"x"})}}};
}

template <class T>
bool is_taken(const Result<T>& parsed) {
  SIM_CHECK(parsed.ok() || parsed.failed_with(ServiceError::validation), "an expression is taken or refused as invalid");
  SIM_CHECK(parsed.ok() || !parsed.failure().message.empty(), "a refusal says why");
  return parsed.ok();
}

void read_expression_text(std::string_view text) {
  const KeySchema schema{.partition = "id", .sort = "n", .sort_type = Type::N};
  const Item item{
      {"id", "A"}, {"n", 1}, {"a", AttributeValue::map({{"b", AttributeValue::list({1, "x"})}})}, {"status", "text"}};
  Placeholders placeholders(some_placeholders());
  const Result<Condition> condition = parse_condition(ExpressionKind::filter, text, placeholders);
  if (is_taken(condition)) {
    SIM_CHECK(condition->flaw().empty() && !condition->to_text().empty(), "a parsed condition has a text and no flaw");
    SIM_CHECK(condition->holds(item) != (!*condition).holds(item), "a condition holds or does not");
  }
  const Result<Update> update = parse_update(text, placeholders);
  if (is_taken(update)) {
    SIM_CHECK(update->flaw().empty() && !update->to_text().empty(), "a parsed update has a text and no flaw");
    (void)is_taken(update->apply(item, *ItemKey::of(schema, item), schema));
  }
  const Result<Projection> projection = parse_projection(text, placeholders);
  if (is_taken(projection)) SIM_CHECK(projection->apply(item).size_bytes() <= item.size_bytes(), "a projection adds nothing");
  const Result<KeyCondition> keys = parse_key_condition(text, schema, placeholders);
  if (is_taken(keys)) {
    SIM_CHECK(condition.ok(), "a key condition is a condition");
    SIM_CHECK(keys->allows(*ItemKey::of(schema, item)) == condition->holds(item),
              "a key condition says what the condition says");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0]) {
    case 'f':
      read_failure_text(text);
      break;
    case 't':
      read_token_text(text);
      break;
    case 'r':
      read_rows_text(text);
      break;
    case 'e':
      read_expression_text(text);
      break;
    default:
      read_scenario_text(text);
  }
  return 0;
}
