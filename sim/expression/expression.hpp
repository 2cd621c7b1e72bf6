// Expressions as text: condition, filter and update expressions. projection.hpp and key_condition.hpp have the other two.
//
//   Placeholders placeholders({.names = {{"#s", "status"}}, .values = {{":new", "paid"}}});
//   const Result<Condition> guard = parse_condition(ExpressionKind::condition, "#s <> :new", placeholders);
//
//   grammar     operands, comparators, BETWEEN, IN, functions, NOT, AND, OR, parentheses         [EXPR-4 .. EXPR-6] [EXPR-8]
//               SET, REMOVE, ADD, DELETE, each at most once                                               [EXPR-10] [EXPR-11]
//               keywords stand in any case, names of functions in their own
//   limits      4,096 bytes a text, 300 operators and functions, 100 operands of IN, 32 steps a path          [EXPR-1] [EXPR-2]
//   errors      a Failed: validation, with the service's text: MSG-18, MSG-22 .. MSG-25 and kin
//               What the tree that comes out would call its flaw is an error here already, so a parsed Condition has none, and
//               a parsed Update none but key targets
//   messages    "Invalid X: ..." with X the name of the kind
//   placeholders  those that are used are marked; check() and check_all_used() are the caller's to ask, before and after all
//               expressions of one request
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "sim/base/result.hpp"
#include "sim/expression/condition.hpp"
#include "sim/expression/placeholders.hpp"
#include "sim/expression/update.hpp"

namespace weir {

enum class ExpressionKind : std::uint8_t { condition, filter, key_condition, projection, update };
inline constexpr std::array<std::string_view, 5> expression_names{
    "ConditionExpression", "FilterExpression", "KeyConditionExpression", "ProjectionExpression", "UpdateExpression"};
constexpr std::string_view name_of(ExpressionKind kind) { return expression_names[static_cast<std::size_t>(kind)]; }

// `kind` is condition or filter: one grammar, two names in messages.
Result<Condition> parse_condition(ExpressionKind kind, std::string_view text, Placeholders& placeholders);
Result<Update> parse_update(std::string_view text, Placeholders& placeholders);

// For C++ code, where a wrong text is a mistake of who wrote the code: std::invalid_argument with the service's message, also
// for placeholders that the text does not use.
//   table.put(item, condition("attribute_not_exists(id) OR revision < :r", {.values = {{":r", 7}}}));
Condition condition(std::string_view text, const ExpressionContext& context = {});
Update update(std::string_view text, const ExpressionContext& context = {});

}  // namespace weir
