#include <filesystem>
#include <fstream>

#include "tests/catch.hpp"
#include "tests/tidy/source.hpp"
#include "tests/tidy/tidy.hpp"

namespace fs = std::filesystem;
using namespace weir::tidy;

namespace {

const fs::path lists_folder = "tests/tidy";
const fs::path planted_folder = "tests/tidy/planted";

std::vector<std::string> lines_of(const fs::path& file) {
  std::ifstream in(file);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::vector<std::string> objections_to(const fs::path& tree) {
  std::vector<std::string> texts;
  for (const Objection& o : check_tree(tree, read_lists(lists_folder, tree / "tests/tidy"))) texts.push_back(to_text(o));
  return texts;
}

}  // namespace

TEST_CASE("each planted tree gets the objections it expects, and no other", "[planted]") {
  std::size_t trees = 0;
  for (const auto& tree : fs::directory_iterator(planted_folder)) {
    INFO(tree.path().string());
    CHECK(objections_to(tree.path()) == lines_of(tree.path() / "expect.txt"));
    ++trees;
  }
  REQUIRE(trees >= 20);
}

TEST_CASE("each banned token is objected to, and only as a whole word") {
  for (const Banned& banned : read_lists(lists_folder).banned) {
    INFO(banned.token);
    const std::string use = banned.token.front() == '*' ? "uniform_int" + banned.token.substr(1) : banned.token;
    CHECK(find_word("auto x = " + use, banned.token) != std::string::npos);
    if (banned.token.front() != '*') CHECK(find_word("auto x = my_" + use, banned.token) == std::string::npos);
    if (use.back() != '(' && use.back() != ')')
      CHECK(find_word("auto x = " + use + "_of_mine", banned.token) == std::string::npos);
  }
}

TEST_CASE("code is told from comments, strings, raw strings and characters") {
  const auto lines = take_apart(
      "int a = 1'000; // rand() here\n"
      "auto s = \"rand()\\\" \" + R\"x(rand()\n"
      "rand())x\" + '\"'; rand();\n"
      "/* rand()\n"
      "rand() */ rand();");
  REQUIRE(lines.size() == 5);
  CHECK(find_word(lines[0].code, "rand(") == std::string::npos);
  CHECK(lines[0].code.starts_with("int a = 1'000;"));
  CHECK(find_word(lines[1].code, "rand(") == std::string::npos);
  CHECK(find_word(lines[2].code, "rand(") == lines[2].raw.rfind("rand("));
  CHECK(find_word(lines[3].code, "rand(") == std::string::npos);
  CHECK(find_word(lines[4].code, "rand(") == lines[4].raw.rfind("rand("));
  for (const Line& line : lines) CHECK(line.code.size() == line.raw.size());
}
