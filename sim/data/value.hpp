// AttributeValue: one value of DynamoDB's ten types, as an owning tree. For building, evaluating and reading values; items at
// rest are the compact buffers of item.hpp.                                                             [ITEM-1]
//
//   sets      kept sorted (strings and binaries by bytes, numbers by value); duplicates are kept too, so that check_item can
//             refuse them                                                                                [ITEM-12] [MSG-14]
//   equality  by value and type; maps regardless of order, sets as sets                                   [ITEM-12]
//   order     none here: only S, N and B have one; see compare_scalars                                    [ITEM-11]
//   text      S is UTF-8, compared bytewise; B is raw bytes, not base64
#pragma once

#include <compare>
#include <concepts>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "sim/data/number.hpp"

namespace weir {

enum class Type : std::uint8_t { S, N, B, Bool, Null, M, L, SS, NS, BS };

std::string_view wire_name(Type type);  // "S", "N", "B", "BOOL", "NULL", "M", "L", "SS", "NS", "BS"
inline std::string_view to_text(Type type) { return wire_name(type); }
std::optional<Type> parse_type(std::string_view wire_name);

class AttributeValue;
using AttributeMap = std::map<std::string, AttributeValue, std::less<>>;
using AttributeList = std::vector<AttributeValue>;

class AttributeValue {
 public:
  AttributeValue(std::string text);
  AttributeValue(std::string_view text);
  AttributeValue(const char* text);
  AttributeValue(Number number);
  template <std::integral Integer>
  requires(!std::same_as<Integer, bool> && !std::same_as<Integer, char>) AttributeValue(Integer number)
      : AttributeValue(from_integer(number)) {}
  template <std::same_as<bool> Boolean>
  AttributeValue(Boolean truth) : AttributeValue(Payload(std::in_place_index<3>, truth)) {}

  static AttributeValue binary(std::string bytes);
  static AttributeValue null();
  static AttributeValue map(AttributeMap entries = {});
  static AttributeValue list(AttributeList elements = {});
  static AttributeValue string_set(std::vector<std::string> elements);
  static AttributeValue number_set(std::vector<Number> elements);
  static AttributeValue binary_set(std::vector<std::string> elements);

  Type type() const { return static_cast<Type>(payload_.index()); }

  // Null when the value is of another type.
  const std::string* as_string() const { return std::get_if<0>(&payload_); }
  const Number* as_number() const { return std::get_if<1>(&payload_); }
  const std::string* as_binary() const;
  const bool* as_bool() const { return std::get_if<3>(&payload_); }
  bool is_null() const { return type() == Type::Null; }
  const AttributeMap* as_map() const { return std::get_if<5>(&payload_); }
  AttributeMap* as_map() { return std::get_if<5>(&payload_); }
  const AttributeList* as_list() const { return std::get_if<6>(&payload_); }
  AttributeList* as_list() { return std::get_if<6>(&payload_); }
  const std::vector<std::string>* as_string_set() const;  // sorted
  const std::vector<Number>* as_number_set() const;       // sorted
  const std::vector<std::string>* as_binary_set() const;  // sorted

  int depth() const;                 // levels: 1 for a scalar or set, one more for each M or L around    [ITEM-3]
  std::uint32_t size_bytes() const;  // without the attribute's name                                      [ITEM-7]

  friend bool operator==(const AttributeValue& a, const AttributeValue& b);

 private:
  struct Bytes {
    std::string bytes;
    bool operator==(const Bytes&) const = default;
  };
  struct StringSet {
    std::vector<std::string> elements;
    bool operator==(const StringSet&) const = default;
  };
  struct NumberSet {
    std::vector<Number> elements;
    bool operator==(const NumberSet&) const = default;
  };
  struct BinarySet {
    std::vector<std::string> elements;
    bool operator==(const BinarySet&) const = default;
  };
  // One alternative a Type, in Type's order.
  using Payload = std::variant<std::string, Number, Bytes, bool, std::monostate, AttributeMap, AttributeList, StringSet,
                               NumberSet, BinarySet>;

  explicit AttributeValue(Payload payload) : payload_(std::move(payload)) {}
  template <class Integer>
  static Number from_integer(Integer number) {
    if constexpr (std::is_signed_v<Integer>) return Number(static_cast<std::int64_t>(number));
    return Number::from_unsigned(static_cast<std::uint64_t>(number));
  }

  Payload payload_;
};

// The order of two values of one scalar type S, N or B; nullopt for other types and for values of two types.   [ITEM-11]
std::optional<std::strong_ordering> compare_scalars(const AttributeValue& a, const AttributeValue& b);

}  // namespace weir
