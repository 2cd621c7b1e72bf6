#include <algorithm>
#include <charconv>

#include "sim/base/bad_input.hpp"
#include "sim/data/check_item.hpp"
#include "sim/expression/condition.hpp"

namespace weir {

namespace {

constexpr std::string_view accepted = "a path such as a, a.b or a[2].c, of at most 32 steps";

[[noreturn]] void refuse(std::string_view text) {
  throw BadInput("document path", "'" + std::string(text) + "'", std::string(accepted));
}

// Takes the name at the front.
std::string take_name(std::string_view& rest, std::string_view text) {
  const auto ends = [](char c) { return c == '.' || c == '[' || c == ']'; };
  const auto end = static_cast<std::size_t>(std::find_if(rest.begin(), rest.end(), ends) - rest.begin());
  if (end == 0) refuse(text);
  std::string name(rest.substr(0, end));
  rest.remove_prefix(end);
  return name;
}

// Takes "[12]" off the front.
std::size_t take_index(std::string_view& rest, std::string_view text) {
  std::size_t index = 0;
  const char* const begin = rest.data() + 1;
  const auto [end, error] = std::from_chars(begin, rest.data() + rest.size(), index);
  if (error != std::errc() || end == rest.data() + rest.size() || *end != ']') refuse(text);
  rest.remove_prefix(static_cast<std::size_t>(end - rest.data()) + 1);
  return index;
}

std::string_view entry_of(std::string_view map, std::string_view name) {
  if (encoded_type(map) != Type::M) return {};
  const char* at = map.data() + 1;
  read_length(at);
  for (std::uint64_t left = read_length(at); left > 0; --left) {
    const std::string_view found = read_text(at);
    const std::string_view value = read_value(at);
    if (found == name) return value;
  }
  return {};
}

std::string_view element_of(std::string_view list, std::size_t index) {
  if (encoded_type(list) != Type::L) return {};
  const char* at = list.data() + 1;
  read_length(at);
  if (index >= read_length(at)) return {};
  for (; index > 0; --index) read_value(at);
  return read_value(at);
}

std::vector<Path::Step> steps_of(std::string_view text) {
  std::vector<Path::Step> steps;
  std::string_view rest = text;
  steps.emplace_back(take_name(rest, text));
  while (!rest.empty()) {
    if (rest.front() == '[') {
      steps.emplace_back(take_index(rest, text));
    } else if (rest.front() == '.') {
      rest.remove_prefix(1);
      steps.emplace_back(take_name(rest, text));
    } else {
      refuse(text);
    }
  }
  if (steps.size() > static_cast<std::size_t>(max_depth)) refuse(text);
  return steps;
}

}  // namespace

Path::Path(const std::string& text) : steps(steps_of(text)) {}
Path::Path(const char* text) : steps(steps_of(text)) {}

Path Path::attribute(std::string name) {
  Path path;
  path.steps.emplace_back(std::move(name));
  return path;
}

std::string Path::to_text() const {
  std::string text;
  for (const Step& step : steps) {
    if (const auto* name = std::get_if<std::string>(&step)) {
      if (!text.empty()) text += '.';
      text += *name;
    } else {
      text += '[' + std::to_string(std::get<std::size_t>(step)) + ']';
    }
  }
  return text;
}

std::string Path::to_message() const {
  std::string text = "[";
  for (const Step& step : steps) {
    if (text.size() > 1) text += ", ";
    const auto* name = std::get_if<std::string>(&step);
    text += name ? *name : '[' + std::to_string(std::get<std::size_t>(step)) + ']';
  }
  return text + ']';
}

std::string_view Path::find(const Item& item) const {
  const std::string* const attribute = steps.empty() ? nullptr : std::get_if<std::string>(&steps.front());
  if (!attribute) return {};
  std::string_view value = item.find_encoded(*attribute);
  for (std::size_t i = 1; i < steps.size() && !value.empty(); ++i) {
    const auto* name = std::get_if<std::string>(&steps[i]);
    value = name ? entry_of(value, *name) : element_of(value, std::get<std::size_t>(steps[i]));
  }
  return value;
}

std::string path_clash(const Path& one, const Path& two) {
  for (std::size_t i = 0;; ++i) {
    const bool ends = i == one.steps.size() || i == two.steps.size();
    if (!ends && one.steps[i] == two.steps[i]) continue;
    if (!ends && one.steps[i].index() == two.steps[i].index()) return {};
    return "Two document paths " + std::string(ends ? "overlap" : "conflict") +
           " with each other; must remove or rewrite one of these paths; path one: " + one.to_message() +
           ", path two: " + two.to_message();
  }
}

}  // namespace weir
