#include "sim/expression/projection.hpp"

#include "tests/catch.hpp"
#include "tests/expression/naive.hpp"

using namespace weir;

namespace {

const AttributeMap order{{"id", "A"},
                         {"goods", AttributeValue::list({10, AttributeValue::map({{"sku", "X"}, {"n", 2}}), 30})},
                         {"address", AttributeValue::map({{"city", "Rome"}, {"zip", "00100"}})}};

Projection projection(std::string_view text, ExpressionNames names = {}) {
  Placeholders placeholders({.names = std::move(names)});
  return *parse_projection(text, placeholders);
}
std::string refusal(std::string_view text) {
  Placeholders placeholders;
  const Result<Projection> parsed = parse_projection(text, placeholders);
  return parsed ? "" : std::string(parsed.failure().message);
}
Item of(std::string_view text) { return projection(text).apply(Item(order)); }

// The slow, obvious second model: for each value in the tree, whether a path of the projection leads to it or into it.
std::optional<AttributeValue> naive_part(const AttributeValue& value, const Path& here, const std::vector<Path>& paths) {
  const auto leads = [&](const Path& path, const Path& to) {
    return path.steps.size() <= to.steps.size() && std::equal(path.steps.begin(), path.steps.end(), to.steps.begin());
  };
  for (const Path& path : paths)
    if (leads(path, here)) return value;
  AttributeMap map;
  AttributeList list;
  if (value.as_map())
    for (const auto& [name, child] : *value.as_map()) {
      Path inner = here;
      inner.steps.emplace_back(name);
      if (const auto part = naive_part(child, inner, paths)) map.insert_or_assign(name, *part);
    }
  if (value.as_list())
    for (std::size_t i = 0; i < value.as_list()->size(); ++i) {
      Path inner = here;
      inner.steps.emplace_back(i);
      if (const auto part = naive_part((*value.as_list())[i], inner, paths)) list.push_back(*part);
    }
  if (!map.empty()) return AttributeValue::map(map);
  if (!list.empty()) return AttributeValue::list(list);
  return std::nullopt;
}

}  // namespace

TEST_CASE("a projection takes what a naive walk over the tree takes", "[property][EXPR-18]") {
  int something = 0;
  WEIR_PROPERTY("for any item and paths", [&] {
    const AttributeMap attributes = draw::attributes();
    std::vector<Path> paths;
    ExpressionContext context;
    std::string text;
    for (int i = draw::pick(1, 5); i > 0; --i) {
      const Path path = draw::path();
      bool fits = true;
      for (const Path& other : paths) fits = fits && path_clash(other, path).empty();
      if (!fits) continue;
      text += (text.empty() ? "" : " , ") + draw::written(path, context);
      paths.push_back(path);
    }
    RC_LOG() << text << '\n';
    AttributeMap expected;
    for (const auto& [name, value] : attributes)
      if (const auto part = naive_part(value, Path::attribute(name), paths)) expected.insert_or_assign(name, *part);
    Placeholders placeholders(context);
    const Result<Projection> parsed = parse_projection(text, placeholders);
    RC_ASSERT(parsed.ok());
    RC_ASSERT(placeholders.check_all_used().ok());
    RC_ASSERT(parsed->apply(Item(attributes)) == Item(expected));
    something += !expected.empty();
  });
  CHECK(something > 5);
}

TEST_CASE("nested paths keep what is around them, missing ones leave nothing", "[EXPR-18]") {
  CHECK(of("id, address.city") == Item{{"id", "A"}, {"address", AttributeValue::map({{"city", "Rome"}})}});
  CHECK(of("goods[2], goods[0]") == Item{{"goods", AttributeValue::list({10, 30})}});
  CHECK(of("goods[1].sku") == Item{{"goods", AttributeValue::list({AttributeValue::map({{"sku", "X"}})})}});
  CHECK(of("address.street, goods[3], id.x, nothing") == Item{});
  CHECK(of("address[0], goods.x, id[0]") == Item{});
  CHECK(Projection().apply(Item(order)) == Item(order));
  CHECK(projection("#a.#z", {{"#a", "address"}, {"#z", "zip"}}).apply(Item(order)) ==
        Item{{"address", AttributeValue::map({{"zip", "00100"}})}});
  CHECK(projection("id, address.city").to_text() == "address.city, id");
}

TEST_CASE("paths that overlap or conflict make no projection", "[EXPR-18][MSG-18]") {
  const std::string rest = " with each other; must remove or rewrite one of these paths; path one: ";
  const std::string invalid = "Invalid ProjectionExpression: ";
  CHECK(refusal("a, a") == invalid + "Two document paths overlap" + rest + "[a], path two: [a]");
  CHECK(refusal("a, a.b") == invalid + "Two document paths overlap" + rest + "[a], path two: [a, b]");
  CHECK(refusal("a.b, a[1]") == invalid + "Two document paths conflict" + rest + "[a, b], path two: [a, [1]]");
  CHECK(refusal("a.b, a.c[2]").empty());
}

TEST_CASE("a projection's text is checked like any expression", "[EXPR-1][EXPR-3][EXPR-18]") {
  const std::string invalid = "Invalid ProjectionExpression: ";
  CHECK(refusal("") == invalid + "The expression can not be empty;");
  CHECK(refusal("a,,b") == invalid + "Syntax error; token: \",\", near: \",,b\"");
  CHECK(refusal("a b") == invalid + "Syntax error; token: \"b\", near: \"a b\"");
  CHECK(refusal("(a)") == invalid + "Syntax error; token: \"(\", near: \"(a\"");
  CHECK(refusal("a, name") == invalid + "Attribute name is a reserved keyword; reserved keyword: name");
  CHECK(refusal("#x") == invalid + "An expression attribute name used in the document path is not defined; attribute name: #x");
}
