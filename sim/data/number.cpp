#include "sim/data/number.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <boost/multiprecision/cpp_int.hpp>
#include <cstring>
#include <limits>

namespace weir {

namespace {
using Wide = unsigned __int128;                  // holds every coefficient: 10^38 < 2^127
using Wider = boost::multiprecision::uint256_t;  // holds a coefficient moved by one more digit

constexpr std::array<Wide, 39> powers_of_ten = [] {
  std::array<Wide, 39> powers{1};
  for (std::size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
  return powers;
}();

constexpr Wide power_of_ten(int exponent) { return powers_of_ten[static_cast<std::size_t>(exponent)]; }

int count_digits(Wide value) {
  const auto high = static_cast<std::uint64_t>(value >> 64), low = static_cast<std::uint64_t>(value);
  const int bits = high != 0 ? 64 + std::bit_width(high) : std::bit_width(low);
  const int guess = bits * 1233 >> 12;  // floor(bits * log10(2)) for all bits <= 128: the digits, or one too few
  return guess + (value >= power_of_ten(guess) ? 1 : 0);
}
}  // namespace

// The one place that sees inside a Number besides the class itself.
struct NumberParts {
  bool negative;
  Wide coefficient;
  int exponent;

  static Wide coefficient_of(const Number& number) { return (Wide{number.high_} << 64) | number.low_; }
  static NumberParts of(const Number& number) { return {number.negative_, coefficient_of(number), number.exponent_}; }

  // Any coefficient below 2^128; strips zeros and judges the range.
  NumberResult number() const {
    if (coefficient == 0) return Number();
    Wide stripped = coefficient;
    int power = exponent;
    if (stripped >> 64 == 0) {
      auto narrow = static_cast<std::uint64_t>(stripped);
      while (narrow % 10 == 0) narrow /= 10, ++power;
      stripped = narrow;
    } else {
      while (stripped % 10 == 0) stripped /= 10, ++power;
    }
    const int digits = stripped < power_of_ten(Number::max_digits) ? count_digits(stripped) : Number::max_digits + 1;
    if (digits > Number::max_digits) return NumberError::too_many_digits;
    if (power + digits - 1 > Number::max_magnitude) return NumberError::overflow;
    if (power + digits - 1 < Number::min_magnitude) return NumberError::underflow;
    return assemble(stripped, power, digits, negative);
  }

