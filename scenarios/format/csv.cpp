#include "scenarios/format/csv.hpp"

#include "sim/base/bad_input.hpp"

namespace weir {

namespace {

class CsvReader {
 public:
  CsvReader(std::string_view text, std::string_view file) : text_(text), file_(file) {
    if (text_.starts_with("\xEF\xBB\xBF")) text_.remove_prefix(3);
  }

  std::vector<CsvRow> rows() {
    std::vector<CsvRow> all;
    while (at_ < text_.size()) {
      if (take_line_end()) continue;
      CsvRow row{line_, {}};
      row_line_ = line_;
      do {
        row.fields.push_back(take_field());
      } while (take(','));
      if (at_ < text_.size() && !take_line_end()) refuse("text beside a field in quotes", "a comma or the end of the line");
      all.push_back(std::move(row));
    }
    return all;
  }

 private:
  [[noreturn]] void refuse(std::string found, std::string accepted) const {
    throw BadInput(file_ + " line " + std::to_string(row_line_), std::move(found), std::move(accepted));
  }
  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool take_line_end() {
    if (text_.substr(at_).starts_with("\r\n")) ++at_;
    if (!take('\n')) return false;
    ++line_;
    return true;
  }

  std::string take_field() {
    if (take('"')) return take_quoted();
    const std::size_t begin = at_;
    for (; at_ < text_.size() && text_[at_] != ',' && text_[at_] != '\n'; ++at_) {
      if (text_[at_] == '"') refuse("a quote inside a field that is not in quotes", "the field in quotes, its quotes doubled");
      if (text_.substr(at_).starts_with("\r\n")) break;
    }
    return std::string(text_.substr(begin, at_ - begin));
  }
  std::string take_quoted() {
    std::string field;
    for (; at_ < text_.size(); ++at_) {
      if (text_[at_] == '"') {
        if (at_ + 1 >= text_.size() || text_[at_ + 1] != '"') return ++at_, field;
        ++at_;
      }
      if (text_[at_] == '\n') ++line_;
      field += text_[at_];
    }
    refuse("a quote that never closes", "a closing quote");
  }

  std::string_view text_;
  std::string file_;
  std::size_t at_ = 0, line_ = 1, row_line_ = 1;
};

}  // namespace

std::vector<CsvRow> parse_csv(std::string_view text, std::string_view file_name) { return CsvReader(text, file_name).rows(); }

std::string csv_line(const std::vector<std::string>& fields) {
  std::string line;
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (i) line += ',';
    // A line of one empty field would read as an empty line, and a mark of byte order at the begin would be dropped.
    const bool bare = fields[i].find_first_of(",\"\r\n\xEF") == std::string::npos && !(fields.size() == 1 && fields[i].empty());
    if (bare) {
      line += fields[i];
      continue;
    }
    line += '"';
    for (const char c : fields[i]) line.append(c == '"' ? 2 : 1, c);
    line += '"';
  }
  return line + '\n';
}

}  // namespace weir
