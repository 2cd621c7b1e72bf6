// ExpressionAttributeNames and ExpressionAttributeValues of one request, and which of them its expressions have used. [EXPR-3]
//
//   one request   all its expressions share one Placeholders; when all are parsed, check_all_used() finds what none used
//   keys          "#n" and ":v": the sign, then letters, digits and '_', at most 255 bytes                   [EXPR-1]
//   names         1 to 65,535 bytes                                                                             [ITEM-6]
//   values        together at most 2 MB; each must be sound (sets, depth, names in maps)                     [EXPR-1] [ITEM-1]
//   errors        validation: MSG-23 and kin. Several names in one message stand in the order of their bytes; the service's own
//                 order is that of a hash table
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>

#include "sim/base/result.hpp"
#include "sim/data/value.hpp"

namespace weir {

using ExpressionNames = std::map<std::string, std::string, std::less<>>;  // "#n" to the attribute's name
using ExpressionValues = AttributeMap;                                    // ":v" to the value

struct ExpressionContext {
  ExpressionNames names = {};
  ExpressionValues values = {};
  friend bool operator==(const ExpressionContext&, const ExpressionContext&) = default;
};

class Placeholders {
 public:
  Placeholders() = default;
  explicit Placeholders(ExpressionContext context) : context_(std::move(context)) {}

  Result<Done> check() const;           // what the service refuses about the maps themselves, before any expression
  Result<Done> check_all_used() const;  // MSG-23

  // What a placeholder stands for, from now on taken for used; null when it is not defined. Views into this object.
  const std::string* name(std::string_view placeholder);
  const AttributeValue* value(std::string_view placeholder);
  void count_expression() { expressions_ += 1; }

 private:
  ExpressionContext context_;
  std::set<std::string, std::less<>> used_;
  int expressions_ = 0;
};

}  // namespace weir
