#include "scenarios/format/json_place.hpp"

#include <algorithm>

namespace weir {

namespace {

std::string unescaped(std::string_view part) {
  std::string name;
  for (std::size_t i = 0; i < part.size(); ++i) {
    if (part[i] == '~' && i + 1 < part.size()) {
      name += part[++i] == '1' ? '/' : '~';
    } else {
      name += part[i];
    }
  }
  return name;
}

// Walks JSON text that is known to parse. At its end every peek is '\0', so that no text makes it run on.
class Scan {
 public:
  explicit Scan(std::string_view text) : text_(text) {}

  // The place at which the value begins (for a member: its name), or nullopt.
  std::optional<std::size_t> find(std::string_view pointer) {
    std::size_t named_at = 0;
    skip_space();
    named_at = at_;
    while (!pointer.empty()) {
      pointer.remove_prefix(1);
      const std::size_t slash = pointer.find('/');
      const std::string part = unescaped(pointer.substr(0, slash));
      pointer = slash == std::string_view::npos ? std::string_view() : pointer.substr(slash);
      const bool found = peek() == '{' ? enter_member(part, named_at) : peek() == '[' && enter_element(part, named_at);
      if (!found) return std::nullopt;
    }
    return named_at;
  }

 private:
  char peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  void skip_space() {
    while (peek() == ' ' || peek() == '\n' || peek() == '\r' || peek() == '\t') ++at_;
  }

  bool enter_member(std::string_view wanted, std::size_t& named_at) {
    for (++at_;; ++at_) {
      skip_space();
      if (peek() != '"') return false;
      const std::size_t begin = at_;
      const std::string name = take_string();
      skip_space();
      ++at_;  // the colon
      skip_space();
      if (name == wanted) return named_at = begin, true;
      skip_value();
      skip_space();
      if (peek() != ',') return false;
    }
  }

  bool enter_element(std::string_view wanted, std::size_t& named_at) {
    ++at_;
    for (std::size_t index = 0;; ++index, ++at_) {
      skip_space();
      if (peek() == ']' || peek() == '\0') return false;
      if (std::to_string(index) == wanted) return named_at = at_, true;
      skip_value();
      skip_space();
      if (peek() != ',') return false;
    }
  }

  // A name with \u in it is compared as it stands: it is then not found, and its parent is named instead.
  std::string take_string() {
    std::string text;
    for (++at_; peek() != '"' && at_ < text_.size(); ++at_) {
      if (peek() == '\\' && at_ + 1 < text_.size()) {
        ++at_;
        if (peek() != '"' && peek() != '\\' && peek() != '/') text += '\\';
      }
      text += peek();
    }
    ++at_;
    return text;
  }

  void skip_value() {
    std::size_t depth = 0;
    do {
      skip_space();
      switch (peek()) {
        case '\0':
          return;
        case '"':
          take_string();
          break;
        case '{':
        case '[':
          ++depth, ++at_;
          break;
        case '}':
        case ']':
          if (depth == 0) return;
          --depth, ++at_;
          break;
        case ',':
        case ':':
          if (depth == 0) return;
          ++at_;
          break;
        default:
          while (at_ < text_.size() && std::string_view(" \n\r\t,:{}[]\"").find(text_[at_]) == std::string_view::npos) ++at_;
      }
      skip_space();
    } while (depth > 0 && at_ < text_.size());
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

std::optional<std::size_t> line_of(std::string_view text, std::string_view pointer) {
  const std::optional<std::size_t> place = Scan(text).find(pointer);
  if (!place) return std::nullopt;
  const std::string_view before = text.substr(0, std::min(*place, text.size()));
  return 1 + static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n'));
}

std::string pointer_to(std::string_view pointer, std::string_view name) {
  std::string all(pointer);
  all += '/';
  for (const char c : name) {
    if (c == '~')
      all += "~0";
    else if (c == '/')
      all += "~1";
    else
      all += c;
  }
  return all;
}

std::string pointer_to(std::string_view pointer, std::size_t index) {
  return std::string(pointer) + "/" + std::to_string(index);
}

std::string_view parent_pointer(std::string_view pointer) {
  const std::size_t slash = pointer.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : pointer.substr(0, slash);
}

}  // namespace weir
