#include "reports/rules/tables.hpp"

#include "reports/rules/embedded_rules.hpp"
#include "sim/base/check.hpp"

namespace weir {

std::vector<std::string> split_text(std::string_view text, std::string_view separator) {
  std::vector<std::string> parts;
  while (true) {
    const std::size_t end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + separator.size());
  }
}

std::vector<std::vector<std::string>> rows_of(std::string_view table, std::size_t columns) {
  std::vector<std::vector<std::string>> rows;
  for (const std::string& line : split_text(table, "\n")) {
    if (line.empty() || line.front() == '#') continue;
    rows.push_back(split_text(line, "\t"));
    SIM_CHECK(rows.back().size() == columns, "a row of an embedded table has the columns of its table");
  }
  return rows;
}

std::string_view embedded_table(std::string_view name) {
  for (const BundledFile& file : embedded_rules())
    if (file.path.ends_with(name)) return file.text;
  SIM_CHECK(false, "the build embeds the table");
  return {};
}

}  // namespace weir
