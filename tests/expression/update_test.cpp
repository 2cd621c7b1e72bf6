#include "sim/expression/update.hpp"

#include "tests/catch.hpp"
#include "tests/expression/naive.hpp"

using namespace weir;

namespace {

const KeySchema by_id{.partition = "id"};
const Item id_a{{"id", "A"}};
const ItemKey key_a = *ItemKey::of(by_id, id_a);

constexpr std::string_view bad_path = "The document path provided in the update expression is invalid for update";
constexpr std::string_view missing = "The provided expression refers to an attribute that does not exist in the item";
constexpr std::string_view bad_type = "An operand in the update expression has an incorrect data type";

Item after(const Update& update, const Item& item) { return *update.apply(item, key_a, by_id); }
std::string error(const Update& update, const Item& item = id_a) {
  const Result<Item> result = update.apply(item, key_a, by_id);
  if (result) return "no error";
  CHECK(result.error() == ServiceError::validation);
  return std::string(result.failure().message);
}

// The slow, obvious second model: top-level SET, REMOVE, ADD and DELETE on a map of values.
struct Naive {
  AttributeMap before, after;
  bool failed = false, creates = false;

  void add(const std::string& name, const AttributeValue& operand) {
    creates = true;
    const auto found = before.find(name);
    if (found == before.end()) {
      after.insert_or_assign(name, operand);
    } else if (found->second.type() != operand.type()) {
      failed = true;
    } else if (operand.as_number()) {
      const NumberResult sum = found->second.as_number()->add(*operand.as_number());
      if (sum)
        after.insert_or_assign(name, AttributeValue(*sum));
      else
        failed = true;
    } else {
      std::vector<std::string> all = *found->second.as_string_set();
      for (const std::string& one : *operand.as_string_set())
        if (std::find(all.begin(), all.end(), one) == all.end()) all.push_back(one);
      after.insert_or_assign(name, AttributeValue::string_set(all));
    }
  }
  void take(const std::string& name, const AttributeValue& operand) {
    const auto found = before.find(name);
    if (found == before.end()) return;
    if (found->second.type() != operand.type()) {
      failed = true;
      return;
    }
    std::vector<std::string> rest;
    for (const std::string& one : *found->second.as_string_set())
      if (const auto& gone = *operand.as_string_set(); std::find(gone.begin(), gone.end(), one) == gone.end())
        rest.push_back(one);
    if (rest.empty())
      after.erase(name);
    else
      after.insert_or_assign(name, AttributeValue::string_set(rest));
  }
};

}  // namespace

TEST_CASE("updates of top-level attributes do what a naive model does", "[property][EXPR-11][EXPR-12][EXPR-16][OP-2]") {
  int failures = 0, changes = 0;
  WEIR_PROPERTY("for any item and actions", [&] {
    AttributeMap before = draw::pick(0, 5) == 0 ? AttributeMap{} : draw::attributes();
    if (!before.empty()) before.insert_or_assign("id", AttributeValue("A"));
    Naive model{before, before};
    Update update;
    for (const std::string target : {"a", "b", "c"}) {
      const std::string source = draw::name();
      switch (draw::pick(0, 7)) {
        case 0: {
          const AttributeValue constant = draw::value();
          update.set(target, constant);
          model.after.insert_or_assign(target, constant);
          model.creates = true;
          break;
        }
        case 1:
          update.set(target, path(source));
          model.creates = true;
          if (before.contains(source))
            model.after.insert_or_assign(target, before.at(source));
          else
            model.failed = true;
          break;
        case 2: {
          const Number n = draw::number();
          update.set(target, plus(path(source, 0), AttributeValue(n)));
          model.creates = true;
          const AttributeValue old = before.contains(source) ? before.at(source) : AttributeValue(0);
          const NumberResult sum = old.as_number() ? old.as_number()->add(n) : NumberResult(NumberError::overflow);
          if (sum)
            model.after.insert_or_assign(target, AttributeValue(*sum));
          else
            model.failed = true;
          break;
        }
        case 3:
          update.remove(target);
          model.after.erase(target);
          break;
        case 4: {
          const AttributeValue operand = *rc::gen::arbitrary<bool>()
                                             ? AttributeValue(draw::number())
                                             : AttributeValue::string_set(draw::distinct<std::string>(draw::text));
          update.add(target, operand);
          model.add(target, operand);
          break;
        }
        case 5: {
          const AttributeValue set = AttributeValue::string_set(draw::distinct<std::string>(draw::text));
          update.delete_from(target, set);
          model.take(target, set);
          break;
        }
        default:
          break;
      }
    }
    RC_LOG() << update.to_text() << '\n';
    const Item item(before);
    const Result<Item> result = update.apply(item, key_a, by_id);
    RC_ASSERT(result.ok() != model.failed);
    if (model.failed) {
      failures += 1;
      return;
    }
    if (before.empty() && (model.creates || update.to_text().empty()))
      model.after.insert_or_assign("id", AttributeValue("A"));
    else if (before.empty())
      model.after.clear();
    RC_ASSERT(*result == Item(model.after));
    changes += *result != item;
  });
  CHECK(failures > 5);
  CHECK(changes > 5);
}

