// The constraints on a request's parameters that a service checks before it looks at anything else, and its message for those
// that fail: all of them in one, ten at most.                                                      [ERR-6] [ERR-7]
//
//   Constraints().value("limit", 0, 1, 100).refusal()->message
//   "1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value greater than or
//   equal to 1"
//
//   differs   the service shows a list or map that is too long with all that is in it, in the spelling of its own program;
//             here it is shown by its length: '[101 members]'
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/base/result.hpp"

namespace weir {

class Constraints {
 public:
  // A number between two others.
  Constraints& value(std::string_view field, std::int64_t value, std::int64_t least,
                     std::int64_t most = std::numeric_limits<std::int64_t>::max());
  // How long a text, a list or a map may be. A text is shown as it is.
  Constraints& text(std::string_view field, std::string_view text, std::size_t least, std::size_t most);
  // The name of a table or index: 3 to 255 characters of a-z A-Z 0-9 _ . -                                [TABLE-2]
  Constraints& name(std::string_view field, std::string_view name);
  Constraints& list(std::string_view field, std::size_t members, std::size_t least, std::size_t most);
  Constraints& map(std::string_view field, std::size_t members, std::size_t least);

  std::optional<Failed> refusal() const;  // nullopt: all hold

 private:
  void fail(std::string_view field, const std::string& shown, const std::string& must);  // "Member must " comes before
  void length(std::string_view field, const std::string& shown, std::size_t length, std::size_t least, std::size_t most);

  std::vector<std::string> failed_;
};

}  // namespace weir