  static Number assemble(Wide stripped, int power, int digits, bool negative) {
    Number number;
    number.low_ = static_cast<std::uint64_t>(stripped);
    number.high_ = static_cast<std::uint64_t>(stripped >> 64);
    number.exponent_ = static_cast<std::int16_t>(power);
    number.digits_ = static_cast<std::int8_t>(digits);
    number.negative_ = negative;
    return number;
  }
};

std::string_view fixed_message(NumberError error) {
  switch (error) {
    case NumberError::not_numeric:
      return "The parameter cannot be converted to a numeric value";
    case NumberError::too_many_digits:
      return "Attempting to store more than 38 significant digits in a Number";
    case NumberError::overflow:
      return "Number overflow. Attempting to store a number with magnitude larger than supported range";
    case NumberError::underflow:
      return "Number underflow. Attempting to store a number with magnitude smaller than supported range";
  }
  return "";
}

std::string message(NumberError error, std::string_view input) {
  std::string text(fixed_message(error));
  if (error == NumberError::not_numeric) text.append(": ").append(input);
  return text;
}

NumberResult Number::parse(std::string_view text) {
  std::size_t at = 0;
  const auto here = [&](char c) { return at < text.size() && text[at] == c; };
  const auto digit_here = [&] { return at < text.size() && text[at] >= '0' && text[at] <= '9'; };

  const bool negative = here('-');
  if (negative || here('+')) ++at;

  Wide coefficient = 0;
  std::int64_t digits = 0;         // of the coefficient
  std::int64_t waiting_zeros = 0;  // seen, and significant only if another digit follows
  std::int64_t fraction = 0;       // digits after the point
  bool any = false, too_many = false, after_point = false;
  for (; digit_here() || (here('.') && !after_point); ++at) {
    if (text[at] == '.') {
      after_point = true;
      continue;
    }
    any = true;
    if (after_point) ++fraction;
    if (text[at] == '0') {
      if (digits > 0) ++waiting_zeros;
      continue;
    }
    digits += waiting_zeros + 1;
    if (digits > max_digits) {
      too_many = true;
    } else {
      coefficient = coefficient * power_of_ten(static_cast<int>(waiting_zeros) + 1) + static_cast<unsigned>(text[at] - '0');
    }
    waiting_zeros = 0;
  }
  if (!any) return NumberError::not_numeric;

  std::int64_t exponent = 0;
  if (here('e') || here('E')) {
    ++at;
    const bool down = here('-');
    if (down || here('+')) ++at;
    if (!digit_here()) return NumberError::not_numeric;
    for (; digit_here(); ++at) exponent = std::min<std::int64_t>(exponent * 10 + (text[at] - '0'), 1'000'000'000'000);
    if (down) exponent = -exponent;
  }
  if (at != text.size()) return NumberError::not_numeric;
  if (too_many) return NumberError::too_many_digits;
  if (digits == 0) {  // only the written exponent of a zero can be out of range: 0e126 is, 0.0e126 is not [NUM-6]
    if (exponent - fraction > max_magnitude) return NumberError::overflow;
    return Number();
  }
  exponent += waiting_zeros - fraction;
  if (exponent + digits - 1 > max_magnitude) return NumberError::overflow;
  if (exponent + digits - 1 < min_magnitude) return NumberError::underflow;
  return NumberParts::assemble(coefficient, static_cast<int>(exponent), static_cast<int>(digits), negative);
}

std::string Number::to_text() const {
  if (is_zero()) return "0";
  std::array<char, max_digits> buffer;
  Wide rest = NumberParts::coefficient_of(*this);
  for (int i = digits_; i-- > 0; rest /= 10)
    buffer[static_cast<std::size_t>(i)] = static_cast<char>('0' + static_cast<int>(rest % 10));
  const std::string_view digits(buffer.data(), static_cast<std::size_t>(digits_));

  std::string text = negative_ ? "-" : "";
  if (exponent_ >= 0) {
    text.append(digits).append(static_cast<std::size_t>(exponent_), '0');
  } else if (magnitude() >= 0) {
    const auto whole = static_cast<std::size_t>(magnitude() + 1);
    text.append(digits.substr(0, whole)).append(".").append(digits.substr(whole));
  } else {
    text.append("0.").append(static_cast<std::size_t>(-magnitude() - 1), '0').append(digits);
  }
  return text;
}

NumberResult Number::add(const Number& other) const {
  if (other.is_zero()) return *this;
  if (is_zero()) return other;
  const bool this_is_coarser = exponent_ >= other.exponent_;
  const Number& coarse = this_is_coarser ? *this : other;
  const Number& fine = this_is_coarser ? other : *this;
  const int shift = coarse.exponent_ - fine.exponent_;
  // Brought to one exponent, the last digit of a shifted sum is not 0; from 40 digits on no borrow brings it down to 38.
  const int width = coarse.digits_ + shift;
  if (width > max_digits + 1) return NumberError::overflow;

  const NumberParts a = NumberParts::of(coarse), b = NumberParts::of(fine);
  if (width == max_digits + 1) {
    const Wider large = Wider(a.coefficient) * Wider(power_of_ten(shift));
    const Wider sum = a.negative == b.negative ? Wider(large + b.coefficient) : Wider(large - b.coefficient);
    if (sum >= Wider(power_of_ten(max_digits))) return NumberError::overflow;
    return NumberParts{a.negative, static_cast<Wide>(sum), b.exponent}.number();
  }
  const Wide moved = a.coefficient * power_of_ten(shift);
  NumberParts sum{a.negative, 0, b.exponent};
  if (a.negative == b.negative) {
    sum.coefficient = moved + b.coefficient;
  } else if (moved >= b.coefficient) {
    sum.coefficient = moved - b.coefficient;
  } else {
    sum = {b.negative, b.coefficient - moved, b.exponent};
  }
  const NumberResult result = sum.number();
  if (!result && result.error() == NumberError::too_many_digits) return NumberError::overflow;  // the service's word for it
  return result;
}

NumberResult Number::subtract(const Number& other) const { return add(other.negated()); }

Number Number::negated() const {
  Number number = *this;
  number.negative_ = !is_zero() && !negative_;
  return number;
}

std::optional<std::int64_t> Number::to_int64() const {
  if (exponent_ < 0 || magnitude() > 18) return std::nullopt;
  const Wide absolute = NumberParts::coefficient_of(*this) * power_of_ten(exponent_);
  const Wide limit = static_cast<Wide>(std::numeric_limits<std::int64_t>::max()) + (negative_ ? 1U : 0U);
  if (absolute > limit) return std::nullopt;
  const auto bits = static_cast<std::uint64_t>(absolute);
  return static_cast<std::int64_t>(negative_ ? 0 - bits : bits);
}

std::int64_t Number::floor_int64() const {
  using Limits = std::numeric_limits<std::int64_t>;
  if (magnitude() > 18) return negative_ ? Limits::min() : Limits::max();
  Wide absolute = NumberParts::coefficient_of(*this);
  if (exponent_ >= 0) {
    absolute *= power_of_ten(exponent_);
  } else {
    // What is cut off is never 0, since the coefficient ends in another digit: so a negative number goes one further down.
    absolute = (-exponent_ > max_digits ? 0 : absolute / power_of_ten(-exponent_)) + (negative_ ? 1U : 0U);
  }
  const Wide limit = static_cast<Wide>(Limits::max());
  if (negative_) return absolute > limit ? Limits::min() : -static_cast<std::int64_t>(absolute);
  return absolute > limit ? Limits::max() : static_cast<std::int64_t>(absolute);
}

std::strong_ordering operator<=>(const Number& a, const Number& b) {
  const auto sign = [](const Number& number) { return number.is_zero() ? 0 : number.negative_ ? -1 : 1; };
  if (const auto order = sign(a) <=> sign(b); order != 0 || a.is_zero()) return order;
  const Number& low = a.negative_ ? b : a;  // of two negative numbers the one with the larger absolute value is less
  const Number& high = a.negative_ ? a : b;
  if (const auto order = low.magnitude() <=> high.magnitude(); order != 0) return order;
  const int digits = std::max(low.digits_, high.digits_);
  return NumberParts::coefficient_of(low) * power_of_ten(digits - low.digits_) <=>
         NumberParts::coefficient_of(high) * power_of_ten(digits - high.digits_);
}

// Ordered form: a byte for the sign (1 negative, 2 zero, 3 positive), the magnitude, then the digits in pairs, each pair as
// 2 * pair, plus 1 if more follow: so that what ends sorts before what goes on. All but the first byte complemented for
// negatives.
std::size_t Number::write_ordered(char* out) const {
  if (is_zero()) return *out = 2, 1;
  const auto flip = static_cast<unsigned char>(negative_ ? 0xFF : 0);
  const auto put = [flip](char& place, int byte) { place = static_cast<char>(static_cast<unsigned char>(byte) ^ flip); };
  out[0] = negative_ ? 1 : 3;
  put(out[1], magnitude() - min_magnitude);
  Wide rest = NumberParts::coefficient_of(*this) * (digits_ % 2 != 0 ? 10U : 1U);
  const int pairs = (digits_ + 1) / 2;
  for (int i = pairs; i-- > 0; rest /= 100) put(out[2 + i], 2 * static_cast<int>(rest % 100) + (i + 1 < pairs ? 1 : 0));
  return static_cast<std::size_t>(2 + pairs);
}

void Number::append_ordered(std::string& out) const {
  std::array<char, max_ordered> buffer;
  out.append(buffer.data(), write_ordered(buffer.data()));
}

Number Number::decode_ordered(std::string_view& bytes) {
  SIM_CHECK(!bytes.empty() && bytes[0] >= 1 && bytes[0] <= 3, "an ordered number begins with its sign");
  const bool negative = bytes[0] == 1;
  if (bytes[0] == 2) return bytes.remove_prefix(1), Number();
  const auto byte_at = [&](std::size_t place) {
    SIM_CHECK(place < bytes.size(), "an ordered number is whole");
    return static_cast<unsigned char>(static_cast<unsigned char>(bytes[place]) ^ (negative ? 0xFF : 0));
  };
  const int magnitude = byte_at(1) + min_magnitude;
  Wide coefficient = 0;
  int digits = 0;
  std::size_t at = 2;
  for (bool more = true; more; ++at, digits += 2) {
    const int byte = byte_at(at);
    coefficient = coefficient * 100 + static_cast<unsigned>(byte / 2);
    more = byte % 2 != 0;
  }
  bytes.remove_prefix(at);
  if (coefficient % 10 == 0) coefficient /= 10, --digits;
  return NumberParts::assemble(coefficient, magnitude - digits + 1, digits, negative);
}

// Packed form: bit 7 the sign, bit 6 the high bit of the exponent, the rest how many bytes the coefficient has; then the low
// bits of the exponent, counted from the lowest there is; then the coefficient, lowest byte first, whatever the machine.
static constexpr int lowest_exponent = Number::min_magnitude - Number::max_digits + 1;

std::size_t Number::pack(char* out) const {
  const int exponent = exponent_ - lowest_exponent;
  char* const begin = out + 2;
  char* end = begin;
  for (std::uint64_t rest = low_; rest != 0 || (high_ != 0 && end < begin + 8); rest >>= 8)
    *end++ = static_cast<char>(rest & 0xFF);
  for (std::uint64_t rest = high_; rest != 0; rest >>= 8) *end++ = static_cast<char>(rest & 0xFF);
  out[0] = static_cast<char>((negative_ ? 0x80 : 0) | (exponent >> 8) << 6 | static_cast<int>(end - begin));
  out[1] = static_cast<char>(exponent & 0xFF);
  return static_cast<std::size_t>(end - out);
}

std::size_t Number::packed_length(const char* bytes) { return 2U + (static_cast<unsigned char>(*bytes) & 0x1FU); }

Number Number::unpack(const char* bytes) {
  const auto first = static_cast<unsigned char>(bytes[0]);
  Wide coefficient = 0;
  for (std::size_t i = packed_length(bytes); i-- > 2;) coefficient = coefficient << 8 | static_cast<unsigned char>(bytes[i]);
  if (coefficient == 0) return Number();
  const int exponent = ((first >> 6 & 1) << 8 | static_cast<unsigned char>(bytes[1])) + lowest_exponent;
  return NumberParts::assemble(coefficient, exponent, count_digits(coefficient), (first & 0x80) != 0);
}

}  // namespace weir
