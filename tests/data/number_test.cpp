#include "sim/data/number.hpp"

#include <algorithm>
#include <boost/multiprecision/cpp_int.hpp>
#include <limits>

#include "tests/catch.hpp"
#include "tests/data/generators.hpp"
#include "tests/data/printing.hpp"

using weir::Number;
using weir::NumberError;
using weir::NumberResult;

namespace {
// The slow, obvious model: a number times 10^168 is always an integer. 168 = 130 + 38.
using Integer = boost::multiprecision::cpp_int;
constexpr int model_scale = 168;

Integer model(const Number& number) {
  std::string text = number.to_text();
  const bool negative = text.front() == '-';
  if (negative) text.erase(0, 1);
  const std::size_t point = text.find('.');
  const std::size_t fraction = point == std::string::npos ? 0 : text.size() - point - 1;
  if (point != std::string::npos) text.erase(point, 1);
  text.append(model_scale - fraction, '0');
  text.erase(0, std::min(text.find_first_not_of('0'), text.size() - 1));
  return negative ? -Integer(text) : Integer(text);
}

// What the service says of a value: nothing, or the error of a sum that came out so.
std::optional<NumberError> judge(const Integer& value) {
  if (value == 0) return std::nullopt;
  std::string digits = Integer(abs(value)).str();
  const int magnitude = static_cast<int>(digits.size()) - 1 - model_scale;
  digits.erase(digits.find_last_not_of('0') + 1);
  if (digits.size() > 38 || magnitude > 125) return NumberError::overflow;
  if (magnitude < -130) return NumberError::underflow;
  return std::nullopt;
}

std::string canonical(std::string_view text) { return Number::parse(text)->to_text(); }
std::string refusal(std::string_view text) { return message(Number::parse(text).error(), text); }
std::string ordered(const Number& number) {
  std::string bytes;
  number.append_ordered(bytes);
  return bytes;
}
constexpr const char* thirty_eight_nines = "99999999999999999999999999999999999999";
}  // namespace

TEST_CASE("a number comes back in plain decimal", "[NUM-3]") {
  CHECK(canonical("0") == "0");
  CHECK(canonical("-0") == "0");
  CHECK(canonical("-0.000e5") == "0");
  CHECK(canonical("+7") == "7");
  CHECK(canonical(".5") == "0.5");
  CHECK(canonical("-.5") == "-0.5");
  CHECK(canonical("5.") == "5");
  CHECK(canonical("1e3") == "1000");
  CHECK(canonical("1E+3") == "1000");
  CHECK(canonical("0001.2300") == "1.23");
  CHECK(canonical("120.50e-1") == "12.05");
  CHECK(canonical("1e125") == "1" + std::string(125, '0'));
  CHECK(canonical("1e-130") == "0." + std::string(129, '0') + "1");
  CHECK(canonical("-17.4E37") == "-174" + std::string(36, '0'));
  CHECK(canonical(thirty_eight_nines) == thirty_eight_nines);
  CHECK(canonical(std::string(thirty_eight_nines) + "e88") == thirty_eight_nines + std::string(88, '0'));
  CHECK(canonical("1" + std::string(125, '0')) == "1" + std::string(125, '0'));
}

TEST_CASE("what is no number in range is refused in the service's words", "[NUM-1][MSG-16]") {
  for (const std::string text : {"", "-", "+", ".", "dog", "NaN", "Infinity", "-Infinity", " 1", "1 ", "1e", "1e+", "e5",
                                 "1.2.3", "--1", "0x10", "1_000", "1,5", "\xd9\xa1"}) {
    CHECK(refusal(text) == "The parameter cannot be converted to a numeric value: " + text);
  }
  const std::string digits = "Attempting to store more than 38 significant digits in a Number";
  CHECK(refusal("3.14159265358979323846264338327950288419") == digits);
  CHECK(refusal("314159265358979323846264338327950288419e30") == digits);
  CHECK(refusal("1" + std::string(38, '0') + ".1") == digits);
  const std::string overflow = "Number overflow. Attempting to store a number with magnitude larger than supported range";
  for (const char* text : {"1e126", "-1e126", "11e125", "1e999999999999999999999999"}) CHECK(refusal(text) == overflow);
  const std::string underflow = "Number underflow. Attempting to store a number with magnitude smaller than supported range";
  for (const char* text : {"1e-131", "-0.9e-130", "1e-999999999999999999999999"}) CHECK(refusal(text) == underflow);
}

TEST_CASE("a zero may be refused for its exponent, and leading or trailing zeros are no digits", "[NUM-6]") {
  CHECK(Number::parse("0e126").error() == NumberError::overflow);
  CHECK(canonical("0.0e126") == "0");
  CHECK(canonical("0e125") == "0");
  CHECK(canonical(std::string(100, '0') + "1" + std::string(50, '0') + "." + std::string(80, '0')) ==
        "1" + std::string(50, '0'));
}