TEST_CASE("right-hand sides see the item before the update", "[EXPR-12]") {
  CHECK(error(Update().set("x", 1).set("y", path("x"))) == missing);
  CHECK(after(Update().remove("a").set("b", path("a")), Item{{"id", "A"}, {"a", 1}}) == Item{{"id", "A"}, {"b", 1}});
  CHECK(after(Update().set("a", path("b")).set("b", path("a")), Item{{"id", "A"}, {"a", 1}, {"b", 2}}) ==
        Item{{"id", "A"}, {"a", 2}, {"b", 1}});
}

TEST_CASE("sums are exact to 38 digits, or an error", "[NUM-5][EXPR-11]") {
  const Item big{{"id", "A"}, {"n", *Number::parse("1e50")}};
  CHECK(error(Update().set("n", plus(path("n"), 1)), big).starts_with("Number overflow."));
  CHECK(error(Update().add("n", 1), big).starts_with("Number overflow."));
  CHECK(after(Update().set("n", minus(path("n"), *Number::parse("0.1"))), Item{{"id", "A"}, {"n", 1}}) ==
        Item{{"id", "A"}, {"n", *Number::parse("0.9")}});
}

TEST_CASE("operands of the wrong type or absent are told apart", "[EXPR-11][EXPR-16][MSG-20][MSG-21]") {
  const Item item{{"id", "A"}, {"s", "text"}, {"tags", AttributeValue::string_set({"x"})}};
  CHECK(error(Update().set("n", plus(path("s"), 1)), item) == bad_type);
  CHECK(error(Update().set("n", plus(path("nothing"), 1)), item) == missing);
  CHECK(error(Update().set("n", list_append(path("s"), AttributeValue::list({1}))), item) == bad_type);
  CHECK(error(Update().add("s", 1), item) == bad_type);
  CHECK(error(Update().add("tags", AttributeValue::number_set({1})), item) == bad_type);
  CHECK(error(Update().delete_from("tags", AttributeValue::number_set({1})), item) == bad_type);
  CHECK(error(Update().add("n", "text")) ==
        "Invalid UpdateExpression: Incorrect operand type for operator or function; operator: ADD, operand type: STRING");
  CHECK(error(Update().delete_from("n", 1)) ==
        "Invalid UpdateExpression: Incorrect operand type for operator or function; operator: DELETE, operand type: NUMBER");
  CHECK(error(Update().set("n", plus(path("s"), "1"))) ==
        "Invalid UpdateExpression: Incorrect operand type for operator or function; operator or function: +, operand type: S");
  CHECK(error(Update().set("n", plus(plus(1, 2), 3))).find("a sum has two operands") != std::string::npos);
  CHECK(error(Update().set("l", list_append(list_append(path("l"), path("m")), path("n")))) ==
        "Invalid UpdateExpression: The function is not allowed to be used this way in an expression; function: list_append");
  CHECK(error(Update().add("tags", AttributeValue::string_set({}))).find("may not be empty") != std::string::npos);
}

TEST_CASE("paths that overlap or conflict are refused whatever the item", "[EXPR-13][MSG-18]") {
  const std::string rest = " with each other; must remove or rewrite one of these paths; path one: ";
  CHECK(error(Update().set("a", 1).remove("a")) ==
        "Invalid UpdateExpression: Two document paths overlap" + rest + "[a], path two: [a]");
  CHECK(error(Update().set("a.b", 1).set("c", 1).set("a", 1)) ==
        "Invalid UpdateExpression: Two document paths overlap" + rest + "[a, b], path two: [a]");
  CHECK(error(Update().remove("a.c").set("a[1]", 1)) ==
        "Invalid UpdateExpression: Two document paths conflict" + rest + "[a, c], path two: [a, [1]]");
  CHECK(error(Update().set("a.b", 1).set("a.c", 1)) == bad_path);
}

