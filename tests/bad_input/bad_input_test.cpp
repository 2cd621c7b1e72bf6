// The corpus of wrong files and tokens: each gets one clear error, word for word as *.cases has it.
//
// A case is "=== name", the text that is wrong, and "--- " with the message. UPDATE_GOLDEN=1 writes the messages anew; the diff
// is reviewed as code.
#include "tests/catch.hpp"

#include <cstdlib>
#include <functional>
#include <set>

#include "scenarios/format/csv.hpp"
#include "scenarios/format/failure_file.hpp"
#include "scenarios/format/files.hpp"
#include "scenarios/format/scenario_file.hpp"
#include "scenarios/format/token.hpp"
#include "sim/base/bad_input.hpp"
#include "tests/scenarios/format/book.hpp"

using namespace weir;
using test::book;

namespace {

struct Case {
  std::string name, text, message;
};

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::vector<Case> read_cases(const std::string& path) {
  std::vector<Case> cases;
  bool in_text = false;
  for (const std::string& line : lines_of(read_file(path))) {
    if (line.starts_with("=== ")) {
      cases.push_back({line.substr(4), {}, {}});
      in_text = true;
    } else if (line.starts_with("---")) {
      cases.back().message = line.substr(std::min<std::size_t>(4, line.size()));
      in_text = false;
    } else if (in_text) {
      cases.back().text += (cases.back().text.empty() ? "" : "\n") + line;
    }
  }
  return cases;
}

using Reader = std::function<void(std::string_view)>;

std::string refusal(const Reader& reader, std::string_view text) {
  try {
    reader(text);
  } catch (const BadInput& wrong) {
    return wrong.what();
  }
  return "accepted";
}

void check_cases(const std::string& path, std::size_t at_least, const Reader& reader) {
  std::vector<Case> cases = read_cases(path);
  CHECK(cases.size() >= at_least);
  const bool update = std::getenv("UPDATE_GOLDEN") != nullptr;
  std::string written;
  std::set<std::string> names;
  for (Case& one : cases) {
    CAPTURE(path, one.name, one.text);
    CHECK(names.insert(one.name).second);
    const std::string message = refusal(reader, one.text);
    CHECK(message != "accepted");
    CHECK(message.find('\n') == std::string::npos);
    if (update) one.message = message;
    CHECK(message == one.message);
    written += "=== " + one.name + "\n" + one.text + "\n--- " + one.message + "\n\n";
  }
  if (update) write_file_atomically(path, written);
}

}  // namespace

TEST_CASE("a wrong scenario file gets one clear error", "[bad_input]") {
  check_cases("tests/bad_input/scenarios.cases", 90, [](std::string_view text) { parse_scenario(text, "s.json", book()); });
}

TEST_CASE("a wrong failure file gets one clear error", "[bad_input]") {
  check_cases("tests/bad_input/failures.cases", 25, [](std::string_view text) { parse_failure(text, "f.json", book()); });
}

TEST_CASE("a wrong token gets one clear error", "[bad_input]") {
  check_cases("tests/bad_input/tokens.cases", 10, [](std::string_view text) { parse_token(text, book()); });
}

TEST_CASE("a wrong CSV file gets one clear error", "[bad_input]") {
  check_cases("tests/bad_input/rows.cases", 5, [](std::string_view text) {
    Load load{.table = "orders", .columns = {"id", "amount:N"}};
    parse_rows(load, text, "rows.csv");
  });
}
