#include "sim/data/key.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

#include "sim/base/hash.hpp"
#include "sim/data/key_limits.hpp"
#include "sim/data/lasting_text.hpp"
#include "sim/data/utf8.hpp"

namespace weir {

namespace {
constexpr std::size_t hash_bytes = 8, type_bytes = 1, length_field = 2;
constexpr std::size_t head_bytes = hash_bytes + type_bytes + length_field;
constexpr std::string_view does_not_match = "The provided key element does not match the schema";

// The same bytes in memory on every machine; its own inverse.
std::uint64_t high_byte_first(std::uint64_t value) {
  return std::endian::native == std::endian::big ? value : __builtin_bswap64(value);
}

using NumberRoom = std::array<char, Number::max_ordered>;

// The ordered bytes of an encoded scalar; those of a number are written into `room`.
std::string_view ordered_bytes(std::string_view encoded, NumberRoom& room) {
  if (encoded_type(encoded) != Type::N) return encoded_text(encoded);
  return {room.data(), encoded_number(encoded).write_ordered(room.data())};
}

bool scalar(Type type) { return type == Type::S || type == Type::N || type == Type::B; }

std::string_view missing(std::string_view name) {
  return lasting("One or more parameter values were invalid: Missing the key " + std::string(name) + " in the item");
}

std::string_view mismatch(std::string_view name, Type expected, Type actual) {
  return lasting("One or more parameter values were invalid: Type mismatch for key " + std::string(name) +
                 " expected: " + std::string(wire_name(expected)) + " actual: " + std::string(wire_name(actual)));
}

std::string_view empty_key(std::string_view name, Type type) {
  return lasting("One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty " +
                 std::string(type == Type::B ? "binary" : "string") + " value. Key: " + std::string(name));
}

AttributeValue value_of(Type type, std::string_view bytes) {
  if (type == Type::S) return AttributeValue(bytes);
  if (type == Type::B) return AttributeValue::binary(std::string(bytes));
  return Number::decode_ordered(bytes);
}

void append_escaped(std::string& out, std::string_view text) {
  constexpr std::string_view hex = "0123456789abcdef";
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = utf8_length(text.substr(i));
    const char c = text[i];
    const bool beside_space = (i > 0 && text[i - 1] == ' ') || (i + 1 < text.size() && text[i + 1] == ' ');
    const auto byte = static_cast<unsigned char>(c);
    if (length == 0 || byte < 0x20 || byte == 0x7F || c == '\\' || (c == '/' && beside_space)) {
      out.append("\\x").append(1, hex[byte >> 4]).append(1, hex[byte & 15]);
      i += 1;
    } else {
      out.append(text.substr(i, length));
      i += length;
    }
  }
}

void append_part(std::string& out, Type type, std::string_view bytes) {
  constexpr std::string_view hex = "0123456789abcdef";
  if (type == Type::S) return append_escaped(out, bytes);
  if (type == Type::N) {
    out.append(Number::decode_ordered(bytes).to_text());
    return;
  }
  out.append("0x");
  for (const char c : bytes)
    out.append(1, hex[static_cast<unsigned char>(c) >> 4]).append(1, hex[static_cast<unsigned char>(c) & 15]);
}
}  // namespace

ItemKey ItemKey::assemble(const Part& partition, const Part* sort) {
  const std::size_t sort_begin = head_bytes + partition.bytes.size();
  const std::size_t length = sort_begin + (sort ? type_bytes + sort->bytes.size() : 0);
  ItemKey key;
  key.buffer_ = SharedBytes::allocate(static_cast<std::uint32_t>(length));
  char* out = key.buffer_.writable();
  const std::uint64_t hash = hash64(partition.bytes, static_cast<std::uint64_t>(partition.type));
  const std::uint64_t big_endian = high_byte_first(hash);
  std::memcpy(out, &big_endian, hash_bytes);
  out += hash_bytes;
  *out++ = static_cast<char>(partition.type);
  *out++ = static_cast<char>(partition.bytes.size() >> 8);
  *out++ = static_cast<char>(partition.bytes.size() & 0xFF);
  out = copy_bytes(partition.bytes, out);
  if (sort) {
    *out++ = static_cast<char>(sort->type);
    copy_bytes(sort->bytes, out);
    key.buffer_.set_note(static_cast<std::uint32_t>(sort_begin));
  }
  key.buffer_.set_hash(hash64(key.buffer_.bytes()));
  return key;
}

ItemKey::ItemKey(const AttributeValue& partition, const std::optional<AttributeValue>& sort) {
  SIM_CHECK(scalar(partition.type()) && (!sort || scalar(sort->type())), "a key attribute is of type S, N or B");
  std::string partition_encoded, sort_encoded;
  NumberRoom partition_room, sort_room;
  append_encoded(partition_encoded, partition);
  const Part first{partition.type(), ordered_bytes(partition_encoded, partition_room)};
  SIM_CHECK(first.bytes.size() <= 0xFFFF, "a partition key has at most 65,535 bytes");
  if (!sort) {
    *this = assemble(first, nullptr);
    return;
  }
  append_encoded(sort_encoded, *sort);
  const Part second{sort->type(), ordered_bytes(sort_encoded, sort_room)};
  *this = assemble(first, &second);
}

