// Comma-separated values as RFC 4180 has them: fields in quotes may hold commas, line ends and doubled quotes.
//
//   lines    end in LF or CRLF, the last one may end with the file; a line with nothing on it is skipped
//   spaces   belong to the field; a byte order mark at the begin is dropped
//   errors   BadInput with the line at which the row begins: a quote that never closes, text beside a quoted field, a quote
//            inside a field that is not quoted
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace weir {

struct CsvRow {
  std::size_t line = 1;  // where it begins
  std::vector<std::string> fields;
  friend bool operator==(const CsvRow&, const CsvRow&) = default;
};

std::vector<CsvRow> parse_csv(std::string_view text, std::string_view file_name);

// One row with its line end; quotes where they are needed.
std::string csv_line(const std::vector<std::string>& fields);

}  // namespace weir
