#include "tests/catch.hpp"

#include "scenarios/format/csv.hpp"
#include "sim/base/bad_input.hpp"

using namespace weir;

namespace {
std::string refusal(std::string_view text) {
  try {
    parse_csv(text, "rows.csv");
  } catch (const BadInput& wrong) {
    return wrong.what();
  }
  return "accepted";
}
}  // namespace

TEST_CASE("a CSV file is read as RFC 4180 has it") {
  using Rows = std::vector<CsvRow>;
  CHECK(parse_csv("", "f").empty());
  CHECK(parse_csv("a,b\nc,d", "f") == Rows{{1, {"a", "b"}}, {2, {"c", "d"}}});
  CHECK(parse_csv("a,b\r\nc,d\r\n", "f") == Rows{{1, {"a", "b"}}, {2, {"c", "d"}}});
  CHECK(parse_csv(",\n", "f") == Rows{{1, {"", ""}}});
  CHECK(parse_csv("\"a,b\",\"say \"\"x\"\"\",\"two\nlines\"\nz\n", "f") ==
        Rows{{1, {"a,b", "say \"x\"", "two\nlines"}}, {3, {"z"}}});
  CHECK(parse_csv("\xEF\xBB\xBF"
                  "a\n",
                  "f") == Rows{{1, {"a"}}});
  CHECK(parse_csv("\n\na\n\n", "f") == Rows{{3, {"a"}}});
  CHECK(parse_csv(" a , b \n", "f") == Rows{{1, {" a ", " b "}}});
  CHECK(parse_csv("a\rb\n", "f") == Rows{{1, {"a\rb"}}});
}

TEST_CASE("a CSV file that is none says at which line it goes wrong", "[bad_input]") {
  CHECK(refusal("a\nb,\"c\n\n") == "rows.csv line 2: a quote that never closes; a closing quote");
  CHECK(refusal("\"a\"b\n") == "rows.csv line 1: text beside a field in quotes; a comma or the end of the line");
  CHECK(refusal("x\ny\na\"b\n") ==
        "rows.csv line 3: a quote inside a field that is not in quotes; the field in quotes, its quotes doubled");
}

TEST_CASE("whatever is written as CSV is read back", "[property]") {
  WEIR_PROPERTY("for any rows of any bytes", [](const std::vector<std::vector<std::string>>& drawn) {
    std::string text;
    std::vector<std::vector<std::string>> rows, back;
    for (const auto& row : drawn)
      if (!row.empty()) rows.push_back(row), text += csv_line(row);
    for (CsvRow& row : parse_csv(text, "f")) back.push_back(std::move(row.fields));
    RC_ASSERT(back == rows);
  });
}
