// A projection: which paths of an item a read gives back.                                                    [EXPR-18]
//
//   paths     nested ones give just what they lead to, inside the maps and lists around it; missing ones give nothing, not even
//             the empty container around them
//   lists     the elements asked for close up, in the order of their indexes
//   overlap   two paths may not overlap or conflict: MSG-18's words, told of a ProjectionExpression
//   empty     a projection of no paths gives the whole item
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/data/item.hpp"
#include "sim/expression/condition.hpp"
#include "sim/expression/placeholders.hpp"

namespace weir {

class Projection {
 public:
  Projection() = default;
  static Result<Projection> of(std::vector<Path> paths);

  bool empty() const { return paths_.empty(); }
  const std::vector<Path>& paths() const { return paths_; }  // in the order of their steps
  Item apply(const Item& item) const;
  std::string to_text() const;

 private:
  explicit Projection(std::vector<Path> paths) : paths_(std::move(paths)) {}

  std::vector<Path> paths_;
};

// Errors as in expression.hpp: "Invalid ProjectionExpression: ...".
Result<Projection> parse_projection(std::string_view text, Placeholders& placeholders);

}  // namespace weir