TEST_CASE("key attributes are no targets", "[EXPR-17][MSG-17]") {
  CHECK(error(Update().set("id", "B")) ==
        "One or more parameter values were invalid: Cannot update attribute id. This attribute is part of the key");
  CHECK(error(Update().remove("id.x")).find("Cannot update attribute id.") != std::string::npos);
  const KeySchema sorted{.partition = "id", .sort = "at", .sort_type = Type::N};
  CHECK_FALSE(Update().add("at", 1).check(sorted).ok());
  CHECK(Update().add("at", 1).check(by_id).ok());
}

TEST_CASE("list indexes are those before the update; past the end SET appends and REMOVE does nothing", "[EXPR-14]") {
  const auto with = [](AttributeList list) { return Item{{"id", "A"}, {"l", AttributeValue::list(std::move(list))}}; };
  const Item item = with({0, 1, 2});
  CHECK(after(Update().set("l[9]", 9).set("l[7]", 7), item) == with({0, 1, 2, 7, 9}));
  CHECK(after(Update().remove("l[0]").set("l[1]", 5), item) == with({5, 2}));
  CHECK(after(Update().remove("l[0]").remove("l[1]").remove("l[7]"), item) == with({2}));
  CHECK(after(Update().remove("l[3]").set("l[4]", 4), item) == with({0, 1, 2, 4}));
  CHECK(after(Update().set("l[10]", 10).set("l[3]", 3), item) == with({0, 1, 2, 3, 10}));
  CHECK(error(Update().set("l[3].x", 1), item) == bad_path);
  CHECK(after(Update().set("l", list_append(path("l"), AttributeValue::list({3}))), item) == with({0, 1, 2, 3}));
}

TEST_CASE("a nested target needs its parent", "[EXPR-15][MSG-19]") {
  const Item item{{"id", "A"}, {"m", AttributeValue::map({{"x", 1}, {"in", AttributeValue::map()}})}, {"s", "text"}};
  CHECK(error(Update().set("nothing.x", 1), item) == bad_path);
  CHECK(error(Update().remove("nothing.x"), item) == bad_path);
  CHECK(error(Update().set("s.x", 1), item) == bad_path);
  CHECK(error(Update().set("m[0]", 1), item) == bad_path);
  CHECK(error(Update().set("m.nothing.x", 1), item) == bad_path);
  CHECK(after(Update().remove("m.nothing"), item) == item);
  CHECK(after(Update().set("m.in.y", 2).remove("m.x").add("m.n", 3), item) ==
        Item{{"id", "A"}, {"m", AttributeValue::map({{"in", AttributeValue::map({{"y", 2}})}, {"n", 3}})}, {"s", "text"}});
  CHECK(after(Update().remove("m.x"), Item{}) == Item{});
  CHECK(after(Update().set("a", 1).remove("m.x"), Item{}) == Item{{"id", "A"}, {"a", 1}});
  CHECK(error(Update().set("m.x", 1), Item{}) == bad_path);
}

TEST_CASE("a missing item is created by SET, ADD or nothing at all, never by REMOVE or DELETE alone", "[OP-2]") {
  CHECK(after(Update(), Item{}) == id_a);
  CHECK(after(Update().set("a", 1), Item{}) == Item{{"id", "A"}, {"a", 1}});
  CHECK(after(Update().add("n", 2), Item{}) == Item{{"id", "A"}, {"n", 2}});
  CHECK(after(Update().remove("a"), Item{}) == Item{});
  CHECK(after(Update().delete_from("t", AttributeValue::string_set({"x"})), Item{}) == Item{});
  CHECK(after(Update().add("n", 2).remove("a"), Item{}) == Item{{"id", "A"}, {"n", 2}});
}

TEST_CASE("sets of each type grow and shrink by their elements", "[EXPR-16]") {
  const auto numbers = [](std::vector<Number> all) { return AttributeValue::number_set(std::move(all)); };
  const auto bytes = [](std::vector<std::string> all) { return AttributeValue::binary_set(std::move(all)); };
  const Item item{{"id", "A"}, {"n", numbers({1, 2})}, {"b", bytes({"x", "y"})}};
  CHECK(after(Update().add("n", numbers({3, 2})).add("b", bytes({"w", "y"})), item) ==
        Item{{"id", "A"}, {"n", numbers({1, 2, 3})}, {"b", bytes({"w", "x", "y"})}});
  CHECK(after(Update().delete_from("n", numbers({2, 7})).delete_from("b", bytes({"x"})), item) ==
        Item{{"id", "A"}, {"n", numbers({1})}, {"b", bytes({"y"})}});
  CHECK(error(Update().add("b", AttributeValue::string_set({"x"})), item) == bad_type);
}

