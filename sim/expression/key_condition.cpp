#include "sim/expression/key_condition.hpp"

#include <algorithm>

#include "sim/data/key_limits.hpp"
#include "sim/expression/lowering.hpp"

namespace weir {

namespace {

using Kind = Syntax::Kind;

// One comparison of a key condition, its attribute on the left.
struct Part {
  std::string attribute;
  SortCondition::Kind kind;
  std::vector<AttributeValue> values;
};

[[noreturn]] void refuse(std::string message) { throw Refused{std::move(message), true}; }

[[noreturn]] void refuse_operator(std::string_view operation) {
  refuse("Invalid operator used in KeyConditionExpression: " + std::string(operation));
}

SortCondition::Kind kind_of(std::string_view comparator) {
  if (comparator == "=") return SortCondition::Kind::equal;
  if (comparator == "<") return SortCondition::Kind::less;
  if (comparator == "<=") return SortCondition::Kind::less_equal;
  if (comparator == ">") return SortCondition::Kind::greater;
  return SortCondition::Kind::greater_equal;
}

SortCondition::Kind turned(SortCondition::Kind kind) {
  switch (kind) {
    case SortCondition::Kind::less:
      return SortCondition::Kind::greater;
    case SortCondition::Kind::less_equal:
      return SortCondition::Kind::greater_equal;
    case SortCondition::Kind::greater:
      return SortCondition::Kind::less;
    case SortCondition::Kind::greater_equal:
      return SortCondition::Kind::less_equal;
    default:
      return kind;
  }
}

void refuse_foreign_operators(const Syntax& syntax) {
  if (syntax.kind == Kind::either) refuse_operator("OR");
  if (syntax.kind == Kind::negation) refuse_operator("NOT");
  if (syntax.kind == Kind::in) refuse_operator("IN");
  if (syntax.kind == Kind::compare && syntax.text == "<>") refuse_operator("<>");
  if (syntax.kind == Kind::call && syntax.text != "begins_with") refuse_operator(syntax.text);
}

Part part_of(const Syntax& syntax, Placeholders& placeholders) {
  Part part{.kind = SortCondition::Kind::equal};
  std::size_t place = 0, paths = 0;
  for (std::size_t i = 0; i < syntax.children.size(); ++i) {
    const Syntax& operand = syntax.children[i].bare();
    if (operand.kind == Kind::call) refuse("KeyConditionExpressions cannot contain nested operations");
    if (operand.kind == Kind::value) {
      part.values.push_back(value_of(operand, placeholders));
      continue;
    }
    if (++paths > 1) refuse("Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition");
    const Path path = path_of(operand, placeholders);
    if (path.steps.size() > 1) refuse("KeyConditionExpressions cannot have conditions on nested attributes");
    part.attribute = std::get<std::string>(path.steps.front());
    place = i;
  }
  if (paths == 0) refuse("Invalid condition in KeyConditionExpression: No key attribute specified");
  if (syntax.kind == Kind::compare) {
    part.kind = place == 0 ? kind_of(syntax.text) : turned(kind_of(syntax.text));
    return part;
  }
  const std::string operation(syntax.kind == Kind::between ? "BETWEEN" : syntax.text);
  if (place != 0)
    refuse("Invalid condition in KeyConditionExpression: " + operation +
           " operator must have the key attribute as its first operand");
  part.kind = syntax.kind == Kind::between ? SortCondition::Kind::between : SortCondition::Kind::begins_with;
  return part;
}

void collect(const Syntax& syntax, Placeholders& placeholders, std::vector<Part>& parts) {
  const Syntax& bare = syntax.bare();
  refuse_foreign_operators(bare);
  if (bare.kind == Kind::both) {
    for (const Syntax& child : bare.children) collect(child, placeholders, parts);
    return;
  }
  Part part = part_of(bare, placeholders);
  if (std::any_of(parts.begin(), parts.end(), [&](const Part& other) { return other.attribute == part.attribute; }))
    refuse("KeyConditionExpressions must only contain one condition per key");
  parts.push_back(std::move(part));
}

constexpr std::string_view wrong_type =
    "One or more parameter values were invalid: Condition parameter type does not match schema type";
constexpr std::string_view not_supported = "Query key condition not supported";  // MSG-26

const std::string& bytes_of(const AttributeValue& value) { return value.as_string() ? *value.as_string() : *value.as_binary(); }

bool too_large(const AttributeValue& value, std::size_t most) {
  return value.type() != Type::N && bytes_of(value).size() > most;
}

void check_values(const Part& part, Type type) {
  for (const AttributeValue& value : part.values) {
    if (value.type() != type) refuse(std::string(wrong_type));
    const bool empty = (value.as_string() && value.as_string()->empty()) || (value.as_binary() && value.as_binary()->empty());
    if (empty)
      refuse("One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty " +
             std::string(type == Type::B ? "binary" : "string") + " value. Key: " + part.attribute);  // MSG-8
  }
}

// MSG-26.
KeyCondition fitted(std::vector<Part> parts, const KeySchema& schema) {
  const auto named = [&](const std::string& attribute) {
    return std::find_if(parts.begin(), parts.end(), [&](const Part& part) { return part.attribute == attribute; });
  };
  const auto partition = named(schema.partition);
  if (partition == parts.end()) refuse("Query condition missed key schema element: " + schema.partition);
  const auto sort = schema.has_sort() ? named(schema.sort) : parts.end();
  if (parts.size() > 1 && schema.has_sort() && sort == parts.end())
    refuse("Query condition missed key schema element: " + schema.sort);
  const std::size_t fitting = sort == parts.end() ? 1 : 2;
  if (parts.size() != fitting || partition->kind != SortCondition::Kind::equal) refuse(std::string(not_supported));
  check_values(*partition, schema.partition_type);
  KeyCondition condition{.partition = partition->values.front()};
  if (sort == parts.end()) return condition;
  check_values(*sort, schema.sort_type);
  condition.sort = SortCondition{.kind = sort->kind, .low = sort->values.front()};
  if (sort->kind == SortCondition::Kind::between) condition.sort->high = sort->values.back();
  return condition;
}

}  // namespace

KeyCondition::Side KeyCondition::side_of(const AttributeValue& sort_key) const {
  if (!sort) return Side::inside;
  const auto order = compare_scalars(sort_key, sort->low);
  SIM_CHECK(order.has_value(), "a sort key has the type of the condition on it");
  switch (sort->kind) {
    case SortCondition::Kind::equal:
      return *order < 0 ? Side::before : *order > 0 ? Side::after : Side::inside;
    case SortCondition::Kind::less:
      return *order < 0 ? Side::inside : Side::after;
    case SortCondition::Kind::less_equal:
      return *order <= 0 ? Side::inside : Side::after;
    case SortCondition::Kind::greater:
      return *order > 0 ? Side::inside : Side::before;
    case SortCondition::Kind::greater_equal:
      return *order >= 0 ? Side::inside : Side::before;
    case SortCondition::Kind::between:
      if (*order < 0) return Side::before;
      return *compare_scalars(sort_key, *sort->high) > 0 ? Side::after : Side::inside;
    case SortCondition::Kind::begins_with:
      if (*order < 0) return Side::before;
      return bytes_of(sort_key).starts_with(bytes_of(sort->low)) ? Side::inside : Side::after;
  }
  return Side::after;
}

bool KeyCondition::allows(const ItemKey& key) const {
  if (!(key.partition() == partition)) return false;
  return !sort || side_of(*key.sort()) == Side::inside;
}

Result<KeyCondition> parse_key_condition(std::string_view text, const KeySchema& schema, Placeholders& placeholders) {
  return read_expression(ExpressionKind::key_condition, text, placeholders, [&] {
    const Syntax syntax = read_condition(text);
    check_condition_words(syntax);
    condition_of(syntax, placeholders);  // what any condition is refused for
    std::vector<Part> parts;
    collect(syntax, placeholders, parts);
    KeyCondition condition = fitted(std::move(parts), schema);
    if (const Result<Done> fits = check_key_condition(condition, schema); !fits) refuse(std::string(fits.failure().message));
    return condition;
  });
}

Result<Done> check_key_condition(const KeyCondition& condition, const KeySchema& schema) {
  const auto invalid = [](std::string_view message) { return Result<Done>(ServiceError::validation, message); };
  if (condition.partition.type() != schema.partition_type) return invalid(wrong_type);
  if (too_large(condition.partition, max_partition_key_bytes)) return invalid(partition_key_too_large);
  if (!condition.sort) return Done{};
  if (!schema.has_sort()) return invalid(not_supported);
  const SortCondition& sort = *condition.sort;
  if (sort.low.type() != schema.sort_type || (sort.high && sort.high->type() != schema.sort_type)) return invalid(wrong_type);
  const bool two = sort.kind == SortCondition::Kind::between;
  if (two != sort.high.has_value()) return invalid(not_supported);
  if (sort.kind == SortCondition::Kind::begins_with && schema.sort_type == Type::N) return invalid(not_supported);
  if (too_large(sort.low, max_sort_key_bytes) || (sort.high && too_large(*sort.high, max_sort_key_bytes)))
    return invalid(sort_key_too_large);
  return Done{};
}

Result<Done> check_query_filter(const Condition& filter, const KeySchema& schema) {
  for (const std::string& name : {schema.partition, schema.sort})
    if (!name.empty() && filter.mentions(name))
      return failed(
          ExpressionKind::filter,
          Refused{"Filter Expression can only contain non-primary key attributes: Primary key attribute: " + name, true});
  return Done{};
}

}  // namespace weir
