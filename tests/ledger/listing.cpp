#include "tests/ledger/listing.hpp"

#include <sstream>
#include <string_view>

namespace weir::test {

namespace {

std::string_view trimmed(std::string_view line) {
  const std::size_t from = line.find_first_not_of(' ');
  if (from == std::string_view::npos) return {};
  return line.substr(from, line.find_last_not_of(' ') - from + 1);
}

void go_on(std::string& name, std::string_view more) {
  if (!name.empty() && std::string_view("-/=+&*").find(name.back()) == std::string_view::npos) name += ' ';
  name += more;
}

std::vector<std::string> tags_in(const std::string& text) {
  std::vector<std::string> tags;
  for (std::size_t open = text.find('['); open != std::string::npos; open = text.find('[', open + 1)) {
    const std::size_t close = text.find(']', open);
    if (close != std::string::npos) tags.push_back(text.substr(open + 1, close - open - 1));
  }
  return tags;
}

bool hides(const std::string& tag) {
  return tag.starts_with('.') || tag == "!hide" || tag == "!benchmark" || tag == "!mayfail" || tag == "!shouldfail";
}

}  // namespace

std::vector<ListedTest> read_listing(const std::string& text) {
  std::vector<ListedTest> tests;
  std::vector<std::string> tags;  // as printed
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    const std::size_t indent = line.find_first_not_of(' ');
    if (indent == 2) {
      tests.push_back({std::string(trimmed(line)), {}, true});
      tags.emplace_back();
    } else if (indent == 4 && !tests.empty()) {
      go_on(tests.back().name, trimmed(line));
    } else if (indent == 6 && !tests.empty()) {
      tags.back() += trimmed(line);
    }
  }
  for (std::size_t i = 0; i < tests.size(); ++i) {
    tests[i].tags = tags_in(tags[i]);
    for (const std::string& tag : tests[i].tags)
      if (hides(tag)) tests[i].runs = false;
  }
  return tests;
}

}  // namespace weir::test
