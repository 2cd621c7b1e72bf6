#include "oracles/table_state.hpp"

#include "sim/data/key.hpp"

namespace weir {

std::vector<std::string> names_in(std::string_view list) {
  std::vector<std::string> names;
  for (std::size_t begin = 0; begin < list.size();) {
    const std::size_t end = std::min(list.find(',', begin), list.size());
    std::string_view name = list.substr(begin, end - begin);
    while (!name.empty() && name.front() == ' ') name.remove_prefix(1);
    while (!name.empty() && name.back() == ' ') name.remove_suffix(1);
    if (!name.empty()) names.emplace_back(name);
    begin = end + 1;
  }
  return names;
}

std::optional<std::string> value_text(const Item& item, std::string_view attribute) {
  if (const auto text = item.find_string(attribute)) return std::string(*text);
  if (const auto number = item.find_number(attribute)) return number->to_text();
  const std::string_view encoded = item.find_encoded(attribute);
  if (encoded.empty()) return std::nullopt;
  return std::string(encoded);  // neither: its canonical bytes, for comparison only
}

}  // namespace weir
