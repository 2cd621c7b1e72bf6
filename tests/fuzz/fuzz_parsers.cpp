// Feeds any bytes to the readers of people's files. The first byte selects: s scenario, f failure, t token, r rows of a load;
// any other is taken for a scenario. An input is fine when it is refused as BadInput, or accepted, written and read as the
// same.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "scenarios/format/csv.hpp"
#include "scenarios/format/scenario_file.hpp"
#include "scenarios/format/token.hpp"
#include "sim/base/bad_input.hpp"
#include "sim/base/check.hpp"
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
    default:
      read_scenario_text(text);
  }
  return 0;
}
