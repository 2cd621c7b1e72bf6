// A key condition: what a Query asks of the keys of one table or index.                                       [QRY-1]
//
//   partition   equal to one value, always
//   sort        at most one condition: = < <= > >= BETWEEN begins_with
//               Each is a range without gaps in the order of sort keys, so a reader may stop at the first key that lies
//               `after`
//   operands    the constant may stand first (":v > at" is "at < :v")
//   sizes       a value is as large as a key attribute may be, or the Query is refused: MSG-9, MSG-10        [ITEM-5]
//   errors      validation: what any condition is refused for, as "Invalid KeyConditionExpression: ...", then MSG-26 and kin
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "sim/base/result.hpp"
#include "sim/data/key.hpp"
#include "sim/expression/condition.hpp"
#include "sim/expression/placeholders.hpp"

namespace weir {

struct SortCondition {
  enum class Kind : std::uint8_t { equal, less, less_equal, greater, greater_equal, between, begins_with };
  Kind kind = Kind::equal;
  AttributeValue low;                                 // the one value there is, but for BETWEEN
  std::optional<AttributeValue> high = std::nullopt;  // of BETWEEN
  friend bool operator==(const SortCondition&, const SortCondition&) = default;
};

struct KeyCondition {
  AttributeValue partition;
  std::optional<SortCondition> sort = std::nullopt;

  enum class Side : std::uint8_t { before, inside, after };
  Side side_of(const AttributeValue& sort_key) const;  // inside when there is no condition on it
  bool allows(const ItemKey& key) const;
  friend bool operator==(const KeyCondition&, const KeyCondition&) = default;
};

Result<KeyCondition> parse_key_condition(std::string_view text, const KeySchema& schema, Placeholders& placeholders);

// What a Query's condition may not be for a schema, whoever made it: of other types, with an operator that a sort key does not
// know, with values larger than a key.                                                                     [QRY-1] [ITEM-5]
Result<Done> check_key_condition(const KeyCondition& condition, const KeySchema& schema);

// A Query's filter may not speak of the key attributes that the Query reads by.                               [QRY-4]
Result<Done> check_query_filter(const Condition& filter, const KeySchema& schema);

}  // namespace weir
