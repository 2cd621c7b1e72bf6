#include "sim/plan/key.hpp"

#include <charconv>

namespace weir {

namespace {

// A name of digits alone hashes as the number it spells: in a file the two cannot be told apart.
std::uint64_t value_hash(std::string_view name) {
  if (name.front() < '0' || name.front() > '9') return hash64(name);
  std::uint64_t number = 0;
  const char* const end = name.data() + name.size();
  const auto [stopped, error] = std::from_chars(name.data(), end, number);
  const bool canonical = error == std::errc{} && stopped == end && (name.size() == 1 || name.front() != '0');
  return canonical ? mix(number) : hash64(name);
}

}  // namespace

KeyName::KeyName(std::string_view name) : text(name), hash(name.empty() ? mix(0) : value_hash(name)) {}

std::string Key::to_text() const {
  std::string text;
  for (std::size_t i = 0; i < size_; ++i) {
    const Part& part = parts_[i];
    if (i) text += " / ";
    text.append(part.label, part.label_size);
    text += ' ';
    if (part.name)
      text.append(part.name, part.name_size);
    else
      text += std::to_string(part.number);
  }
  return text;
}

std::optional<std::uint64_t> key_hash_of_text(std::string_view text) {
  std::uint64_t hash = 0;
  std::size_t parts = 0;
  while (true) {
    const std::size_t end = text.find(" / ");
    const std::string_view part = text.substr(0, end);
    const std::size_t space = part.find(' ');
    if (space == 0 || space == std::string_view::npos || space + 1 == part.size() || ++parts > 7) return std::nullopt;
    hash = mix(mix(hash, name_hash(part.substr(0, space))), value_hash(part.substr(space + 1)));
    if (end == std::string_view::npos) return hash;
    text.remove_prefix(end + 3);
  }
}

}  // namespace weir
