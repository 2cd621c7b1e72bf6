// The slow, obvious second model of conditions: the same tree once more, evaluated on decoded values.
#pragma once

#include <compare>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sim/expression/condition_node.hpp"
#include "sim/expression/placeholders.hpp"
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

// Every character has one byte that continues none; UTF-16 needs two units for those that begin with 0xF0 or above.
inline std::size_t length(const std::string& text, SizeUnit unit) {
  if (unit == SizeUnit::utf8_bytes) return text.size();
  std::size_t units = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80 || byte >= 0xC0) units += unit == SizeUnit::utf16_units && byte >= 0xF0 ? 2 : 1;
  }
  return units;
}

inline std::optional<std::size_t> size(const AttributeValue& value, SizeUnit unit) {
  if (value.as_string()) return length(*value.as_string(), unit);
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

inline Term term(const AttributeMap& item, const Operand& operand, SizeUnit unit) {
  if (const auto* constant = std::get_if<AttributeValue>(&operand)) return {*constant};
  if (const auto* path = std::get_if<Path>(&operand)) return {at(item, *path)};
  const auto& measured = std::get<SizeOf>(operand);
  const Found whole = measured.constant ? measured.constant : at(item, measured.path);
  const auto count = whole ? size(*whole, unit) : std::nullopt;
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

// A condition of both models, and as text.
struct Twin {
  Condition condition;
  std::function<bool(const AttributeMap&, SizeUnit)> holds;
  std::string text;
  enum class Binds { tight, both, either } binds = Binds::tight;  // the loosest operator of the text
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

inline std::string text() { return *rc::gen::element<std::string>("", "a", "ab", "abc", "b", "z\xc3\xa9", "\xf0\x9f\x99\x82"); }

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
  const int kind = pick(0, 12);
  if (kind < 5) return path();
  if (kind == 5) return SizeOf{Path(), value(1)};
  if (kind < 8) return SizeOf{path()};
  return value(1);
}

// As text, with placeholders for constants and for some names.
inline std::string written(const Path& path, ExpressionContext& context) {
  std::string text;
  for (const Path::Step& step : path.steps) {
    const auto* name = std::get_if<std::string>(&step);
    if (!name) {
      text += "[" + std::to_string(std::get<std::size_t>(step)) + "]";
      continue;
    }
    if (!text.empty()) text += ".";
    const bool placeholder = pick(0, 3) == 0;
    if (placeholder) context.names["#" + *name] = *name;
    text += (placeholder ? "#" : "") + *name;
  }
  return text;
}
inline std::string written(const AttributeValue& value, ExpressionContext& context) {
  const std::string placeholder = ":v" + std::to_string(context.values.size());
  context.values.emplace(placeholder, value);
  return placeholder;
}
inline std::string written(const Operand& operand, ExpressionContext& context) {
  std::string text;
  if (const auto* path = std::get_if<Path>(&operand)) {
    text = written(*path, context);
  } else if (const auto* constant = std::get_if<AttributeValue>(&operand)) {
    text = written(*constant, context);
  } else {
    const auto& size = std::get<SizeOf>(operand);
    text = "size (" + (size.constant ? written(*size.constant, context) : written(size.path, context)) + ")";
  }
  return pick(0, 8) == 0 ? "( " + text + ")" : text;
}

// The text of a part: in parentheses where it must be, and sometimes where it may be.
inline std::string part(const naive::Twin& twin, bool must) {
  return must || pick(0, 4) == 0 ? "(" + twin.text + ")" : twin.text;
}

inline naive::Twin condition(int depth, ExpressionContext& context) {
  using Binds = naive::Twin::Binds;
  const int kind = pick(0, depth > 0 ? 11 : 8);
  if (kind <= 1) {
    const Operand a = operand(), b = operand();
    const auto comparator = static_cast<Comparator>(pick(0, 6));
    const std::string left = written(a, context);
    return {compare(a, comparator, b),
            [=](const AttributeMap& item, SizeUnit unit) {
              return naive::compare(naive::term(item, a, unit), comparator, naive::term(item, b, unit));
            },
            left + std::string(text_of(comparator)) + written(b, context)};
  }
  if (kind == 2) {
    const Operand a = operand(), low = operand(), high = operand();
    std::string text = written(a, context) + " BETWEEN ";
    text += written(low, context) + " and ";
    text += written(high, context);
    return {between(a, low, high),
            [=](const AttributeMap& item, SizeUnit unit) {
              const naive::Term value = naive::term(item, a, unit);
              return naive::compare(value, Comparator::greater_equal, naive::term(item, low, unit)) &&
                     naive::compare(value, Comparator::less_equal, naive::term(item, high, unit));
            },
            text};
  }
  if (kind == 3) {
    const Operand a = operand(), one = operand(), two = operand();
    std::string text = written(a, context) + " IN (";
    text += written(one, context) + ",";
    text += written(two, context) + ")";
    return {in(a, {one, two}),
            [=](const AttributeMap& item, SizeUnit unit) {
              const naive::Term value = naive::term(item, a, unit);
              return naive::compare(value, Comparator::equal, naive::term(item, one, unit)) ||
                     naive::compare(value, Comparator::equal, naive::term(item, two, unit));
            },
            text};
  }
  if (kind == 4) {
    const Path p = path();
    const bool present = *rc::gen::arbitrary<bool>();
    return {present ? attribute_exists(p) : attribute_not_exists(p),
            [=](const AttributeMap& item, SizeUnit) { return naive::at(item, p).has_value() == present; },
            (present ? "attribute_exists(" : "attribute_not_exists(") + written(p, context) + ")"};
  }
  if (kind == 5) {
    const Path p = path();
    const auto type = static_cast<Type>(pick(0, 10));
    const std::string left = written(p, context);
    return {attribute_type(p, type),
            [=](const AttributeMap& item, SizeUnit) {
              const naive::Found found = naive::at(item, p);
              return found && found->type() == type;
            },
            "attribute_type(" + left + ", " + written(AttributeValue(wire_name(type)), context) + ")"};
  }
  if (kind <= 7) {
    const Operand left = pick(0, 6) == 0 ? operand() : Operand(path());
    const Operand right = *rc::gen::arbitrary<bool>() ? operand() : Operand(scalar());
    const bool begins = kind == 6;
    const std::string first = written(left, context);
    return {begins ? begins_with_operand(left, right) : contains_operand(left, right),
            [=](const AttributeMap& item, SizeUnit unit) {
              const naive::Found whole = naive::term(item, left, unit).value, part = naive::term(item, right, unit).value;
              return begins ? naive::begins(whole, part) : naive::contains(whole, part);
            },
            (begins ? "begins_with(" : "contains(") + first + ", " + written(right, context) + ")"};
  }
  const naive::Twin a = condition(depth - 1, context);
  if (kind == 10)
    return {!a.condition, [=](const AttributeMap& item, SizeUnit unit) { return !a.holds(item, unit); },
            "NOT " + part(a, a.binds != Binds::tight)};
  const naive::Twin b = condition(depth - 1, context);
  if (kind == 8) {
    const std::string left = part(a, a.binds == Binds::either);
    return {a.condition && b.condition,
            [=](const AttributeMap& item, SizeUnit unit) { return a.holds(item, unit) && b.holds(item, unit); },
            left + " AND " + part(b, b.binds == Binds::either), Binds::both};
  }
  const std::string left = part(a, false);
  return {a.condition || b.condition,
          [=](const AttributeMap& item, SizeUnit unit) { return a.holds(item, unit) || b.holds(item, unit); },
          left + " OR " + part(b, false), Binds::either};
}

}  // namespace weir::draw
