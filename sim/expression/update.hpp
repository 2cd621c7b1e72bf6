// Update actions as a small syntax tree: SET, REMOVE, ADD, DELETE.                            [EXPR-10 .. EXPR-17]
//
//   Update().set("total", plus(path("total", 0), 5)).add("count", 1).remove("note")
// Right-hand sides see the item before the update. apply() is pure: item in, item or ValidationException out.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/data/key.hpp"
#include "sim/expression/condition.hpp"

namespace weir {

struct SetValue;  // operand | a + b | a - b | if_not_exists(path, v) | list_append(a, b); see the makers below
using SetValuePtr = std::shared_ptr<const SetValue>;

class SetExpression {
 public:
  SetExpression(AttributeValue constant);
  SetExpression(const char* text);
  template <class T>
  requires std::convertible_to<T, AttributeValue> SetExpression(T constant) : SetExpression(AttributeValue(constant)) {}
  explicit SetExpression(SetValuePtr value) : value_(std::move(value)) {}
  const SetValue& value() const { return *value_; }

 private:
  SetValuePtr value_;
};

SetExpression path(Path p);  // the attribute's value before the update
SetExpression if_not_exists(Path p, SetExpression otherwise);
SetExpression plus(SetExpression a, SetExpression b);
SetExpression minus(SetExpression a, SetExpression b);
SetExpression list_append(SetExpression a, SetExpression b);

class Update {
 public:
  Update& set(Path target, SetExpression value);
  Update& remove(Path target);
  Update& add(Path target, AttributeValue number_or_set);
  Update& delete_from(Path target, AttributeValue set);  // DELETE: set difference

  // The item after the update. `item` is empty when there is none yet: then the result begins with the key's attributes.
  // An empty result for a missing item means that nothing is created (only REMOVE or DELETE).   [OP-2]
  // Errors: validation with MSG-17 .. MSG-21.
  Result<Item> apply(const Item& item, const ItemKey& key, const KeySchema& schema) const;
  std::string to_text() const;

 private:
  struct Action {
    enum class Kind : std::uint8_t { set, remove, add, delete_from } kind;
    Path target;
    std::optional<SetExpression> set;
    std::optional<AttributeValue> operand;
  };
  std::vector<Action> actions_;
};

}  // namespace weir
