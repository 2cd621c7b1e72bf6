#include "sim/expression/lowering.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>

#include "sim/data/check_item.hpp"
#include "sim/data/lasting_text.hpp"
#include "sim/expression/condition_node.hpp"
#include "sim/expression/limits.hpp"
#include "sim/expression/reserved_words.hpp"

namespace weir {

namespace {

using Kind = Syntax::Kind;

constexpr std::size_t max_expression_bytes = 4096;
constexpr std::uint64_t max_index = 2'147'483'647;

// Where a function may stand.
enum class Place : std::uint8_t { condition, operand, update };

struct Function {
  std::string_view name;
  Place place;
  std::size_t operands;
};
constexpr std::array<Function, 8> functions{{{"attribute_exists", Place::condition, 1},
                                             {"attribute_not_exists", Place::condition, 1},
                                             {"attribute_type", Place::condition, 2},
                                             {"begins_with", Place::condition, 2},
                                             {"contains", Place::condition, 2},
                                             {"size", Place::operand, 1},
                                             {"if_not_exists", Place::update, 2},
                                             {"list_append", Place::update, 2}}};

const Function* function_named(std::string_view name) {
  const auto* found = std::find_if(functions.begin(), functions.end(), [&](const Function& f) { return f.name == name; });
  return found == functions.end() ? nullptr : found;
}

[[noreturn]] void refuse(std::string_view what, std::string_view word, std::string_view shown) {
  throw Refused{std::string(what) + "; " + std::string(word) + ": " + std::string(shown)};
}

[[noreturn]] void refuse_place(std::string_view function) {
  refuse("The function is not allowed to be used this way in an expression", "function", function);
}

[[noreturn]] void refuse_type(std::string_view operation, std::string_view type) {
  throw Refused{"Incorrect operand type for operator or function; operator or function: " + std::string(operation) +
                ", operand type: " + std::string(type)};
}

// Words -----------------------------------------------------------------------------------------------------------------

void check_steps(const Syntax& path) {
  for (const SyntaxStep& step : path.steps) {
    if (step.kind == SyntaxStep::Kind::bare && is_reserved_word(step.text))
      refuse("Attribute name is a reserved keyword", "reserved keyword", step.text);  // MSG-25
    if (step.kind != SyntaxStep::Kind::index) continue;
    std::uint64_t index = 0;
    const auto [end, error] = std::from_chars(step.text.data(), step.text.data() + step.text.size(), index);
    if (error != std::errc() || index > max_index)
      refuse("List index is not within the allowable range", "index", "[" + std::string(step.text) + "]");
  }
}

// A function name is case-sensitive.                                                                             [EXPR-8]
void check_function(const Syntax& call, Place place) {
  const Function* const function = function_named(call.text);
  if (!function) refuse("Invalid function name", "function", call.text);
  const bool for_update = function->place == Place::update;
  if (place == Place::update) {
    if (!for_update) refuse("The function is not allowed in an update expression", "function", call.text);
    const auto appends = [](const Syntax& operand) {
      return operand.bare().kind == Kind::call && operand.bare().text == "list_append";
    };
    if (call.text == "list_append" && std::any_of(call.children.begin(), call.children.end(), appends)) refuse_place(call.text);
    return;
  }
  if (for_update) refuse("The function is not allowed in a condition expression", "function", call.text);
  if (function->place != place) refuse_place(call.text);
  check_operand_count(call);
}

void check_words(const Syntax& syntax, Place place) {
  if (syntax.kind == Kind::path) check_steps(syntax);
  if (syntax.kind == Kind::call) check_function(syntax, place);
  const bool joins =
      syntax.kind == Kind::either || syntax.kind == Kind::both || syntax.kind == Kind::negation || syntax.kind == Kind::parens;
  const Place inside = joins || place == Place::update ? place : Place::operand;
  for (const Syntax& child : syntax.children) check_words(child, inside);
}

// Conditions ------------------------------------------------------------------------------------------------------------

Operand operand_of(const Syntax& operand, Placeholders& placeholders) {
  const Syntax& bare = operand.bare();
  if (bare.kind == Kind::path) return path_of(bare, placeholders);
  if (bare.kind == Kind::value) return value_of(bare, placeholders);
  const Syntax& measured = bare.children.front().bare();  // size(..): no other function passes as an operand
  if (measured.kind == Kind::path) return SizeOf{path_of(measured, placeholders)};
  if (measured.kind == Kind::call) refuse_type("size", "N");
  return SizeOf{Path(), value_of(measured, placeholders)};
}

Condition type_of(const Syntax& call, Placeholders& placeholders) {
  const bool measures = call.children.front().bare().kind == Kind::call;
  Operand first = measures ? path_of(first_path_of(call), placeholders) : operand_of(call.children.front(), placeholders);
  const Syntax& second = call.children.back().bare();
  if (second.kind == Kind::call) refuse_type("attribute_type", "N");
  if (second.kind == Kind::path) {
    path_of(second, placeholders);
    refuse_type("attribute_type", "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}");
  }
  const AttributeValue& name = value_of(second, placeholders);
  if (!name.as_string()) refuse_type("attribute_type", wire_name(name.type()));
  const std::optional<Type> type = parse_type(*name.as_string());
  if (!type)
    throw Refused{"Invalid attribute type name found; type: " + *name.as_string() +
                  ", valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}"};
  return attribute_type_operand(std::move(first), *type);
}

Condition function_of(const Syntax& call, Placeholders& placeholders) {
  if (call.text == "attribute_exists") return attribute_exists(path_of(first_path_of(call), placeholders));
  if (call.text == "attribute_not_exists") return attribute_not_exists(path_of(first_path_of(call), placeholders));
  if (call.text == "attribute_type") return type_of(call, placeholders);
  Operand first = operand_of(call.children.front(), placeholders);
  Operand second = operand_of(call.children.back(), placeholders);
  if (call.text == "contains") return contains_operand(std::move(first), std::move(second));
  return begins_with_operand(std::move(first), std::move(second));
}

Condition leaf_of(const Syntax& syntax, Placeholders& placeholders) {
  if (syntax.kind == Kind::call) return function_of(syntax, placeholders);
  std::vector<Operand> operands;
  for (const Syntax& child : syntax.children) operands.push_back(operand_of(child, placeholders));
  Operand first = std::move(operands.front());
  operands.erase(operands.begin());
  if (syntax.kind == Kind::in) {
    if (operands.size() > max_in_operands) throw Refused{too_many_in_operands(operands.size())};
    return in(std::move(first), std::move(operands));
  }
  if (syntax.kind == Kind::between) return between(std::move(first), std::move(operands[0]), std::move(operands[1]));
  const auto* text = std::find(std::begin(comparator_texts), std::end(comparator_texts), syntax.text);
  const auto comparator = static_cast<Comparator>(text - std::begin(comparator_texts));
  return compare(std::move(first), comparator, std::move(operands[0]));
}

// A balanced tree, so that a long chain of ANDs is evaluated on little stack.
Condition joined(std::span<const Condition> parts, Kind kind) {
  if (parts.size() == 1) return parts.front();
  Condition left = joined(parts.first(parts.size() / 2), kind);
  Condition right = joined(parts.subspan(parts.size() / 2), kind);
  return kind == Kind::both ? std::move(left) && std::move(right) : std::move(left) || std::move(right);
}

}  // namespace

void check_condition_words(const Syntax& condition) { check_words(condition, Place::condition); }
void check_update_words(const Syntax& operand) { check_words(operand, Place::update); }

void check_operand_count(const Syntax& call) {
  if (call.children.size() == function_named(call.text)->operands) return;
  throw Refused{"Incorrect number of operands for operator or function; operator or function: " + std::string(call.text) +
                ", number of operands: " + std::to_string(call.children.size())};
}

const Syntax& first_path_of(const Syntax& call) {
  const Syntax& first = call.children.front().bare();
  if (first.kind != Kind::path) refuse("Operator or function requires a document path", "operator or function", call.text);
  return first;
}

Path path_of(const Syntax& syntax, Placeholders& placeholders) {
  Path path;
  for (const SyntaxStep& step : syntax.steps) {
    if (step.kind == SyntaxStep::Kind::bare) {
      path.steps.emplace_back(std::string(step.text));
    } else if (step.kind == SyntaxStep::Kind::placeholder) {
      const std::string* const name = placeholders.name(step.text);
      if (!name)
        refuse("An expression attribute name used in the document path is not defined", "attribute name", step.text);  // MSG-24
      path.steps.emplace_back(*name);
    } else {
      std::size_t index = 0;
      std::from_chars(step.text.data(), step.text.data() + step.text.size(), index);
      path.steps.emplace_back(index);
    }
  }
  if (path.steps.size() > static_cast<std::size_t>(max_depth))
    refuse("The document path has too many nesting levels", "nesting levels", std::to_string(path.steps.size()));
  return path;
}

const AttributeValue& value_of(const Syntax& syntax, Placeholders& placeholders) {
  const AttributeValue* const value = placeholders.value(syntax.text);
  if (!value)
    refuse("An expression attribute value used in expression is not defined", "attribute value", syntax.text);  // MSG-24
  return *value;
}

Condition condition_of(const Syntax& syntax, Placeholders& placeholders) {
  if (syntax.kind == Kind::parens) return condition_of(syntax.children.front(), placeholders);
  if (syntax.kind == Kind::negation) return !condition_of(syntax.children.front(), placeholders);
  if (syntax.kind == Kind::both || syntax.kind == Kind::either) {
    std::vector<Condition> parts;
    for (const Syntax& child : syntax.children) parts.push_back(condition_of(child, placeholders));
    return joined(parts, syntax.kind);
  }
  Condition leaf = leaf_of(syntax, placeholders);
  refuse_flaw(leaf.flaw());
  return leaf;
}

void refuse_flaw(std::string_view flaw) {
  if (flaw.empty()) return;
  for (const std::string_view prefix : {"Invalid ConditionExpression: ", "Invalid UpdateExpression: "})
    if (flaw.starts_with(prefix)) throw Refused{std::string(flaw.substr(prefix.size()))};
  throw Refused{std::string(flaw), true};
}

void check_expression_size(std::string_view text) {
  if (text.empty()) throw Refused{"The expression can not be empty;"};
  if (text.size() > max_expression_bytes)
    refuse("Expression size has exceeded the maximum allowed size", "expression size", std::to_string(text.size()));  // MSG-22
}

Failed failed(ExpressionKind kind, const Refused& refused) {
  const std::string prefix = refused.whole ? "" : "Invalid " + std::string(name_of(kind)) + ": ";
  return {ServiceError::validation, Certainty::surely_not_done, lasting(prefix + refused.message)};
}

}  // namespace weir
