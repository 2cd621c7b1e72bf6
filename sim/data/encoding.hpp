// The canonical bytes of attribute values inside an Item: equal values have equal bytes, so equality is memcmp.
//
//   value    type byte, then   S B: length, bytes      N: Number::pack      BOOL: one byte      NULL: nothing
//                              M: length, count, (name length, name, value)..., sorted by name
//                              L: length, count, value...
//                              SS BS: length, count, (length, bytes)..., sorted      NS: length, count, Number::pack..., sorted
//   lengths  LEB128; the length of M, L and sets counts the bytes after itself
// Bytes come from this encoder only and are trusted: decoding checks nothing that encoding guarantees.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

#include "sim/data/value.hpp"

namespace weir {

// Appends the canonical bytes of a value; returns the value's size in the service's eyes.   [ITEM-7]
std::uint32_t append_encoded(std::string& out, const AttributeValue& value);

AttributeValue decode_value(std::string_view encoded);
inline Type encoded_type(std::string_view encoded) { return static_cast<Type>(encoded.front()); }
std::uint32_t encoded_size_bytes(std::string_view encoded);  // ITEM-7 size, without decoding
int encoded_depth(std::string_view encoded);                 // AttributeValue::depth, without decoding

// What an encoded scalar holds, without decoding; S or B for the first, N for the second.
std::string_view encoded_text(std::string_view encoded);
Number encoded_number(std::string_view encoded);

// A walk over encoded bytes. `at` moves past what is read.
std::uint64_t read_length(const char*& at);
std::string_view read_text(const char*& at);   // a length, then so many bytes
std::string_view read_value(const char*& at);  // one whole encoded value

inline std::uint64_t read_length(const char*& at) {
  std::uint64_t value = static_cast<unsigned char>(*at++);
  if (value < 0x80) return value;
  value &= 0x7F;
  for (int shift = 7;; shift += 7) {
    const auto byte = static_cast<unsigned char>(*at++);
    value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) return value;
  }
}
inline std::string_view read_text(const char*& at) {
  const std::uint64_t length = read_length(at);
  const std::string_view text(at, length);
  at += length;
  return text;
}
inline std::string_view read_value(const char*& at) {
  const char* const begin = at;
  switch (static_cast<Type>(*at++)) {
    case Type::N:
      at += Number::packed_length(at);
      break;
    case Type::Bool:
      at += 1;
      break;
    case Type::Null:
      break;
    default:
      read_text(at);
  }
  return {begin, static_cast<std::size_t>(at - begin)};
}

// Copies bytes that do not overlap; returns the place after them. Names and most values are short: no call for those.
inline char* copy_bytes(std::string_view from, char* to) {
  const std::size_t size = from.size();
  const char* const begin = from.data();
  if (size > 16) {
    std::memcpy(to, begin, size);
  } else if (size >= 8) {  // two halves, which may share some bytes
    std::memcpy(to, begin, 8);
    std::memcpy(to + size - 8, begin + size - 8, 8);
  } else if (size >= 4) {
    std::memcpy(to, begin, 4);
    std::memcpy(to + size - 4, begin + size - 4, 4);
  } else {
    for (std::size_t i = 0; i < size; ++i) to[i] = begin[i];
  }
  return to + size;
}

// Writes a length; returns the place after it. Room for max_length_bytes must be there.
inline constexpr std::size_t max_length_bytes = 10;
inline char* write_length(char* out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) *out++ = static_cast<char>(static_cast<unsigned char>(value | 0x80));
  *out++ = static_cast<char>(static_cast<unsigned char>(value));
  return out;
}
inline std::size_t length_bytes(std::uint64_t value) {
  std::size_t count = 1;
  for (; value >= 0x80; value >>= 7) ++count;
  return count;
}

}  // namespace weir
