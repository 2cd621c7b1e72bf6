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
template <class Expression>
std::vector<std::string> entered_by(const Expression& expression) {
  AttributeNames names;
  add_entered(expression, names);
  CHECK(has_nested_paths(expression) == !names.empty());
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

TEST_CASE("an expression enters the attributes that its longer paths begin with", "[EXPR-4]") {
  CHECK(entered_by(Condition()).empty());
  CHECK(entered_by(attribute_exists("a") && compare(Path("b"), Comparator::less, 1)).empty());
  CHECK(entered_by(compare(Path("b.c"), Comparator::less, Path("a[0]")) && attribute_exists("d")) == Names{"a", "b"});
  CHECK(entered_by(!(attribute_exists("p") || contains("q", Path("r.s")))) == Names{"r"});
  CHECK(entered_by(in(Path("x"), {Path("y[1]"), AttributeValue("z")})) == Names{"y"});
  CHECK(entered_by(compare(SizeOf{Path("list[0]")}, Comparator::equal, 1)) == Names{"list"});

  CHECK(entered_by(Update().set("a", plus(path("b"), 1)).remove("c").add("d", 1)).empty());
  CHECK(entered_by(Update().set("a.b", 1).remove("c[1]").add("d", 1)) == Names{"a", "c"});
  CHECK(entered_by(Update().set("a", list_append(path("b.x"), path("c")))) == Names{"b"});
  CHECK(entered_by(Update().set("a", path("b", path("d[0]")))) == Names{"d"});

  CHECK(entered_by(Projection::of({"b", "c"}).value()).empty());
  CHECK(entered_by(Projection::of({"b.c", "d", "a[3]"}).value()) == Names{"a", "b"});
}