TEST_CASE("numbers are equal by value, however they are spelt", "[NUM-4]") {
  CHECK(*Number::parse("1e3") == *Number::parse("1000.000"));
  CHECK(*Number::parse("1000") == Number(1000));
  CHECK(Number(0) == -0);
  WEIR_PROPERTY("any spelling of a value is that value", [](const Number& number, bool sign) {
    const auto zeros = static_cast<std::size_t>(*rc::gen::inRange(0, 60));
    const int shift = *rc::gen::inRange(-200, 200);
    std::string digits = number.to_text();
    const bool negative = digits.front() == '-';
    if (negative) digits.erase(0, 1);
    const std::size_t point = digits.find('.');
    const int fraction = point == std::string::npos ? 0 : static_cast<int>(digits.size() - point - 1);
    if (point != std::string::npos) digits.erase(point, 1);
    std::string text = negative ? "-" : (sign ? "+" : "");
    text.append(zeros, '0').append(digits);
    int exponent = -fraction;
    if (shift < 0) {  // digits moved behind a point
      const std::size_t moved = std::min(static_cast<std::size_t>(-shift), digits.size());
      text.insert(text.size() - moved, ".");
      text.append(zeros, '0');
      exponent += static_cast<int>(moved);
    }
    if (exponent != 0) text += "e" + std::to_string(exponent);
    RC_LOG() << text << '\n';
    const NumberResult parsed = Number::parse(text);
    RC_ASSERT(bool(parsed));
    RC_ASSERT(*parsed == number);
  });
}

TEST_CASE("a number's order is that of its value, and that of its ordered bytes", "[ITEM-11][NUM-1]") {
  const auto agree = [](const Number& a, const Number& b) {
    const Integer model_a = model(a), model_b = model(b);
    RC_ASSERT((a < b) == (model_a < model_b));
    RC_ASSERT((a == b) == (model_a == model_b));
    RC_ASSERT((a > b) == (model_a > model_b));
    const std::string bytes_a = ordered(a), bytes_b = ordered(b);
    RC_ASSERT((bytes_a < bytes_b) == (a < b));
    RC_ASSERT((bytes_a == bytes_b) == (a == b));
    RC_ASSERT(a == b || !bytes_b.starts_with(bytes_a));
  };
  WEIR_PROPERTY("for two numbers far apart", agree);
  WEIR_PROPERTY("for two numbers that share their beginning", [agree](const Number& a) {
    std::string text = a.to_text();
    text.resize(*rc::gen::inRange<std::size_t>(1, text.size() + 1));
    text += *rc::gen::container<std::string>(rc::gen::inRange('0', static_cast<char>('9' + 1)));
    const NumberResult b = Number::parse(text);
    RC_PRE(bool(b));
    agree(a, *b);
    agree(*b, a);
    agree(a.negated(), b->negated());
  });
}

TEST_CASE("both byte forms give the number back and leave what follows", "[NUM-1]") {
  WEIR_PROPERTY("ordered", [](const Number& number) {
    const std::string bytes = ordered(number) + "rest";
    std::string_view left = bytes;
    RC_ASSERT(Number::decode_ordered(left) == number);
    RC_ASSERT(left == "rest");
  });
  WEIR_PROPERTY("packed", [](const Number& number) {
    char bytes[Number::max_packed];
    const std::size_t length = number.pack(bytes);
    RC_ASSERT(length <= Number::max_packed);
    RC_ASSERT(Number::packed_length(bytes) == length);
    RC_ASSERT(Number::unpack(bytes) == number);
    RC_ASSERT(Number::unpack(bytes).significant_digits() == number.significant_digits());
  });
}

TEST_CASE("sums are exact to 38 digits or refused, never rounded", "[NUM-5]") {
  const auto sum_text = [](const char* a, const char* b) { return Number::parse(a)->add(*Number::parse(b))->to_text(); };
  CHECK(sum_text("1", "10000000000000000000000") == "10000000000000000000001");
  CHECK(sum_text("1e38", "-1") == thirty_eight_nines);
  CHECK(sum_text("-1e38", "1") == std::string("-") + thirty_eight_nines);
  CHECK(sum_text(thirty_eight_nines, "1") == "1" + std::string(38, '0'));
  CHECK(sum_text("0.1", "0.2") == "0.3");
  CHECK(sum_text("1e-130", "-1e-130") == "0");
  CHECK(Number::parse("1e50")->add(1).error() == NumberError::overflow);
  CHECK(Number::parse("1e50")->subtract(1).error() == NumberError::overflow);
  CHECK(Number::parse("9e125")->add(*Number::parse("9e125")).error() == NumberError::overflow);
  CHECK(Number::parse("9e125")->subtract(*Number::parse("-9e125")).error() == NumberError::overflow);
  CHECK(Number::parse("1.1e-130")->subtract(*Number::parse("1e-130")).error() == NumberError::underflow);
  CHECK(message(NumberError::overflow, "") == fixed_message(NumberError::overflow));

  const auto agree = [](const Number& a, const Number& b) {
    const auto same = [](const NumberResult& result, const Integer& expected) {
      const std::optional<NumberError> error = judge(expected);
      RC_ASSERT(bool(result) == !error);
      if (error) RC_ASSERT(result.error() == *error);
      if (result) RC_ASSERT(model(*result) == expected);
    };
    same(a.add(b), model(a) + model(b));
    same(a.subtract(b), model(a) - model(b));
  };
  WEIR_PROPERTY("for any two numbers", agree);
  WEIR_PROPERTY("for two numbers of like magnitude, where 38 digits are just enough or just not", [agree](const Number& a) {
    std::string digits = *rc::gen::container<std::string>(rc::gen::elementOf(std::string("0199")));
    digits.resize(std::min<std::size_t>(digits.size(), 38));
    const int magnitude = a.magnitude() + *rc::gen::inRange(-40, 41);
    const NumberResult b = Number::parse("1" + digits + "e" + std::to_string(magnitude - static_cast<int>(digits.size())));
    RC_PRE(bool(b));
    agree(a, *b);
    agree(*b, a);
  });
}