TEST_CASE("an emptied set goes", "[EXPR-16]") {
  const Item item{{"id", "A"}, {"t", AttributeValue::number_set({1, 2})}};
  CHECK(after(Update().delete_from("t", AttributeValue::number_set({1, 2, 3})), item) == id_a);
  CHECK(after(Update().delete_from("t", AttributeValue::number_set({3})), item) == item);
}

TEST_CASE("an update tells what it gives an attribute whatever the item", "[EXPR-11][EXPR-16][GSI-7]") {
  const auto type = [](const Update& update) {
    const std::optional<Update::Given> given = update.given("a");
    return given ? std::string(wire_name(given->type)) + (given->constant.empty() ? "" : " constant") : "";
  };
  CHECK(type(Update().set("b", 1).set("a", AttributeValue("x"))) == "S constant");
  CHECK(type(Update().set("a", 1)) == "N constant");
  CHECK(type(Update().set("a", plus(path("b"), 1))) == "N");
  CHECK(type(Update().set("a", list_append(path("b"), path("c")))) == "L");
  CHECK(type(Update().set("a", path("b", "x"))) == "S");
  CHECK(type(Update().set("a", path("b", path("c")))).empty());
  CHECK(type(Update().add("a", 1)) == "N");
  CHECK(type(Update().delete_from("a", AttributeValue::string_set({"x"}))) == "SS");
  CHECK(type(Update().set("a", path("b"))).empty());
  CHECK(type(Update().remove("a")).empty());
  CHECK(type(Update().set("a.b", 1).set("b", 1)).empty());
  CHECK(Update().set("a", AttributeValue("")).given("a")->constant == Update().set("a", "").given("a")->constant);
}

TEST_CASE("an update that is built holds no more than text may", "[EXPR-1][EXPR-2]") {
  Update many;
  for (int i = 0; i < 150; ++i) {
    const std::string name = "a" + std::to_string(i);
    many.set(Path(name), plus(path(name, 0), 1));  // two
  }
  CHECK(many.flaw().empty());
  CHECK(many.set("b", path("c", 0)).flaw() ==
        "Invalid UpdateExpression: The expression contains too many operators; operator count: 301");
  const std::string half(1024 * 1024, 'x'), other(1024 * 1024, 'y');
  Update large;
  CHECK(large.set("a", AttributeValue(half)).set("b", AttributeValue(other)).set("c", AttributeValue(half)).flaw().empty());
  CHECK(large.set("d", path("d", "z")).flaw() == "ExpressionAttributeValues exceeds max size");
}

TEST_CASE("an update reads as expression text", "[EXPR-10]") {
  const Update update = Update()
                            .remove("note")
                            .set("total", plus(path("total", 0), 5))
                            .add("count", 1)
                            .set("l", list_append(path("l"), AttributeValue::list({"x"})))
                            .delete_from("tags", AttributeValue::string_set({"x"}));
  CHECK(update.to_text() ==
        "SET total = if_not_exists(total, 0) + 5, l = list_append(l, [\"x\"]) REMOVE note ADD count 1 DELETE tags "
        "{\"$SS\":[\"x\"]}");
}

TEST_CASE("the exact texts of two updates are the same only if the updates are", "[TXN-3]") {
  const Path dotted = Path::attribute("a.b"), five = Path::attribute("5"), quoted = Path::attribute("\"x\"");
  CHECK(Update().remove(dotted).to_text() == Update().remove("a.b").to_text());
  CHECK(Update().remove(dotted).exact_text() != Update().remove("a.b").exact_text());
  CHECK(Update().set("n", path(five)).exact_text() != Update().set("n", 5).exact_text());
  CHECK(Update().set("n", path(quoted)).exact_text() != Update().set("n", "x").exact_text());
  CHECK(Update().remove(Path::attribute("a, b")).exact_text() != Update().remove("a").remove("b").exact_text());
  CHECK(Update().set("n", "\xFE").exact_text() != Update().set("n", "\xFF").exact_text());
  CHECK(Update().set("n", plus(path("m"), 1)).exact_text() == Update().set("n", plus(path("m"), 1)).exact_text());
}

TEST_CASE("an update knows how large its constants are", "[TXN-1]") {
  CHECK(Update().remove("a").set("b", path("c")).constant_bytes() == 0);
  CHECK(Update().set("a", "12345").add("n", AttributeValue::string_set({"xy"})).constant_bytes() == 5 + 2);
  CHECK(Update()
            .set("a", if_not_exists("a", "123"))
            .set("l", list_append(path("l"), AttributeValue::list({"x"})))
            .constant_bytes() == 3 + AttributeValue::list({"x"}).size_bytes());
}
