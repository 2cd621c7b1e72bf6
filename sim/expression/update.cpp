#include "sim/expression/update.hpp"

#include <algorithm>
#include <forward_list>
#include <span>

#include "sim/data/check_item.hpp"
#include "sim/data/lasting_text.hpp"
#include "sim/expression/limits.hpp"
#include "sim/expression/set_value.hpp"
#include "sim/expression/spelling.hpp"

namespace weir {

namespace {

using Kind = SetValue::Kind;

constexpr std::string_view bad_path = "The document path provided in the update expression is invalid for update";  // MSG-19
constexpr std::string_view missing_operand =
    "The provided expression refers to an attribute that does not exist in the item";                       // MSG-20
constexpr std::string_view bad_operand = "An operand in the update expression has an incorrect data type";  // MSG-21
constexpr std::string_view nested_sum = "Invalid UpdateExpression: Syntax error; a sum has two operands, which are no sums";
constexpr std::string_view nested_append =
    "Invalid UpdateExpression: The function is not allowed to be used this way in an expression; function: list_append";

Failed invalid(std::string_view message) { return {ServiceError::validation, Certainty::surely_not_done, message}; }

// Evaluation ------------------------------------------------------------------------------------------------------------

// Bytes made during one apply(); views of them hold until it ends.
class Made {
 public:
  std::string_view keep(std::string bytes) { return kept_.emplace_front(std::move(bytes)); }
  std::string_view number(const Number& number) {
    char bytes[1 + Number::max_packed];
    bytes[0] = static_cast<char>(Type::N);
    const std::size_t length = number.pack(bytes + 1);
    return keep(std::string(bytes, 1 + length));
  }
  std::string_view value(const AttributeValue& value) {
    std::string bytes;
    append_encoded(bytes, value);
    return keep(std::move(bytes));
  }

 private:
  std::forward_list<std::string> kept_;
};

using Bytes = Result<std::string_view>;

Bytes sum(std::string_view a, bool minus, std::string_view b, Made& made) {
  if (encoded_type(a) != Type::N || encoded_type(b) != Type::N) return invalid(bad_operand);
  const NumberResult result = minus ? encoded_number(a).subtract(encoded_number(b)) : encoded_number(a).add(encoded_number(b));
  if (!result) return invalid(fixed_message(result.error()));
  return made.number(*result);
}

Bytes appended(std::string_view a, std::string_view b, Made& made) {
  if (encoded_type(a) != Type::L || encoded_type(b) != Type::L) return invalid(bad_operand);
  AttributeValue list = decode_value(a);
  const AttributeValue tail = decode_value(b);
  list.as_list()->insert(list.as_list()->end(), tail.as_list()->begin(), tail.as_list()->end());
  return made.value(list);
}

// The bytes a right-hand side comes to, seen from the item before the update.                          [EXPR-11] [EXPR-12]
Bytes evaluate(const SetValue& value, const Item& before, Made& made) {
  switch (value.kind) {
    case Kind::constant:
      return std::string_view(value.encoded);
    case Kind::path: {
      const std::string_view found = value.path.find(before);
      return found.empty() ? Bytes(invalid(missing_operand)) : Bytes(found);
    }
    case Kind::if_not_exists: {
      const std::string_view found = value.path.find(before);
      return found.empty() ? evaluate(*value.first, before, made) : Bytes(found);
    }
    default:
      break;
  }
  const Bytes first = evaluate(*value.first, before, made);
  if (!first) return first;
  const Bytes second = evaluate(*value.second, before, made);
  if (!second) return second;
  if (value.kind == Kind::list_append) return appended(*first, *second, made);
  return sum(*first, value.kind == Kind::minus, *second, made);
}

// Sets and numbers ------------------------------------------------------------------------------------------------------

bool is_set(Type type) { return type == Type::SS || type == Type::NS || type == Type::BS; }

template <class Element>
std::vector<Element> combined(const std::vector<Element>& a, const std::vector<Element>& b, bool take_away) {
  std::vector<Element> all;
  if (take_away)
    std::set_difference(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(all));
  else
    std::set_union(a.begin(), a.end(), b.begin(), b.end(), std::back_inserter(all));
  return all;
}

// Union or difference of two sets of one type; empty bytes for an empty set.                                         [EXPR-16]
std::string_view combined(std::string_view a, std::string_view b, bool take_away, Made& made) {
  const AttributeValue left = decode_value(a), right = decode_value(b);
  if (const auto* strings = left.as_string_set()) {
    auto all = combined(*strings, *right.as_string_set(), take_away);
    return all.empty() ? std::string_view() : made.value(AttributeValue::string_set(std::move(all)));
  }
  if (const auto* numbers = left.as_number_set()) {
    auto all = combined(*numbers, *right.as_number_set(), take_away);
    return all.empty() ? std::string_view() : made.value(AttributeValue::number_set(std::move(all)));
  }
  auto all = combined(*left.as_binary_set(), *right.as_binary_set(), take_away);
  return all.empty() ? std::string_view() : made.value(AttributeValue::binary_set(std::move(all)));
}

Bytes added(std::string_view before, std::string_view operand, Made& made) {
  if (before.empty()) return operand;
  if (encoded_type(before) != encoded_type(operand)) return invalid(bad_operand);
  if (encoded_type(operand) == Type::N) return sum(before, false, operand, made);
  return combined(before, operand, false, made);
}

Bytes taken_away(std::string_view before, std::string_view operand, Made& made) {
  if (before.empty()) return before;
  if (encoded_type(before) != encoded_type(operand)) return invalid(bad_operand);
  return combined(before, operand, true, made);
}

}  // namespace

// Effects ---------------------------------------------------------------------------------------------------------------

// What one action does to its target: the bytes it gets, or empty for a target that goes.
struct Update::Effect {
  const Path* target;
  std::string_view bytes;

