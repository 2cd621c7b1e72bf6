#include "sim/data/encoding.hpp"

#include <algorithm>
#include <array>

namespace weir {

namespace {
void append_length(std::string& out, std::uint64_t length) {
  std::array<char, max_length_bytes> buffer;
  out.append(buffer.data(), write_length(buffer.data(), length));
}

void append_text(std::string& out, std::string_view text) {
  append_length(out, text.size());
  out.append(text);
}

void append_packed(std::string& out, const Number& number) {
  std::array<char, Number::max_packed> buffer;
  out.append(buffer.data(), number.pack(buffer.data()));
}

std::uint32_t size_of(std::string_view text) { return static_cast<std::uint32_t>(text.size()); }

// The inside of an M, L or set: count and elements, whose length goes before them.
std::uint32_t append_inside(std::string& out, const AttributeValue& value) {
  std::uint32_t size = 0;
  if (const AttributeMap* const entries = value.as_map()) {
    append_length(out, entries->size());
    for (const auto& [name, element] : *entries) {
      append_text(out, name);
      size += 1 + size_of(name) + append_encoded(out, element);
    }
    return size + 3;
  }
  if (const AttributeList* const elements = value.as_list()) {
    append_length(out, elements->size());
    for (const AttributeValue& element : *elements) size += 1 + append_encoded(out, element);
    return size + 3;
  }
  if (const std::vector<Number>* const numbers = value.as_number_set()) {
    append_length(out, numbers->size());
    for (const Number& number : *numbers) append_packed(out, number), size += number.size_bytes();
    return size;
  }
  const std::vector<std::string>& texts = value.type() == Type::SS ? *value.as_string_set() : *value.as_binary_set();
  append_length(out, texts.size());
  for (const std::string& text : texts) append_text(out, text), size += size_of(text);
  return size;
}

AttributeValue take_value(const char*& at);

AttributeValue take_map(const char*& at) {
  AttributeMap entries;
  for (std::uint64_t left = read_length(at); left > 0; --left) {
    std::string name(read_text(at));
    entries.emplace_hint(entries.end(), std::move(name), take_value(at));
  }
  return AttributeValue::map(std::move(entries));
}

AttributeValue take_list(const char*& at) {
  const std::uint64_t count = read_length(at);
  AttributeList elements;
  elements.reserve(count);
  for (std::uint64_t i = 0; i < count; ++i) elements.push_back(take_value(at));
  return AttributeValue::list(std::move(elements));
}

std::vector<std::string> take_texts(const char*& at) {
  std::vector<std::string> texts(read_length(at));
  for (std::string& text : texts) text = read_text(at);
  return texts;
}

std::vector<Number> take_numbers(const char*& at) {
  std::vector<Number> numbers(read_length(at));
  for (Number& number : numbers) {
    number = Number::unpack(at);
    at += Number::packed_length(at);
  }
  return numbers;
}

AttributeValue take_value(const char*& at) {
  const Type type = static_cast<Type>(*at++);
  switch (type) {
    case Type::S:
      return AttributeValue(read_text(at));
    case Type::B:
      return AttributeValue::binary(std::string(read_text(at)));
    case Type::Bool:
      return AttributeValue(*at++ != 0);
    case Type::Null:
      return AttributeValue::null();
    case Type::N: {
      const Number number = Number::unpack(at);
      at += Number::packed_length(at);
      return number;
    }
    default:
      break;
  }
  read_length(at);
  switch (type) {
    case Type::M:
      return take_map(at);
    case Type::L:
      return take_list(at);
    case Type::SS:
      return AttributeValue::string_set(take_texts(at));
    case Type::NS:
      return AttributeValue::number_set(take_numbers(at));
    case Type::BS:
      return AttributeValue::binary_set(take_texts(at));
    default:
      break;
  }
  SIM_CHECK(false, "an encoded value begins with its type");
  return AttributeValue::null();
}
}  // namespace

std::uint32_t append_encoded(std::string& out, const AttributeValue& value) {
  out.push_back(static_cast<char>(value.type()));
  switch (value.type()) {
    case Type::S:
      return append_text(out, *value.as_string()), size_of(*value.as_string());
    case Type::B:
      return append_text(out, *value.as_binary()), size_of(*value.as_binary());
    case Type::N:
      return append_packed(out, *value.as_number()), value.as_number()->size_bytes();
    case Type::Bool:
      return out.push_back(*value.as_bool() ? 1 : 0), 1;
    case Type::Null:
      return 1;
    default:
      break;
  }
  std::string inside;
  const std::uint32_t size = append_inside(inside, value);
  append_text(out, inside);
  return size;
}

AttributeValue decode_value(std::string_view encoded) {
  const char* at = encoded.data();
  AttributeValue value = take_value(at);
  SIM_CHECK(at == encoded.data() + encoded.size(), "an encoded value ends where its bytes end");
  return value;
}

std::string_view encoded_text(std::string_view encoded) {
  const char* at = encoded.data() + 1;
  return read_text(at);
}

Number encoded_number(std::string_view encoded) { return Number::unpack(encoded.data() + 1); }

std::uint32_t encoded_size_bytes(std::string_view encoded) {
  const char* at = encoded.data() + 1;
  const Type type = encoded_type(encoded);
  std::uint32_t size = 0;
  switch (type) {
    case Type::S:
    case Type::B:
      return size_of(read_text(at));
    case Type::N:
      return Number::unpack(at).size_bytes();
    case Type::Bool:
    case Type::Null:
      return 1;
    default:
      break;
  }
  read_length(at);
  for (std::uint64_t left = read_length(at); left > 0; --left) {
    if (type == Type::M) size += size_of(read_text(at));
    if (type == Type::M || type == Type::L) {
      size += 1 + encoded_size_bytes(read_value(at));
    } else if (type == Type::NS) {
      size += Number::unpack(at).size_bytes();
      at += Number::packed_length(at);
    } else {
      size += size_of(read_text(at));
    }
  }
  return size + (type == Type::M || type == Type::L ? 3 : 0);
}

int encoded_depth(std::string_view encoded) {
  const Type type = encoded_type(encoded);
  if (type != Type::M && type != Type::L) return 1;
  const char* at = encoded.data() + 1;
  read_length(at);
  int deepest = 0;
  for (std::uint64_t left = read_length(at); left > 0; --left) {
    if (type == Type::M) read_text(at);
    deepest = std::max(deepest, encoded_depth(read_value(at)));
  }
  return deepest + 1;
}

}  // namespace weir
