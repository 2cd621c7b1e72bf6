#include "tests/tidy/source.hpp"

#include <cctype>

namespace weir::tidy {

namespace {

bool is_name(char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; }

// Writes each character to one of the two readings and a blank to the other.
class Splitter {
 public:
  explicit Splitter(const std::string& text) : text_(text) {}

  std::vector<Line> run() {
    while (at_ < text_.size()) {
      if (ahead("//")) {
        while (at_ < text_.size() && text_[at_] != '\n') take_prose();
      } else if (ahead("/*")) {
        while (at_ < text_.size() && !ahead("*/")) take_prose();
        for (int i = 0; i < 2 && at_ < text_.size(); ++i) take_prose();
      } else if (text_[at_] == '"') {
        if (at_ > 0 && text_[at_ - 1] == 'R') {
          take_raw_string();
        } else {
          take_literal('"');
        }
      } else if (text_[at_] == '\'' && (at_ == 0 || !is_name(text_[at_ - 1]))) {  // else a digit separator
        take_literal('\'');
      } else {
        take_code();
      }
    }
    if (!now_.raw.empty()) end_line();
    return std::move(lines_);
  }

 private:
  bool ahead(const std::string& what) const { return text_.compare(at_, what.size(), what) == 0; }

  void end_line() {
    lines_.push_back(std::move(now_));
    now_ = {};
  }

  void take(bool code) {
    const char c = text_[at_++];
    if (c == '\n') return end_line();
    now_.raw += c;
    now_.code += code ? c : ' ';
    now_.prose += code ? ' ' : c;
  }
  void take_code() { take(true); }
  void take_prose() { take(false); }

  void take_literal(char quote) {
    take_code();
    while (at_ < text_.size() && text_[at_] != quote && text_[at_] != '\n') {
      if (text_[at_] == '\\' && at_ + 1 < text_.size()) take_prose();
      take_prose();
    }
    if (at_ < text_.size()) take_code();
  }

  void take_raw_string() {
    const std::size_t open = text_.find('(', at_);
    if (open == std::string::npos) return take_code();
    const std::string end = ")" + text_.substr(at_ + 1, open - at_ - 1) + "\"";
    while (at_ <= open) take_code();
    while (at_ < text_.size() && !ahead(end)) take_prose();
    for (std::size_t i = 0; i < end.size() && at_ < text_.size(); ++i) take_code();
  }

  const std::string& text_;
  std::size_t at_ = 0;
  Line now_;
  std::vector<Line> lines_;
};

}  // namespace

std::vector<Line> take_apart(const std::string& text) { return Splitter(text).run(); }

std::size_t find_word(const std::string& code, std::string token) {
  const bool tail = token.front() == '*';
  if (tail) token.erase(0, 1);
  for (std::size_t at = code.find(token); at != std::string::npos; at = code.find(token, at + 1)) {
    const std::size_t end = at + token.size();
    const bool starts = tail || at == 0 || !is_name(token.front()) || !is_name(code[at - 1]);
    const bool ends = end == code.size() || !is_name(token.back()) || !is_name(code[end]);
    if (starts && ends) return at;
  }
  return std::string::npos;
}

std::string included_path(const Line& line) {
  const std::size_t start = line.code.find_first_not_of(' ');
  if (start == std::string::npos || line.code[start] != '#') return "";
  const std::size_t word = line.code.find("include", start);
  if (word == std::string::npos || line.code.find_first_not_of(' ', start + 1) != word) return "";
  const std::size_t open = line.raw.find_first_of("\"<", word);
  if (open == std::string::npos) return "";
  const std::size_t close = line.raw.find(line.raw[open] == '<' ? '>' : '"', open + 1);
  return close == std::string::npos ? "" : line.raw.substr(open + 1, close - open - 1);
}

}  // namespace weir::tidy
