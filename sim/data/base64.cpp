#include "sim/data/base64.hpp"

#include <cstdint>

namespace weir {

namespace {
constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
}  // namespace

std::string to_base64(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t here = bytes.size() - i < 3 ? bytes.size() - i : 3;
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j) group = group << 8 | (j < here ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    for (std::size_t j = 0; j < 4; ++j) text.push_back(j <= here ? alphabet[group >> (18 - 6 * j) & 63U] : '=');
  }
  return text;
}

std::optional<std::string> from_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() / 4 * 3);
  for (std::size_t i = 0; i < text.size(); i += 4) {
    std::string_view group = text.substr(i, 4);
    std::size_t padding = 0;
    if (i + 4 == text.size()) {
      for (; padding < 2 && group.back() == '='; ++padding) group.remove_suffix(1);
    }
    std::uint32_t bits = 0;
    for (const char c : group) {
      const std::size_t value = alphabet.find(c);
      if (value == std::string_view::npos) return std::nullopt;
      bits = bits << 6 | static_cast<std::uint32_t>(value);
    }
    bits <<= 6 * padding;
    if ((bits & ((1U << (8 * padding)) - 1)) != 0) return std::nullopt;
    for (std::size_t j = 0; j < 3 - padding; ++j)
      bytes.push_back(static_cast<char>(static_cast<unsigned char>(bits >> (16 - 8 * j))));
  }
  return bytes;
}

}  // namespace weir
