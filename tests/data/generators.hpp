// RapidCheck generators of numbers, values and items: spread over what is odd, so that edges are met often.
#pragma once

#include <string>
#include <vector>

#include "sim/data/item.hpp"
#include "tests/catch.hpp"

namespace weir_test {

// Well-formed UTF-8 in which quotes, backslashes, controls, slashes, blanks, '$' and longer characters are common.
inline rc::Gen<std::string> texts() {
  const std::vector<std::string> pieces{
      "a", "b", "Z", "0", " ", "/", "$", "\"", "\\", "~", "\n", "\x01", "\xc3\xa9", "\xe6\x97\xa5", "\x7f", "\xf0\x9f\x98\x80"};
  return rc::gen::map(rc::gen::container<std::vector<std::string>>(rc::gen::elementOf(pieces)), [](const auto& drawn) {
    std::string text;
    for (const std::string& piece : drawn) text += piece;
    return text;
  });
}

inline rc::Gen<std::string> binaries() { return rc::gen::container<std::string>(rc::gen::arbitrary<char>()); }

// Numbers by count of digits and by magnitude, each from end to end; runs of 0 and 9 are common.
inline rc::Gen<weir::Number> numbers() {
  using namespace rc;
  const auto digit =
      gen::weightedOneOf<char>({{3, gen::just('0')}, {3, gen::just('9')}, {5, gen::inRange('0', static_cast<char>('9' + 1))}});
  const auto wide = gen::mapcat(gen::inRange(1, 39), [digit](int count) {
    return gen::mapcat(gen::container<std::string>(static_cast<std::size_t>(count), digit), [](const std::string& digits) {
      return gen::map(gen::tuple(gen::inRange(-130, 126), gen::arbitrary<bool>()), [digits](const auto& drawn) {
        const std::size_t first = digits.find_first_not_of('0');
        if (first == std::string::npos) return weir::Number();
        const std::string body = digits.substr(first);
        const int exponent = std::get<0>(drawn) - static_cast<int>(body.size()) + 1;
        return *weir::Number::parse((std::get<1>(drawn) ? "-" : "") + body + "e" + std::to_string(exponent));
      });
    });
  });
  const auto small = gen::map(gen::inRange<std::int64_t>(-200, 200), [](std::int64_t value) { return weir::Number(value); });
  const auto whole = gen::map(gen::arbitrary<std::int64_t>(), [](std::int64_t value) { return weir::Number(value); });
  return gen::weightedOneOf<weir::Number>({{3, wide}, {2, small}, {1, whole}});
}

inline rc::Gen<weir::AttributeValue> values(int levels = 3) {
  using weir::AttributeValue;
  using namespace rc;
  const auto scalar = gen::oneOf(
      gen::map(texts(), [](std::string text) { return AttributeValue(std::move(text)); }),
      gen::map(numbers(), [](weir::Number number) { return AttributeValue(number); }),
      gen::map(binaries(), [](std::string bytes) { return AttributeValue::binary(std::move(bytes)); }),
      gen::map(gen::arbitrary<bool>(), [](bool truth) { return AttributeValue(truth); }), gen::just(AttributeValue::null()),
      gen::map(gen::container<std::vector<std::string>>(texts()), [](auto all) { return AttributeValue::string_set(all); }),
      gen::map(gen::container<std::vector<weir::Number>>(numbers()), [](auto all) { return AttributeValue::number_set(all); }),
      gen::map(gen::container<std::vector<std::string>>(binaries()), [](auto all) { return AttributeValue::binary_set(all); }));
  if (levels <= 1) return scalar;
  const auto list =
      gen::map(gen::scale(0.3, gen::container<weir::AttributeList>(gen::lazy([levels] { return values(levels - 1); }))),
               [](auto all) { return AttributeValue::list(all); });
  const auto map =
      gen::map(gen::scale(0.3, gen::container<weir::AttributeMap>(texts(), gen::lazy([levels] { return values(levels - 1); }))),
               [](auto all) { return AttributeValue::map(all); });
  return gen::weightedOneOf<AttributeValue>({{4, scalar}, {1, list}, {1, map}});
}

// The same elements in an order drawn inside a running property.
template <class T>
std::vector<T> shuffled(std::vector<T> elements) {
  for (std::size_t left = elements.size(); left > 1; --left) {
    std::swap(elements[left - 1], elements[*rc::gen::inRange<std::size_t>(0, left)]);
  }
  return elements;
}

inline rc::Gen<weir::AttributeMap> attribute_maps() {
  return rc::gen::scale(0.5, rc::gen::container<weir::AttributeMap>(texts(), values()));
}

}  // namespace weir_test

namespace rc {
template <>
struct Arbitrary<weir::Number> {
  static Gen<weir::Number> arbitrary() { return weir_test::numbers(); }
};
template <>
struct Arbitrary<weir::AttributeValue> {
  static Gen<weir::AttributeValue> arbitrary() { return weir_test::values(); }
};
template <>
struct Arbitrary<weir::Item> {
  static Gen<weir::Item> arbitrary() {
    return gen::map(weir_test::attribute_maps(), [](const weir::AttributeMap& map) { return weir::Item(map); });
  }
};
}  // namespace rc
