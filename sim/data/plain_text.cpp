// The text half of json.hpp, written by hand: deterministic, exact numbers, no JSON library.
#include "sim/data/base64.hpp"
#include "sim/data/json.hpp"
#include "sim/data/utf8.hpp"

namespace weir {

namespace {

// How much of the text's front stands in JSON as it is, by single bytes: most texts do to their end.
std::size_t plain_length(std::string_view text) {
  std::size_t length = 0;
  while (length < text.size() && text[length] >= ' ' && text[length] < '\x7F' && text[length] != '"' && text[length] != '\\')
    length += 1;
  return length;
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
  constexpr std::string_view hex = "0123456789abcdef";
  out.push_back('"');
  for (std::size_t i = 0; i < text.size();) {
    if (const std::size_t plain = plain_length(text.substr(i)); plain > 0) {
      out.append(text.substr(i, plain));
      i += plain;
      continue;
    }
    const char c = text[i];
    const std::size_t length = utf8_length(text.substr(i));
    if (length == 0) {
      out.append("\\ufffd");
    } else if (c == '"' || c == '\\') {
      out.append(1, '\\').append(1, c);
    } else if (c == '\n') {
      out.append("\\n");
    } else if (c == '\t') {
      out.append("\\t");
    } else if (c == '\r') {
      out.append("\\r");
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) {
      out.append("\\u00").append(1, hex[static_cast<unsigned char>(c) >> 4]).append(1, hex[static_cast<unsigned char>(c) & 15]);
    } else {
      out.append(text.substr(i, length));
    }
    i += length == 0 ? 1 : length;
  }
  out.push_back('"');
}

namespace {
template <class Elements, class Write>
void append_list(std::string& out, const Elements& elements, Write&& write) {
  out.push_back('[');
  bool first = true;
  for (const auto& element : elements) {
    if (!first) out.push_back(',');
    first = false;
    write(element);
  }
  out.push_back(']');
}

void append_value(std::string& out, const AttributeValue& value);

void append_entries(std::string& out, const AttributeMap& entries) {
  out.push_back('{');
  bool first = true;
  for (const auto& [name, value] : entries) {
    if (!first) out.push_back(',');
    first = false;
    append_json_string(out, name);
    out.push_back(':');
    append_value(out, value);
  }
  out.push_back('}');
}

void append_value(std::string& out, const AttributeValue& value) {
  const auto string = [&out](const std::string& text) { append_json_string(out, text); };
  const auto binary = [&out](const std::string& bytes) { out.append(1, '"').append(to_base64(bytes)).append(1, '"'); };
  switch (value.type()) {
    case Type::S:
      return string(*value.as_string());
    case Type::N:
      out.append(value.as_number()->to_text());
      return;
    case Type::Bool:
      out.append(*value.as_bool() ? "true" : "false");
      return;
    case Type::Null:
      out.append("null");
      return;
    case Type::L:
      return append_list(out, *value.as_list(), [&out](const AttributeValue& element) { append_value(out, element); });
    case Type::M: {
      const AttributeMap& entries = *value.as_map();
      const bool looks_like_a_type = entries.size() == 1 && entries.begin()->first.starts_with('$');
      if (!looks_like_a_type) return append_entries(out, entries);
      out.append("{\"$M\":");
      append_entries(out, entries);
      break;
    }
    case Type::B:
      out.append("{\"$B\":");
      binary(*value.as_binary());
      break;
    case Type::SS:
      out.append("{\"$SS\":");
      append_list(out, *value.as_string_set(), string);
      break;
    case Type::NS:
      out.append("{\"$NS\":");
      append_list(out, *value.as_number_set(), [&out](const Number& number) { out.append(number.to_text()); });
      break;
    case Type::BS:
      out.append("{\"$BS\":");
      append_list(out, *value.as_binary_set(), binary);
      break;
  }
  out.push_back('}');
}
}  // namespace

std::string to_plain_text(const AttributeValue& value) {
  std::string out;
  append_value(out, value);
  return out;
}

std::string to_plain_text(const Item& item) {
  std::string out = "{";
  item.each([&out](std::string_view name, std::string_view encoded) {
    if (out.size() > 1) out.push_back(',');
    append_json_string(out, name);
    out.push_back(':');
    if (encoded_type(encoded) == Type::S) {
      append_json_string(out, encoded_text(encoded));
    } else if (encoded_type(encoded) == Type::N) {
      out.append(encoded_number(encoded).to_text());
    } else {
      append_value(out, decode_value(encoded));
    }
  });
  out.push_back('}');
  return out;
}

}  // namespace weir
