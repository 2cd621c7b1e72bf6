#include "sim/expression/expression.hpp"

#include <algorithm>
#include <stdexcept>

#include "sim/expression/lowering.hpp"

namespace weir {

namespace {

using Kind = Syntax::Kind;

SetExpression set_value_of(const Syntax& syntax, Placeholders& placeholders) {
  const Syntax& bare = syntax.bare();
  if (bare.kind == Kind::path) return path(path_of(bare, placeholders));
  if (bare.kind == Kind::value) return SetExpression(value_of(bare, placeholders));
  if (bare.kind == Kind::call) {
    check_operand_count(bare);
    if (bare.text == "if_not_exists") {
      Path target = path_of(first_path_of(bare), placeholders);
      return if_not_exists(std::move(target), set_value_of(bare.children.back(), placeholders));
    }
  }
  const SetExpression first = set_value_of(bare.children.front(), placeholders);
  const SetExpression second = set_value_of(bare.children.back(), placeholders);
  if (bare.kind == Kind::call) return list_append(first, second);
  return bare.text == "+" ? plus(first, second) : minus(first, second);
}

// Words clause by clause, and no clause twice.                                                                   [EXPR-10]
void check_clauses(const std::vector<SyntaxClause>& clauses) {
  std::vector<std::string_view> seen;
  for (const SyntaxClause& clause : clauses) {
    for (const SyntaxAction& action : clause.actions) {
      check_update_words(action.path);
      for (const Syntax& value : action.value) check_update_words(value);
    }
    if (std::find(seen.begin(), seen.end(), clause.keyword) != seen.end())
      throw Refused{"The \"" + std::string(clause.keyword) + "\" section can only be used once in an update expression;"};
    seen.push_back(clause.keyword);
  }
}

// All targets before any value: what is wrong with paths is said first.                                          [EXPR-13]
std::vector<Path> targets_of(const std::vector<SyntaxClause>& clauses, Placeholders& placeholders) {
  std::vector<Path> targets;
  for (const SyntaxClause& clause : clauses)
    for (const SyntaxAction& action : clause.actions) targets.push_back(path_of(action.path, placeholders));
  for (std::size_t two = 1; two < targets.size(); ++two)
    for (std::size_t one = 0; one < two; ++one) {
      const std::string clash = path_clash(targets[one], targets[two]);
      if (!clash.empty()) throw Refused{clash};
    }
  return targets;
}

Update update_of(std::string_view text, Placeholders& placeholders) {
  const std::vector<SyntaxClause> clauses = read_update(text);
  check_clauses(clauses);
  const std::vector<Path> targets = targets_of(clauses, placeholders);
  Update made;
  std::size_t next = 0;
  for (const SyntaxClause& clause : clauses)
    for (const SyntaxAction& action : clause.actions) {
      const Path& target = targets[next++];
      if (clause.keyword == "SET")
        made.set(target, set_value_of(action.value.front(), placeholders));
      else if (clause.keyword == "REMOVE")
        made.remove(target);
      else if (clause.keyword == "ADD")
        made.add(target, value_of(action.value.front(), placeholders));
      else
        made.delete_from(target, value_of(action.value.front(), placeholders));
      refuse_flaw(made.flaw());
    }
  return made;
}

void must(const Result<Done>& sound) {
  if (!sound) throw std::invalid_argument(std::string(sound.failure().message));
}

template <class T, class Parse>
T parsed_in_code(const ExpressionContext& context, Parse parse) {
  Placeholders placeholders(context);
  must(placeholders.check());
  Result<T> parsed = parse(placeholders);
  if (!parsed) throw std::invalid_argument(std::string(parsed.failure().message));
  must(placeholders.check_all_used());
  return std::move(parsed).value();
}

}  // namespace

Result<Condition> parse_condition(ExpressionKind kind, std::string_view text, Placeholders& placeholders) {
  return read_expression(kind, text, placeholders, [&] {
    const Syntax syntax = read_condition(text);
    check_condition_words(syntax);
    return condition_of(syntax, placeholders);
  });
}

Result<Update> parse_update(std::string_view text, Placeholders& placeholders) {
  return read_expression(ExpressionKind::update, text, placeholders, [&] { return update_of(text, placeholders); });
}

Condition condition(std::string_view text, const ExpressionContext& context) {
  return parsed_in_code<Condition>(
      context, [&](Placeholders& placeholders) { return parse_condition(ExpressionKind::condition, text, placeholders); });
}

Update update(std::string_view text, const ExpressionContext& context) {
  return parsed_in_code<Update>(context, [&](Placeholders& placeholders) { return parse_update(text, placeholders); });
}

}  // namespace weir
