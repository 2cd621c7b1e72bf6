// The matching half of filter.hpp.
#include <algorithm>

#include "sim/trigger/filter.hpp"

namespace weir {

namespace {

using Kind = RecordView::Kind;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same(std::string_view a, std::string_view b, bool ignoring_case) {
  if (!ignoring_case) return a == b;
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

bool in_range(const FilterTest& test, const Number& number) {
  if (test.above && (number < test.above->at || (number == test.above->at && !test.above->itself))) return false;
  return !test.below || number < test.below->at || (number == test.below->at && test.below->itself);
}

bool passes(const FilterTest& test, const RecordView& leaf, NumberEquality equality) {
  using Test = FilterTest::Kind;
  const bool is_text = leaf.kind() == Kind::text, is_number = leaf.kind() == Kind::number;
  switch (test.kind) {
    case Test::null:
      return false;  // no leaf of a record is null: {"NULL": true} is a truth
    case Test::truth:
      return leaf.kind() == Kind::truth && leaf.truth() == test.truth;
    case Test::text:
      return is_text && same(leaf.text(), test.text, test.ignoring_case);
    case Test::number:
      if (!is_number) return false;
      return equality == NumberEquality::text ? std::to_string(leaf.number()) == test.text
                                              : Number(leaf.number()) == test.number;
    case Test::prefix:
      return is_text && same(leaf.text().substr(0, test.text.size()), test.text, test.ignoring_case);
    case Test::suffix: {
      if (!is_text || leaf.text().size() < test.text.size()) return false;
      return same(leaf.text().substr(leaf.text().size() - test.text.size()), test.text, test.ignoring_case);
    }
    case Test::exists:
      return test.truth;
    case Test::range:
      return is_number && in_range(test, Number(leaf.number()));
    case Test::anything_but:
      return std::none_of(test.but.begin(), test.but.end(), [&](const FilterTest& one) { return passes(one, leaf, equality); });
  }
  return false;
}

bool is_leaf(const RecordView& view) {
  return view.kind() == Kind::text || view.kind() == Kind::number || view.kind() == Kind::truth;
}

bool leaf_matches(const std::vector<FilterTest>& tests, const RecordView& view, NumberEquality equality) {
  const auto any_passes = [&](const RecordView& leaf) {
    return is_leaf(leaf) &&
           std::any_of(tests.begin(), tests.end(), [&](const FilterTest& test) { return passes(test, leaf, equality); });
  };
  const bool array = view.kind() == Kind::array;
  const bool there = array ? view.any_element(is_leaf) : is_leaf(view);
  if (there) return array ? view.any_element(any_passes) : any_passes(view);
  return std::any_of(tests.begin(), tests.end(),
                     [](const FilterTest& test) { return test.kind == FilterTest::Kind::exists && !test.truth; });
}

bool matches_view(const FilterPattern& pattern, const RecordView& view, NumberEquality equality);

bool field_matches(const FilterField& field, const RecordView& view, NumberEquality equality) {
  if (!field.tests.empty()) return leaf_matches(field.tests, view, equality);
  if (view.kind() != Kind::array) return matches_view(field.deeper, view, equality);
  if (!view.any_element([](const RecordView&) { return true; })) return matches_view(field.deeper, {}, equality);
  return view.any_element([&](const RecordView& element) { return matches_view(field.deeper, element, equality); });
}

bool matches_view(const FilterPattern& pattern, const RecordView& view, NumberEquality equality) {
  for (const FilterField& field : pattern.fields)
    if (!field_matches(field, view.member(field.name), equality)) return false;
  for (const std::vector<FilterPattern>& either : pattern.ors)
    if (std::none_of(either.begin(), either.end(),
                     [&](const FilterPattern& branch) { return matches_view(branch, view, equality); }))
      return false;
  return true;
}

}  // namespace

bool matches(const FilterPattern& pattern, const StreamRecord& record, std::string_view event_source_arn,
             const FilterReading& reading) {
  return matches_view(pattern, RecordView(record, event_source_arn, reading.shows), reading.equality);
}

bool matches_any(std::span<const FilterPattern> patterns, const StreamRecord& record, std::string_view event_source_arn,
                 const FilterReading& reading) {
  return patterns.empty() || std::any_of(patterns.begin(), patterns.end(), [&](const FilterPattern& pattern) {
           return matches(pattern, record, event_source_arn, reading);
         });
}

}  // namespace weir
