#include "sim/base/bad_input.hpp"

#include <algorithm>
#include <utility>

namespace weir {

BadInput::BadInput(std::string where_, std::string found_, std::string accepted_)
    : std::runtime_error(where_ + ": " + found_ + "; " + accepted_),
      where(std::move(where_)),
      found(std::move(found_)),
      accepted(std::move(accepted_)) {}

namespace {
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, change});
    }
  }
  return row[b.size()];
}
}  // namespace

std::string did_you_mean(std::string_view misspelt, const std::vector<std::string>& known) {
  const std::string* nearest = nullptr;
  std::size_t best = std::max<std::size_t>(2, misspelt.size() / 3) + 1;
  for (const std::string& name : known) {
    const std::size_t distance = edit_distance(misspelt, name);
    if (distance < best) best = distance, nearest = &name;
  }
  return nearest ? " (did you mean '" + *nearest + "'?)" : std::string();
}

}  // namespace weir