TEST_CASE("whole numbers go to 64 bits and back, and others do not", "[NUM-1]") {
  using Limits = std::numeric_limits<std::int64_t>;
  for (const std::int64_t value :
       {std::int64_t{0}, std::int64_t{1}, std::int64_t{-1}, std::int64_t{1000}, Limits::max(), Limits::min()}) {
    CHECK(Number(value).to_int64() == value);
    CHECK(Number(value).to_text() == std::to_string(value));
    CHECK(Number(value) == *Number::parse(std::to_string(value)));
  }
  CHECK(Number::from_unsigned(~std::uint64_t{0}).to_text() == "18446744073709551615");
  CHECK_FALSE(Number::parse("9223372036854775808")->to_int64());
  CHECK_FALSE(Number::parse("-9223372036854775809")->to_int64());
  CHECK_FALSE(Number::parse("0.5")->to_int64());
  CHECK_FALSE(Number::parse("1e125")->to_int64());
  WEIR_PROPERTY("int64 to number to text", [](std::int64_t value) {
    RC_ASSERT(Number(value).to_int64() == value);
    RC_ASSERT(Number(value).to_text() == std::to_string(value));
  });
}

TEST_CASE("rounding down is towards minus infinity and stops at 64 bits", "[TTL-2]") {
  const auto down = [](const char* text) { return Number::parse(text)->floor_int64(); };
  CHECK(down("12345678.1234") == 12345678);
  CHECK(down("1234567e1") == 12345670);
  CHECK(down("-0.5") == -1);
  CHECK(down("0.5") == 0);
  CHECK(down("-1e-130") == -1);
  CHECK(down("1e-130") == 0);
  CHECK(down("-2.000001") == -3);
  CHECK(down("9223372036854775807.9") == std::numeric_limits<std::int64_t>::max());
  CHECK(down("9223372036854775808") == std::numeric_limits<std::int64_t>::max());
  CHECK(down("-9223372036854775808") == std::numeric_limits<std::int64_t>::min());
  CHECK(down("-9223372036854775808.5") == std::numeric_limits<std::int64_t>::min());
  CHECK(down("-1e125") == std::numeric_limits<std::int64_t>::min());
  WEIR_PROPERTY("as the model rounds", [](const Number& number) {
    const Integer scale = pow(Integer(10), model_scale);
    Integer floor = model(number) / scale;
    if (model(number) < 0 && floor * scale != model(number)) --floor;
    const Integer low = std::numeric_limits<std::int64_t>::min(), high = std::numeric_limits<std::int64_t>::max();
    RC_ASSERT(Integer(number.floor_int64()) == std::min(std::max(floor, low), high));
  });
}

TEST_CASE("a number's size follows its digits, its magnitude's parity and its sign", "[ITEM-8]") {
  const auto size = [](const char* text) { return Number::parse(text)->size_bytes(); };
  CHECK(size("0") == 1);
  CHECK(size("1") == 2);
  CHECK(size("12") == 2);
  CHECK(size("101") == 3);
  CHECK(size("1.5") == 3);  // two digits, magnitude 0: both even, one more
  CHECK(size("-1") == 3);
  CHECK(size("1e125") == 2);
  CHECK(size("99e-130") == 2);
  CHECK(size(thirty_eight_nines) == 20);
  WEIR_PROPERTY("as counted on the text", [](const Number& number) {
    std::string text = number.to_text();
    const bool negative = text.front() == '-';
    if (negative) text.erase(0, 1);
    const auto point = static_cast<int>(std::min(text.find('.'), text.size()));
    std::string digits = text;
    digits.erase(std::remove(digits.begin(), digits.end(), '.'), digits.end());
    const std::size_t first = digits.find_first_not_of('0');
    if (first == std::string::npos) return RC_ASSERT(number.size_bytes() == 1U);
    const int exponent = point - 1 - static_cast<int>(first);
    const auto count = static_cast<int>(digits.find_last_not_of('0') - first + 1);
    const int odd = count % 2 != 0 || exponent % 2 != 0;
    RC_ASSERT(static_cast<int>(number.size_bytes()) == 1 + (count + 1) / 2 + (odd ? 0 : 1) + (negative ? 1 : 0));
    RC_ASSERT(number.magnitude() == exponent);
  });
}