Result<ItemKey> ItemKey::of(const KeySchema& schema, const Item& item) {
  const std::string_view partition = item.find_encoded(schema.partition);
  if (partition.empty()) return {ServiceError::validation, missing(schema.partition)};
  const std::string_view sort = schema.has_sort() ? item.find_encoded(schema.sort) : std::string_view();
  if (schema.has_sort() && sort.empty()) return {ServiceError::validation, missing(schema.sort)};

  const Type partition_type = encoded_type(partition);
  if (partition_type != schema.partition_type) {
    return {ServiceError::validation, mismatch(schema.partition, schema.partition_type, partition_type)};
  }
  if (schema.has_sort() && encoded_type(sort) != schema.sort_type) {
    return {ServiceError::validation, mismatch(schema.sort, schema.sort_type, encoded_type(sort))};
  }

  NumberRoom partition_room, sort_room;
  const Part first{partition_type, ordered_bytes(partition, partition_room)};
  if (first.bytes.empty()) return {ServiceError::validation, empty_key(schema.partition, partition_type)};
  if (first.bytes.size() > max_partition_key_bytes) return {ServiceError::validation, partition_key_too_large};
  if (!schema.has_sort()) return assemble(first, nullptr);

  const Part second{schema.sort_type, ordered_bytes(sort, sort_room)};
  if (second.bytes.empty()) return {ServiceError::validation, empty_key(schema.sort, schema.sort_type)};
  if (second.bytes.size() > max_sort_key_bytes) return {ServiceError::validation, sort_key_too_large};
  return assemble(first, &second);
}

Result<ItemKey> ItemKey::of_key(const KeySchema& schema, const Item& key) {
  const bool fits = key.count() == (schema.has_sort() ? 2U : 1U) && key.find_type(schema.partition) == schema.partition_type &&
                    (!schema.has_sort() || key.find_type(schema.sort) == schema.sort_type);
  if (!fits) return {ServiceError::validation, does_not_match};
  return of(schema, key);
}

bool ItemKey::has_sort() const { return buffer_.note() != 0; }

ItemKey::Part ItemKey::partition_part() const {
  const std::string_view all = bytes();
  SIM_CHECK(!all.empty(), "a key that is read is there");
  const std::size_t length = static_cast<std::size_t>(static_cast<unsigned char>(all[hash_bytes + type_bytes])) << 8 |
                             static_cast<unsigned char>(all[hash_bytes + type_bytes + 1]);
  return {static_cast<Type>(all[hash_bytes]), all.substr(head_bytes, length)};
}

std::optional<ItemKey::Part> ItemKey::sort_part() const {
  if (!has_sort()) return std::nullopt;
  const std::string_view rest = bytes().substr(buffer_.note());
  return Part{static_cast<Type>(rest[0]), rest.substr(type_bytes)};
}

AttributeValue ItemKey::partition() const {
  const Part part = partition_part();
  return value_of(part.type, part.bytes);
}

std::optional<AttributeValue> ItemKey::sort() const {
  const std::optional<Part> part = sort_part();
  if (!part) return std::nullopt;
  return value_of(part->type, part->bytes);
}

Item ItemKey::attributes(const KeySchema& schema) const {
  ItemBuilder builder;
  const auto add = [&builder](const std::string& name, const Part& part) {
    std::string_view bytes = part.bytes;
    if (part.type == Type::S) {
      builder.string(name, bytes);
    } else if (part.type == Type::B) {
      builder.binary(name, bytes);
    } else {
      builder.number(name, Number::decode_ordered(bytes));
    }
  };
  add(schema.partition, partition_part());
  if (const std::optional<Part> part = sort_part()) add(schema.sort, *part);
  return builder.finish();
}

std::uint64_t ItemKey::partition_hash() const {
  const std::string_view all = bytes();
  if (all.empty()) return 0;
  std::uint64_t hash = 0;
  std::memcpy(&hash, all.data(), hash_bytes);
  return high_byte_first(hash);
}

std::string_view ItemKey::partition_bytes() const { return has_sort() ? bytes().substr(0, buffer_.note()) : bytes(); }

std::optional<std::string_view> ItemKey::plain_text() const {
  if (empty() || has_sort()) return std::nullopt;
  const Part partition = partition_part();
  if (partition.type != Type::S) return std::nullopt;
  for (const char c : partition.bytes)
    if (c < ' ' || c > '~' || c == '\\' || c == '/') return std::nullopt;
  return partition.bytes;
}

std::string ItemKey::to_text() const {
  if (empty()) return "";
  std::string text;
  const Part partition = partition_part();
  append_part(text, partition.type, partition.bytes);
  if (const std::optional<Part> part = sort_part()) {
    text.append(" / ");
    append_part(text, part->type, part->bytes);
  }
  return text;
}

}  // namespace weir
