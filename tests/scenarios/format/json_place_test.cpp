#include "tests/catch.hpp"

#include <nlohmann/json.hpp>

#include "scenarios/format/json_place.hpp"
#include "tests/scenarios/format/arbitrary.hpp"

using namespace weir;
using nlohmann::ordered_json;

TEST_CASE("a JSON pointer is found on the line where its value's name stands") {
  const std::string text =
      "{\n \"a\": [1,\n  {\"b\" : \"}],\\\"\"},\n {} ],\n \"c/~\": {\"\": 2},\n \"d\": -1.5e3, \"e\":\n null}";
  CHECK(line_of(text, "") == 1);
  CHECK(line_of(text, "/a") == 2);
  CHECK(line_of(text, "/a/0") == 2);
  CHECK(line_of(text, "/a/1/b") == 3);
  CHECK(line_of(text, "/a/2") == 4);
  CHECK(line_of(text, "/c~1~0/") == 5);
  CHECK(line_of(text, "/d") == 6);
  CHECK(line_of(text, "/e") == 6);
  for (const char* nowhere : {"/b", "/a/3", "/a/1/c", "/a/x", "/d/0", "/e/f", "/a/1/b/0", "/"}) CHECK(!line_of(text, nowhere));
}

TEST_CASE("text that is no JSON at all ends the search") {
  for (const char* text :
       {"", "{", "[", "{\"a\"", "{\"a\":", "[1,", "{\"a\":[}", "]", "\"", "{\"", "{\"a\\", "[[[[", "{\"a\":{\"b\":"})
    for (const char* pointer : {"", "/a", "/0", "/a/b/c", "/0/0/0/0/0"}) CHECK(line_of(text, pointer).value_or(1) == 1);
}

namespace {
ordered_json any_json(int depth) {
  const int kind = test::between(0, depth > 3 ? 2 : 4);
  if (kind == 0) return test::any_prose();
  if (kind == 1) return test::between(-9, 9);
  if (kind == 2) return nullptr;
  ordered_json all = kind == 3 ? ordered_json::array() : ordered_json::object();
  const int count = test::between(0, 4);
  for (int i = 0; i < count; ++i) {
    if (kind == 3)
      all.push_back(any_json(depth + 1));
    else
      all[test::any_line() + std::to_string(i)] = any_json(depth + 1);
  }
  return all;
}

// The second model: dump(1) gives each value a line of its own, so that lines can be counted without reading the text.
std::size_t lines_of(const ordered_json& json) {
  if (!json.is_structured() || json.empty()) return 1;
  std::size_t lines = 2;
  for (const ordered_json& child : json) lines += lines_of(child);
  return lines;
}
void check_places(const std::string& text, const ordered_json& json, const std::string& pointer, std::size_t line) {
  RC_ASSERT(line_of(text, pointer) == line);
  std::size_t below = line + 1, index = 0;
  if (!json.is_structured()) return;
  for (auto it = json.begin(); it != json.end(); ++it, ++index) {
    check_places(text, *it, json.is_object() ? pointer_to(pointer, it.key()) : pointer_to(pointer, index), below);
    below += lines_of(*it);
  }
}
}  // namespace

TEST_CASE("every value of any document is found on its line", "[property]") {
  WEIR_PROPERTY("lines as counted from the tree", [] {
    const ordered_json json = any_json(0);
    check_places(json.dump(1), json, "", 1);
  });
}
