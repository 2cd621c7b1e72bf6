// Update actions as a small syntax tree: SET, REMOVE, ADD, DELETE; expression.hpp parses text into it.   [EXPR-10 .. EXPR-17]
//
//   Update().set("total", plus(path("total", 0), 5)).add("count", 1).remove("note")
// Right-hand sides see the item before the update. apply() is pure: item in, item or ValidationException out.   [EXPR-12]
//
//   paths     targets may neither overlap nor conflict (MSG-18), nor be key attributes (MSG-17)       [EXPR-13] [EXPR-17]
//   lists     SET past the end appends, in index order; REMOVE past the end does nothing; indexes are those before the
//             update                                                                    [EXPR-14]
//   nested    the parent must be there and of the right kind (MSG-19); REMOVE and DELETE inside a wholly missing item do
//             nothing                                                                   [EXPR-15]
//   numbers   exact to 38 digits; a sum that needs more is an error                             [NUM-5]
//   ADD       number (missing: 0) or set union; DELETE set difference, an emptied set goes. Nested targets are taken
//             too, past the end of a list ADD appends                                   [EXPR-16]
//   order     actions are applied as one; the item that comes out may break check_item's limits: tables check that
#pragma once

#include <concepts>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/data/key.hpp"
#include "sim/expression/condition.hpp"

namespace weir {

enum class Spelling : std::uint8_t;  // private to the room
struct SetValue;  // operand | a + b | a - b | if_not_exists(path, v) | list_append(a, b); see the makers below
using SetValuePtr = std::shared_ptr<const SetValue>;

class SetExpression {
 public:
  SetExpression(const AttributeValue& constant);
  SetExpression(const char* text);
  template <class T>
  requires std::convertible_to<T, AttributeValue> SetExpression(T constant) : SetExpression(AttributeValue(constant)) {}
  explicit SetExpression(SetValuePtr value) : value_(std::move(value)) {}
  const SetValue& value() const { return *value_; }
  const SetValuePtr& pointer() const { return value_; }

 private:
  SetValuePtr value_;
};

SetExpression path(Path p);                                  // the attribute's value before the update
SetExpression path(Path p, const SetExpression& otherwise);  // if_not_exists(p, otherwise)
SetExpression if_not_exists(Path p, const SetExpression& otherwise);
// A sum or difference stands at the top of a SET only and has two operands that are no sums. What list_append appends, or
// appends to, is no list_append.                                                                            [EXPR-11]
SetExpression plus(const SetExpression& a, const SetExpression& b);
SetExpression minus(const SetExpression& a, const SetExpression& b);
SetExpression list_append(const SetExpression& a, const SetExpression& b);

class Update {
 public:
  Update& set(Path target, SetExpression value);
  template <std::same_as<AttributeValue> Constant>
  Update& set(Path target, const Constant& constant) {  // NOLINT(performance-unnecessary-value-param): it is moved on
    return set_constant(std::move(target), constant);
  }
  Update& remove(Path target);
  Update& add(Path target, const AttributeValue& number_or_set);
  Update& delete_from(Path target, const AttributeValue& set);  // DELETE: set difference

  // What the service refuses before it looks at any item or condition: paths that overlap, key attributes, constants of the
  // wrong type, more than an expression may hold (limits.hpp). MSG-17, MSG-18 and kin.
  Result<Done> check(const KeySchema& schema) const;

  std::string_view flaw() const { return flaw_; }  // check() without the key: empty when there is none

  // The item after the update. `item` is empty when there is none yet: then the result begins with the key's attributes.
  // An empty result for a missing item means that nothing is created (only REMOVE or DELETE).   [OP-2]
  // When nothing changes the result is `item` itself. Errors: check()'s, and validation with MSG-19 .. MSG-21.
  Result<Item> apply(const Item& item, const ItemKey& key, const KeySchema& schema) const;
  std::vector<Path> targets() const;                 // what it writes to, in the order given
  bool has_nested_paths() const { return nested_; }  // among what it writes and reads

  // What a top-level attribute is given, as far as that is known whatever the item: a constant, or its type alone, which is a
  // number of a sum and a list of list_append(). Nothing where the item decides.
  struct Given {
    Type type = Type::S;
    std::string_view constant = {};  // encoded; of a SET
  };
  std::optional<Given> given(std::string_view attribute) const;
  std::string to_text() const;           // update expression text with constants in place
  std::string exact_text() const;        // the same for two updates only if they are the same; not for people   [TXN-3]
  std::uint64_t constant_bytes() const;  // of all constants in it, by ITEM-7
  friend void add_names(const Update& update, std::set<std::string, std::less<>>& names);    // names.hpp
  friend void add_entered(const Update& update, std::set<std::string, std::less<>>& names);  // names.hpp

 private:
  struct Action {
    enum class Kind : std::uint8_t { set, remove, add, delete_from } kind;
    Path target;
    std::optional<SetExpression> value;  // of a set to anything but a constant
    std::string operand;                 // of an add or delete or of a set to a constant, encoded
  };
  struct Effect;

  std::string text(Spelling spelling) const;
  Update& set_constant(Path target, const AttributeValue& constant);
  Update& append(Action action, std::string_view flaw);

  std::vector<Action> actions_;
  std::string_view flaw_;  // the first one found
  bool nested_ = false;
};

}  // namespace weir
