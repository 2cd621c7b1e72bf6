// The slow, obvious second model of conditions: the same tree once more, evaluated on decoded values.
#pragma once

#include <compare>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/expression/condition.hpp"
#include "tests/catch.hpp"

namespace weir::naive {

using Found = std::optional<AttributeValue>;

inline Found at(const AttributeMap& item, const Path& path) {
  const auto top = item.find(std::get<std::string>(path.steps.front()));
  if (top == item.end()) return std::nullopt;
  AttributeValue value = top->second;
  for (std::size_t i = 1; i < path.steps.size(); ++i) {
    if (const auto* name = std::get_if<std::string>(&path.steps[i])) {
      if (!value.as_map() || !value.as_map()->contains(*name)) return std::nullopt;
      value = AttributeValue(value.as_map()->at(*name));
    } else {
      const std::size_t index = std::get<std::size_t>(path.steps[i]);
      if (!value.as_list() || index >= value.as_list()->size()) return std::nullopt;
      value = AttributeValue((*value.as_list())[index]);
    }
  }
  return value;
}

inline std::optional<std::size_t> size(const AttributeValue& value) {
  if (value.as_string()) return value.as_string()->size();
  if (value.as_binary()) return value.as_binary()->size();
  if (value.as_map()) return value.as_map()->size();
  if (value.as_list()) return value.as_list()->size();
  if (value.as_string_set()) return value.as_string_set()->size();
  if (value.as_number_set()) return value.as_number_set()->size();
  if (value.as_binary_set()) return value.as_binary_set()->size();
  return std::nullopt;
}

struct Term {
  Found value;
  bool bad_size = false;
};

inline Term term(const AttributeMap& item, const Operand& operand) {
  if (const auto* constant = std::get_if<AttributeValue>(&operand)) return {*constant};
  if (const auto* path = std::get_if<Path>(&operand)) return {at(item, *path)};
  const Found whole = at(item, std::get<SizeOf>(operand).path);
  const auto count = whole ? size(*whole) : std::nullopt;
  if (!count) return {std::nullopt, true};
  return {AttributeValue(static_cast<std::uint64_t>(*count))};
}

inline bool compare(const Term& a, Comparator comparator, const Term& b) {
  if (a.bad_size || b.bad_size) return false;
  if (!a.value || !b.value) return comparator == Comparator::not_equal;
  if (comparator == Comparator::equal) return *a.value == *b.value;
  if (comparator == Comparator::not_equal) return !(*a.value == *b.value);
  const auto order = compare_scalars(*a.value, *b.value);
  if (!order) return false;
  if (comparator == Comparator::less) return *order < 0;
  if (comparator == Comparator::less_equal) return *order <= 0;
  if (comparator == Comparator::greater) return *order > 0;
  return *order >= 0;
}

inline bool begins(const Found& whole, const Found& prefix) {
  if (!whole || !prefix) return false;
  const auto starts = [](const std::string* a, const std::string* b) { return a && b && a->substr(0, b->size()) == *b; };
  return starts(whole->as_string(), prefix->as_string()) || starts(whole->as_binary(), prefix->as_binary());
}

inline bool contains(const Found& whole, const Found& element) {
  if (!whole || !element) return false;
  const auto inside = [](const std::string* a, const std::string* b) { return a && b && a->find(*b) != std::string::npos; };
  const auto member = [](const auto* set, const auto* one) {
    return set && one && std::find(set->begin(), set->end(), *one) != set->end();
  };
  if (const auto* list = whole->as_list())
    return std::any_of(list->begin(), list->end(), [&](const AttributeValue& v) { return v == *element; });
  return inside(whole->as_string(), element->as_string()) || inside(whole->as_binary(), element->as_binary()) ||
         member(whole->as_string_set(), element->as_string()) || member(whole->as_number_set(), element->as_number()) ||
         member(whole->as_binary_set(), element->as_binary());
}

// A condition of both models.
struct Twin {
  Condition condition;
  std::function<bool(const AttributeMap&)> holds;
};

}  // namespace weir::naive

