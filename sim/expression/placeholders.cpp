#include "sim/expression/placeholders.hpp"

#include <algorithm>

#include "sim/data/check_item.hpp"
#include "sim/data/lasting_text.hpp"
#include "sim/expression/limits.hpp"

namespace weir {

namespace {

constexpr std::size_t max_key_bytes = 255;

Failed invalid(const std::string& message) { return {ServiceError::validation, Certainty::surely_not_done, lasting(message)}; }

bool is_word(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

Result<Done> check_key(const std::string& map, const std::string& key, char sign) {
  const std::string where = map + " contains invalid key: ";
  if (key.size() > max_key_bytes)
    return invalid(where +
                   "The expression attribute map contains a key that is too long; size of key: " + std::to_string(key.size()));
  if (key.empty() || key.front() != sign || !is_word(std::string_view(key).substr(1)))
    return invalid(where + "Syntax error; key: \"" + key + "\"");
  return Done{};
}

template <class Map>
std::string unused(const Map& map, const std::set<std::string, std::less<>>& used) {
  std::string keys;
  for (const auto& [key, meant] : map)
    if (!used.contains(key)) keys += (keys.empty() ? "" : ", ") + key;
  return keys;
}

}  // namespace

Result<Done> Placeholders::check() const {
  for (const auto& [key, name] : context_.names) {
    const Result<Done> sound = check_key("ExpressionAttributeNames", key, '#');
    if (!sound) return sound;
    const std::string bad_value = "ExpressionAttributeNames contains invalid value: ";
    if (name.empty()) return invalid(bad_value + "Empty attribute name for key " + key);
    if (name.size() > max_attribute_name_bytes)  // [ITEM-6]
      return invalid(bad_value + "Attribute name is too large, must be less than 65536 bytes for key " + key);
  }
  std::uint64_t bytes = 0;
  for (const auto& [key, value] : context_.values) {
    Result<Done> sound = check_key("ExpressionAttributeValues", key, ':');
    if (!sound) return sound;
    sound = check_value(value);
    if (!sound)
      return invalid("ExpressionAttributeValues contains invalid value: " + std::string(sound.failure().message) + " for key " +
                     key);
    bytes += value.size_bytes();
  }
  if (bytes > max_value_bytes) return invalid(std::string(values_too_large));
  return Done{};
}

Result<Done> Placeholders::check_all_used() const {
  for (const bool names : {true, false}) {
    const std::string map = names ? "ExpressionAttributeNames" : "ExpressionAttributeValues";
    if (names ? context_.names.empty() : context_.values.empty()) continue;
    if (expressions_ == 0) return invalid(map + " can only be specified when using expressions");
    const std::string keys = names ? unused(context_.names, used_) : unused(context_.values, used_);
    if (!keys.empty()) return invalid("Value provided in " + map + " unused in expressions: keys: {" + keys + "}");
  }
  return Done{};
}

const std::string* Placeholders::name(std::string_view placeholder) {
  const auto found = context_.names.find(placeholder);
  if (found == context_.names.end()) return nullptr;
  used_.emplace(placeholder);
  return &found->second;
}

const AttributeValue* Placeholders::value(std::string_view placeholder) {
  const auto found = context_.values.find(placeholder);
  if (found == context_.values.end()) return nullptr;
  used_.emplace(placeholder);
  return &found->second;
}

}  // namespace weir
