// Tables of text as the files of this folder have them: a row a line, columns by tab; lines of '#' and empty ones are no rows.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace weir {

std::vector<std::string> split_text(std::string_view text, std::string_view separator);

// Each row has `columns` cells; anything else is a Bug, since the build has the tables.
std::vector<std::vector<std::string>> rows_of(std::string_view table, std::size_t columns);

// The embedded table that ends in `name`.
std::string_view embedded_table(std::string_view name);

}  // namespace weir