namespace weir::draw {

// RapidCheck narrows a range to its low end in early runs; here all of it always counts.
inline int pick(int low, int end) { return *rc::gen::resize(rc::kNominalSize, rc::gen::inRange(low, end)); }

// Small worlds, so that things meet: few names, few values, every type.
inline std::string name() { return *rc::gen::element<std::string>("a", "b", "c"); }

inline Number number() {
  return *rc::gen::element(Number(0), Number(1), Number(-1), Number(2), Number(10), *Number::parse("1.5"),
                           *Number::parse("1e30"));
}

inline std::string text() { return *rc::gen::element<std::string>("", "a", "ab", "abc", "b", "z\xc3\xa9"); }

template <class T, class Draw>
std::vector<T> distinct(Draw one) {
  std::vector<T> all;
  const int count = pick(1, 4);
  for (int i = 0; i < count; ++i) {
    T next = one();
    if (std::find(all.begin(), all.end(), next) == all.end()) all.push_back(std::move(next));
  }
  return all;
}

inline AttributeValue scalar() {
  switch (pick(0, 5)) {
    case 0:
      return text();
    case 1:
      return AttributeValue::binary(text());
    case 2:
      return AttributeValue(*rc::gen::arbitrary<bool>());
    case 3:
      return AttributeValue::null();
    default:
      return number();
  }
}

inline AttributeValue value(int depth = 2) {
  const int kind = pick(0, depth > 0 ? 10 : 8);
  if (kind < 5) return scalar();
  if (kind == 5) return AttributeValue::string_set(distinct<std::string>(text));
  if (kind == 6) return AttributeValue::number_set(distinct<Number>(number));
  if (kind == 7) return AttributeValue::binary_set(distinct<std::string>(text));
  if (kind == 8) {
    AttributeList list;
    const int count = pick(0, 4);
    for (int i = 0; i < count; ++i) list.push_back(value(depth - 1));
    return AttributeValue::list(std::move(list));
  }
  AttributeMap map;
  const int count = pick(0, 4);
  for (int i = 0; i < count; ++i) {
    std::string key = name();
    map.insert_or_assign(std::move(key), value(depth - 1));
  }
  return AttributeValue::map(std::move(map));
}

inline AttributeMap attributes() {
  AttributeMap item;
  for (const char* one : {"a", "b", "c"})
    if (pick(0, 3) > 0) item.insert_or_assign(one, value());
  return item;
}

inline Path path() {
  Path path = Path::attribute(name());
  for (int i = pick(0, 4); i > 1; --i) {
    if (*rc::gen::arbitrary<bool>())
      path.steps.emplace_back(name());
    else
      path.steps.emplace_back(static_cast<std::size_t>(pick(0, 3)));
  }
  return path;
}

inline Operand operand() {
  const int kind = pick(0, 5);
  if (kind < 2) return path();
  if (kind == 2) return SizeOf{path()};
  return value(1);
}

inline naive::Twin condition(int depth = 2) {
  const int kind = pick(0, depth > 0 ? 11 : 8);
  if (kind <= 1) {
    const Operand a = operand(), b = operand();
    const auto comparator = static_cast<Comparator>(pick(0, 6));
    return {compare(a, comparator, b),
            [=](const AttributeMap& item) { return naive::compare(naive::term(item, a), comparator, naive::term(item, b)); }};
  }
  if (kind == 2) {
    const Operand a = operand(), low = operand(), high = operand();
    return {between(a, low, high), [=](const AttributeMap& item) {
              return naive::compare(naive::term(item, a), Comparator::greater_equal, naive::term(item, low)) &&
                     naive::compare(naive::term(item, a), Comparator::less_equal, naive::term(item, high));
            }};
  }
  if (kind == 3) {
    const Operand a = operand(), one = operand(), two = operand();
    return {in(a, {one, two}), [=](const AttributeMap& item) {
              return naive::compare(naive::term(item, a), Comparator::equal, naive::term(item, one)) ||
                     naive::compare(naive::term(item, a), Comparator::equal, naive::term(item, two));
            }};
  }
  const Path p = path();
  if (kind == 4) {
    const bool present = *rc::gen::arbitrary<bool>();
    return {present ? attribute_exists(p) : attribute_not_exists(p),
            [=](const AttributeMap& item) { return naive::at(item, p).has_value() == present; }};
  }
  if (kind == 5) {
    const auto type = static_cast<Type>(pick(0, 10));
    return {attribute_type(p, type), [=](const AttributeMap& item) {
              const naive::Found found = naive::at(item, p);
              return found && found->type() == type;
            }};
  }
  if (kind <= 7) {
    const Operand right = *rc::gen::arbitrary<bool>() ? Operand(path()) : Operand(scalar());
    if (kind == 6)
      return {begins_with(p, right),
              [=](const AttributeMap& item) { return naive::begins(naive::at(item, p), naive::term(item, right).value); }};
    return {contains(p, right),
            [=](const AttributeMap& item) { return naive::contains(naive::at(item, p), naive::term(item, right).value); }};
  }
  const naive::Twin a = condition(depth - 1), b = condition(depth - 1);
  if (kind == 8) return {a.condition && b.condition, [=](const AttributeMap& item) { return a.holds(item) && b.holds(item); }};
  if (kind == 9) return {a.condition || b.condition, [=](const AttributeMap& item) { return a.holds(item) || b.holds(item); }};
  return {!a.condition, [=](const AttributeMap& item) { return !a.holds(item); }};
}

}  // namespace weir::draw