  bool removes() const { return bytes.empty(); }
  const std::string& attribute() const { return std::get<std::string>(target->steps.front()); }
  bool is_nested() const { return target->steps.size() > 1; }
};

namespace {

// Carries out effects that share their first `depth` steps on the value those steps lead to; false: MSG-19. Effects are
// sorted by path, so those of one child stand together.                                                  [EXPR-14] [EXPR-15]
template <class Effect>
bool apply_inside(AttributeValue& parent, std::span<const Effect> effects, std::size_t depth) {
  AttributeMap* const map = parent.as_map();
  AttributeList* const list = parent.as_list();
  const std::size_t length = list ? list->size() : 0;
  std::vector<std::size_t> going;
  for (std::size_t begin = 0, end = 0; begin < effects.size(); begin = end) {
    const Path::Step& step = effects[begin].target->steps[depth];
    for (end = begin + 1; end < effects.size() && effects[end].target->steps[depth] == step; ++end) continue;
    const Effect& effect = effects[begin];
    const bool is_leaf = effect.target->steps.size() == depth + 1;
    if (const auto* name = std::get_if<std::string>(&step)) {
      if (!map) return false;
      if (is_leaf && effect.removes()) {
        map->erase(*name);
      } else if (is_leaf) {
        map->insert_or_assign(*name, decode_value(effect.bytes));
      } else {
        const auto child = map->find(*name);
        if (child == map->end() || !apply_inside(child->second, effects.subspan(begin, end - begin), depth + 1)) return false;
      }
    } else {
      const std::size_t index = std::get<std::size_t>(step);
      if (!list) return false;
      if (!is_leaf) {
        if (index >= length || !apply_inside((*list)[index], effects.subspan(begin, end - begin), depth + 1)) return false;
      } else if (index >= length) {
        if (!effect.removes()) list->push_back(decode_value(effect.bytes));
      } else if (effect.removes()) {
        going.push_back(index);
      } else {
        (*list)[index] = decode_value(effect.bytes);
      }
    }
  }
  for (auto index = going.rbegin(); index != going.rend(); ++index)
    list->erase(list->begin() + static_cast<std::ptrdiff_t>(*index));
  return true;
}

// One top-level attribute after the update; empty bytes: it goes.
struct Attribute {
  std::string_view name, bytes;
};

// Both sides are in the order of names, so that the builder has nothing to sort.
Item rebuilt(const Item& base, std::span<const Attribute> attributes) {
  ItemBuilder builder;
  std::size_t next = 0;
  const auto put_next = [&] {
    const Attribute& attribute = attributes[next++];
    if (!attribute.bytes.empty()) builder.encoded(attribute.name, attribute.bytes);
  };
  base.each([&](std::string_view name, std::string_view value) {
    while (next < attributes.size() && attributes[next].name < name) put_next();
    if (next < attributes.size() && attributes[next].name == name) return put_next();
    builder.encoded(name, value);
  });
  while (next < attributes.size()) put_next();
  return builder.finish();
}

}  // namespace

Result<Item> Update::apply(const Item& item, const ItemKey& key, const KeySchema& schema) const {
  const Result<Done> sound = check(schema);
  if (!sound) return sound.failure();

  Made made;
  std::vector<Effect> effects;
  effects.reserve(actions_.size());
  bool creates = actions_.empty();
  for (const Action& action : actions_) {
    Bytes bytes = std::string_view();
    if (action.kind == Action::Kind::set)
      bytes = action.value ? evaluate(action.value->value(), item, made) : std::string_view(action.operand);
    else if (action.kind == Action::Kind::add)
      bytes = added(action.target.find(item), action.operand, made);
    else if (action.kind == Action::Kind::delete_from)
      bytes = taken_away(action.target.find(item), action.operand, made);
    if (!bytes) return bytes.failure();
    creates = creates || action.kind == Action::Kind::set || action.kind == Action::Kind::add;
    effects.push_back({&action.target, *bytes});
  }
  if (item.empty() && !creates) return Item();  // [OP-2]
  if (effects.size() > 1)
    std::sort(effects.begin(), effects.end(), [](const Effect& a, const Effect& b) {
      const int order = a.attribute().compare(b.attribute());
      return order != 0 ? order < 0 : a.target->steps < b.target->steps;
    });

  std::vector<Attribute> attributes;
  attributes.reserve(effects.size());
  bool changed = item.empty();
  for (std::size_t begin = 0, end = 0; begin < effects.size(); begin = end) {
    const Effect& effect = effects[begin];
    const std::string_view before = item.find_encoded(effect.attribute());
    std::string_view after = effect.bytes;
    for (end = begin + 1; end < effects.size() && effects[end].attribute() == effect.attribute(); ++end) continue;
    if (effect.is_nested()) {
      const auto group = std::span<const Effect>(effects).subspan(begin, end - begin);
      const bool only_removes = std::all_of(group.begin(), group.end(), [](const Effect& e) { return e.removes(); });
      if (item.empty() && only_removes) continue;  // [EXPR-15]
      if (before.empty()) return invalid(bad_path);
      AttributeValue value = decode_value(before);
      if (!apply_inside(value, group, 1)) return invalid(bad_path);
      after = made.value(value);
    }
    if (after == before) continue;
    attributes.push_back({effect.attribute(), after});
    changed = true;
  }
  if (!changed) return item;
  return rebuilt(item.empty() ? key.attributes(schema) : item, attributes);
}

Result<Done> Update::check(const KeySchema& schema) const {
  if (!flaw_.empty()) return invalid(flaw_);
  for (const Action& action : actions_) {
    const auto& attribute = std::get<std::string>(action.target.steps.front());
    if (attribute == schema.partition || (schema.has_sort() && attribute == schema.sort))
      return invalid(lasting("One or more parameter values were invalid: Cannot update attribute " + attribute +
                             ". This attribute is part of the key"));  // MSG-17
  }
  return Done{};
}

// Building --------------------------------------------------------------------------------------------------------------

namespace {

std::string_view type_in_words(Type type) {
  switch (type) {
    case Type::S:
      return "STRING";
    case Type::N:
      return "NUMBER";
    case Type::B:
      return "BINARY";
    case Type::Bool:
      return "BOOLEAN";
    case Type::Null:
      return "NULL";
    case Type::M:
      return "MAP";
    case Type::L:
      return "LIST";
    default:
      return "SET";
  }
}

std::string_view check_set_operand(std::string_view clause, const AttributeValue& value, bool numbers_too) {
  if (!is_set(value.type()) && !(numbers_too && value.type() == Type::N))
    return lasting("Invalid UpdateExpression: Incorrect operand type for operator or function; operator: " +
                   std::string(clause) + ", operand type: " + std::string(type_in_words(value.type())));
  const Result<Done> sound = check_value(value);
  return sound ? std::string_view() : sound.failure().message;
}

std::string encoded(const AttributeValue& value) {
  std::string bytes;
  append_encoded(bytes, value);
  return bytes;
}

std::string_view operation_name(Kind kind) { return kind == Kind::plus ? "+" : kind == Kind::minus ? "-" : "list_append"; }

// A function or sum of two operands, with what can be said of constants at once.
SetExpression two_operands(Kind kind, const SetExpression& a, const SetExpression& b) {
  SetValue value{.kind = kind, .nested = a.value().nested || b.value().nested};
  const Type wanted = kind == Kind::list_append ? Type::L : Type::N;
  for (const SetValue* operand : {&a.value(), &b.value()}) {
    if (!value.flaw.empty()) break;
    value.flaw = operand->flaw;
    if (is_sum(operand->kind)) value.flaw = nested_sum;
    if (kind == Kind::list_append && operand->kind == Kind::list_append) value.flaw = nested_append;
    const std::optional<Type> type = known_type(*operand);
    if (type && *type != wanted)
      value.flaw = lasting("Invalid UpdateExpression: Incorrect operand type for operator or function; operator or function: " +
                           std::string(operation_name(kind)) + ", operand type: " + std::string(wire_name(*type)));
  }
  value.first = a.pointer();
  value.second = b.pointer();
  return SetExpression(std::make_shared<const SetValue>(std::move(value)));
}

}  // namespace

SetExpression::SetExpression(const AttributeValue& constant) {
  SetValue value{.kind = Kind::constant, .encoded = encoded(constant)};
  const Result<Done> sound = check_value(constant);
  if (!sound) value.flaw = sound.failure().message;
  value_ = std::make_shared<const SetValue>(std::move(value));
}
SetExpression::SetExpression(const char* text) : SetExpression(AttributeValue(text)) {}

SetExpression path(Path p) {
  const bool nested = p.steps.size() > 1;
  return SetExpression(std::make_shared<const SetValue>(SetValue{.kind = Kind::path, .path = std::move(p), .nested = nested}));
}
SetExpression path(Path p, const SetExpression& otherwise) { return if_not_exists(std::move(p), otherwise); }

SetExpression if_not_exists(Path p, const SetExpression& otherwise) {
  SetValue value{.kind = Kind::if_not_exists, .path = std::move(p), .first = otherwise.pointer()};
  value.nested = value.path.steps.size() > 1 || value.first->nested;
  value.flaw = is_sum(value.first->kind) ? nested_sum : value.first->flaw;
  if (value.flaw.empty() && value.first->kind == Kind::path && value.first->path == value.path)
    value.flaw = lasting(
        "Invalid UpdateExpression: The first operand must be distinct from the remaining operands for this operator or "
        "function; operator: if_not_exists, first operand: " +
        value.path.to_message());
  return SetExpression(std::make_shared<const SetValue>(std::move(value)));
}
SetExpression plus(const SetExpression& a, const SetExpression& b) { return two_operands(Kind::plus, a, b); }
SetExpression minus(const SetExpression& a, const SetExpression& b) { return two_operands(Kind::minus, a, b); }
SetExpression list_append(const SetExpression& a, const SetExpression& b) { return two_operands(Kind::list_append, a, b); }

Update& Update::append(Action action, std::string_view flaw) {
  SIM_CHECK(!action.target.steps.empty() && std::holds_alternative<std::string>(action.target.steps.front()),
            "an action's path begins with an attribute");
  for (const Action& other : actions_) {
    if (!flaw.empty()) break;
    const std::string clash = path_clash(other.target, action.target);
    if (!clash.empty()) flaw = lasting("Invalid UpdateExpression: " + clash);  // MSG-18
  }
  if (flaw_.empty()) flaw_ = flaw;
  nested_ = nested_ || action.target.steps.size() > 1 || (action.value && action.value->value().nested);
  actions_.push_back(std::move(action));
  if (!flaw_.empty()) return *this;
  int operators = 0;
  Constants constants;
  const bool large = constant_bytes() > max_value_bytes;
  for (const Action& one : actions_) {
    if (one.value) operators += operators_of(one.value->value());
    if (one.value && large) collect(one.value->value(), constants);
    if (!one.operand.empty() && large) constants.insert(one.operand);
  }
  if (operators > max_operators)
    flaw_ = lasting("Invalid UpdateExpression: " + too_many_operators(max_operators + 1));  // [EXPR-2]
  else if (bytes_of(constants) > max_value_bytes)
    flaw_ = values_too_large;  // [EXPR-1]
  return *this;
}

Update& Update::set(Path target, SetExpression value) {
  const std::string_view flaw = value.value().flaw;
  return append({Action::Kind::set, std::move(target), std::move(value), {}}, flaw);
}
Update& Update::set_constant(Path target, const AttributeValue& constant) {
  const Result<Done> sound = check_value(constant);
  const std::string_view flaw = sound ? std::string_view() : sound.failure().message;
  return append({Action::Kind::set, std::move(target), std::nullopt, encoded(constant)}, flaw);
}
Update& Update::remove(Path target) { return append({Action::Kind::remove, std::move(target), std::nullopt, {}}, {}); }
Update& Update::add(Path target, const AttributeValue& number_or_set) {
  const std::string_view flaw = check_set_operand("ADD", number_or_set, true);
  return append({Action::Kind::add, std::move(target), std::nullopt, encoded(number_or_set)}, flaw);
}
Update& Update::delete_from(Path target, const AttributeValue& set) {
  const std::string_view flaw = check_set_operand("DELETE", set, false);
  return append({Action::Kind::delete_from, std::move(target), std::nullopt, encoded(set)}, flaw);
}

// Text ------------------------------------------------------------------------------------------------------------------

namespace {

std::string text_of(const SetValue& value, Spelling spelling) {
  const auto operand = [&](const SetValuePtr& one) { return text_of(*one, spelling); };
  switch (value.kind) {
    case Kind::constant:
      return spelt_constant(value.encoded, spelling);
    case Kind::path:
      return spelt(value.path, spelling);
    case Kind::if_not_exists:
      return "if_not_exists(" + spelt(value.path, spelling) + ", " + operand(value.first) + ")";
    case Kind::plus:
      return operand(value.first) + " + " + operand(value.second);
    case Kind::minus:
      return operand(value.first) + " - " + operand(value.second);
    case Kind::list_append:
      return "list_append(" + operand(value.first) + ", " + operand(value.second) + ")";
  }
  return "";
}

std::uint64_t constant_bytes_of(const SetValue& value) {
  std::uint64_t bytes = value.encoded.empty() ? 0 : encoded_size_bytes(value.encoded);
  for (const SetValuePtr& operand : {value.first, value.second})
    if (operand) bytes += constant_bytes_of(*operand);
  return bytes;
}

}  // namespace

std::vector<Path> Update::targets() const {
  std::vector<Path> targets;
  for (const Action& action : actions_) targets.push_back(action.target);
  return targets;
}

std::uint64_t Update::constant_bytes() const {
  std::uint64_t bytes = 0;
  for (const Action& action : actions_) {
    if (action.value) bytes += constant_bytes_of(action.value->value());
    if (!action.operand.empty()) bytes += encoded_size_bytes(action.operand);
  }
  return bytes;
}

std::string Update::to_text() const { return text(Spelling::readable); }
std::string Update::exact_text() const { return text(Spelling::exact); }

std::string Update::text(Spelling spelling) const {
  constexpr std::pair<Action::Kind, std::string_view> clauses[]{{Action::Kind::set, "SET "},
                                                                {Action::Kind::remove, "REMOVE "},
                                                                {Action::Kind::add, "ADD "},
                                                                {Action::Kind::delete_from, "DELETE "}};
  std::string text;
  for (const auto& [kind, word] : clauses) {
    std::string clause;
    for (const Action& action : actions_) {
      if (action.kind != kind) continue;
      if (!clause.empty()) clause += ", ";
      clause += spelt(action.target, spelling);
      if (action.value) clause += " = " + text_of(action.value->value(), spelling);
      if (!action.operand.empty())
        clause += (kind == Action::Kind::set ? " = " : " ") + spelt_constant(action.operand, spelling);
    }
    if (clause.empty()) continue;
    if (!text.empty()) text += " ";
    text += std::string(word) + clause;
  }
  return text;
}

}  // namespace weir
