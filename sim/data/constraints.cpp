#include "sim/data/constraints.hpp"

#include <algorithm>

#include "sim/data/arn.hpp"
#include "sim/data/lasting_text.hpp"

namespace weir {

namespace {

constexpr std::size_t most_told = 10;

std::string at_least(const char* what, const std::string& least) {
  return "have " + std::string(what) + " greater than or equal to " + least;
}
std::string at_most(const char* what, const std::string& most) {
  return "have " + std::string(what) + " less than or equal to " + most;
}

std::string shown_members(std::size_t members, char open, char close) {
  const std::string inside = members == 0 ? "" : std::to_string(members) + (members == 1 ? " member" : " members");
  return open + inside + close;
}

}  // namespace

Constraints& Constraints::value(std::string_view field, std::int64_t value, std::int64_t least, std::int64_t most) {
  if (value < least) fail(field, std::to_string(value), at_least("value", std::to_string(least)));
  if (value > most) fail(field, std::to_string(value), at_most("value", std::to_string(most)));
  return *this;
}

Constraints& Constraints::text(std::string_view field, std::string_view text, std::size_t least, std::size_t most) {
  length(field, std::string(text), text.size(), least, most);
  return *this;
}
Constraints& Constraints::name(std::string_view field, std::string_view name) {
  if (!is_spelt_as_a_name(name)) fail(field, std::string(name), "satisfy regular expression pattern: [a-zA-Z0-9_.-]+");
  return text(field, name, 3, 255);
}
Constraints& Constraints::list(std::string_view field, std::size_t members, std::size_t least, std::size_t most) {
  length(field, shown_members(members, '[', ']'), members, least, most);
  return *this;
}
Constraints& Constraints::map(std::string_view field, std::size_t members, std::size_t least) {
  length(field, shown_members(members, '{', '}'), members, least, std::numeric_limits<std::size_t>::max());
  return *this;
}

std::optional<Failed> Constraints::refusal() const {
  if (failed_.empty()) return std::nullopt;
  const std::size_t told = std::min(failed_.size(), most_told);
  std::string message = std::to_string(told) + (told == 1 ? " validation error" : " validation errors") + " detected: ";
  for (std::size_t i = 0; i < told; ++i) message += (i == 0 ? "" : "; ") + failed_[i];
  return Failed{ServiceError::validation, Certainty::surely_not_done, lasting(message)};
}

void Constraints::length(std::string_view field, const std::string& shown, std::size_t length, std::size_t least,
                         std::size_t most) {
  if (length < least) fail(field, shown, at_least("length", std::to_string(least)));
  if (length > most) fail(field, shown, at_most("length", std::to_string(most)));
}

void Constraints::fail(std::string_view field, const std::string& shown, const std::string& must) {
  failed_.push_back("Value '" + shown + "' at '" + std::string(field) + "' failed to satisfy constraint: Member must " + must);
}

}  // namespace weir
