// Number: DynamoDB's N. An exact decimal of up to 38 significant digits; never a float, never rounded.   [NUM-1]
//
//   range      0, and magnitudes 1E-130 .. 9.99..E+125 of both signs                                     [NUM-1]
//   equality   by value: 1e3, 1000 and 1000.0 are one Number; there is no -0                             [NUM-3] [NUM-4]
//   text       plain decimal without exponent, no leading or trailing zeros                              [NUM-3]
//   errors     a text that is no number, or is out of range: NumberError; message() gives the service's words   [MSG-16]
//   sums       exact, or an error; a sum that needs more than 38 digits is `overflow`, as the service calls it  [NUM-5]
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sim/base/check.hpp"

namespace weir {

enum class NumberError : std::uint8_t { not_numeric, too_many_digits, overflow, underflow };

std::string message(NumberError error, std::string_view input);  // MSG-16; only not_numeric quotes the input
std::string_view fixed_message(NumberError error);               // the same without the quoted input; static text

class NumberResult;

class Number {
 public:
  static constexpr int max_digits = 38;
  static constexpr int min_magnitude = -130;  // exponent of the first digit
  static constexpr int max_magnitude = 125;

  constexpr Number() = default;
  constexpr Number(std::int64_t value)
      : Number(value < 0, value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value)) {}
  constexpr Number(int value) : Number(static_cast<std::int64_t>(value)) {}
  static constexpr Number from_unsigned(std::uint64_t value) { return Number(false, value); }

  static NumberResult parse(std::string_view text);  // [+-]digits[.digits][e[+-]digits], no spaces    [NUM-6]
  std::string to_text() const;                       // [NUM-3]

  NumberResult add(const Number& other) const;  // exact or an error                              [NUM-5]
  NumberResult subtract(const Number& other) const;
  Number negated() const;

  constexpr bool is_zero() const { return digits_ == 0; }
  constexpr bool is_negative() const { return negative_; }
  constexpr int significant_digits() const { return digits_; }         // 0 for zero
  constexpr int magnitude() const { return exponent_ + digits_ - 1; }  // exponent of the first digit; -1 for zero

  std::optional<std::int64_t> to_int64() const;  // nullopt: not an integer, or out of range
  std::int64_t floor_int64() const;              // towards minus infinity, clamped to the range       [TTL-2]

  // Bytes that count for item size: 0 is 1; sign, and parity of digits and magnitude matter.          [ITEM-8]
  constexpr std::uint32_t size_bytes() const {
    if (is_zero()) return 1;
    const bool odd = digits_ % 2 != 0 || magnitude() % 2 != 0;
    return 1U + static_cast<std::uint32_t>((digits_ + 1) / 2) + (odd ? 0U : 1U) + (negative_ ? 1U : 0U);
  }

  // Bytes whose unsigned lexicographic order is the numeric order; no encoding is a prefix of another.
  static constexpr std::size_t max_ordered = 21;
  std::size_t write_ordered(char* out) const;  // writes at most max_ordered bytes, returns how many
  void append_ordered(std::string& out) const;
  static Number decode_ordered(std::string_view& bytes);  // takes what it reads off the front

  // Compact canonical bytes for items (equal numbers, equal bytes; no order): 2 to 18 of them.
  static constexpr std::size_t max_packed = 18;
  std::size_t pack(char* out) const;  // writes at most max_packed bytes, returns how many
  static Number unpack(const char* bytes);
  static std::size_t packed_length(const char* bytes);  // told by the first byte

  friend constexpr bool operator==(const Number&, const Number&) = default;
  friend std::strong_ordering operator<=>(const Number& a, const Number& b);

 private:
  constexpr Number(bool negative, std::uint64_t coefficient) : low_(coefficient) {
    if (coefficient == 0) return;
    while (low_ % 10 == 0) low_ /= 10, ++exponent_;
    for (std::uint64_t rest = low_; rest != 0; rest /= 10) ++digits_;
    negative_ = negative;
  }

  friend struct NumberParts;

  // (-1)^negative * coefficient * 10^exponent, the coefficient (high:low) below 10^38 and no multiple of ten. Zero is all 0.
  std::uint64_t low_ = 0;
  std::uint64_t high_ = 0;
  std::int16_t exponent_ = 0;
  std::int8_t digits_ = 0;
  bool negative_ = false;
};

// A Number, or why there is none.
class [[nodiscard]] NumberResult {
 public:
  NumberResult(Number number) : number_(number) {}
  NumberResult(NumberError error) : error_(error), ok_(false) {}
  explicit operator bool() const { return ok_; }
  const Number& operator*() const { return SIM_CHECK(ok_, "a number is taken from a success"), number_; }
  const Number* operator->() const { return &**this; }
  NumberError error() const { return SIM_CHECK(!ok_, "an error is taken from a failure"), error_; }

 private:
  Number number_;
  NumberError error_ = NumberError::not_numeric;
  bool ok_ = true;
};

}  // namespace weir
