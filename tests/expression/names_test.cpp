#include "sim/expression/names.hpp"

#include "tests/catch.hpp"

using namespace weir;

namespace {

template <class Expression>
std::vector<std::string> names_of(const Expression& expression) {
  AttributeNames names;
  add_names(expression, names);
  return {names.begin(), names.end()};
}
using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a condition speaks of each attribute that a path of it begins with, wherever it stands", "[IAM-1]") {
  CHECK(names_of(Condition()).empty());
  CHECK(names_of(compare(Path("b.c"), Comparator::less, Path("a[0]"))) == Names{"a", "b"});
  CHECK(names_of(between(Path("x"), Path("low"), Path("high"))) == Names{"high", "low", "x"});
  CHECK(names_of(in(Path("x"), {Path("y"), AttributeValue("z")})) == Names{"x", "y"});
  CHECK(names_of(compare(SizeOf{Path("list")}, Comparator::equal, 1)) == Names{"list"});
  CHECK(names_of(!(attribute_exists("p") || (begins_with("q", "x") && contains("r", Path("s"))))) == Names{"p", "q", "r", "s"});
}

TEST_CASE("an update speaks of what it changes and of what it reads", "[IAM-1]") {
  CHECK(names_of(Update().set("a.b", 1).remove("c[1]").add("d", 1).delete_from("e", AttributeValue::string_set({"x"}))) ==
        Names{"a", "c", "d", "e"});
  CHECK(names_of(Update().set("a", plus(path("b"), path("c", path("d"))))) == Names{"a", "b", "c", "d"});
  CHECK(names_of(Update().set("a", list_append(path("b.x"), path("c")))) == Names{"a", "b", "c"});
}

TEST_CASE("a projection speaks of the attributes that its paths begin with", "[IAM-1]") {
  CHECK(names_of(Projection()).empty());
  CHECK(names_of(Projection::of({"b.c", "b.d", "a[3]"}).value()) == Names{"a", "b"});
}
