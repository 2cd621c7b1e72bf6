// Filter criteria of an event source mapping: which records it wants to hear of.                 [ESM-12] [FILTER-1]
//
//   criteria   up to 5 patterns, JSON objects of up to 4,096 characters; a record that any of them matches is wanted. No
//              pattern at all: every record is
//   pattern    {name: [alternatives]} for a leaf, {name: {..}} for what lies deeper; all names must match, and of each one
//              alternative. "$or": [{..}, {..}] beside names: one of those must match too. A name that stands twice: the last
//              holds                                                                                               [FILTER-6]
//   leaf       "text" (exact; "" is the empty text), null, true, false, a number, {"prefix": t}, {"suffix": t},
//              {"equals-ignore-case": t}, {"exists": true | false}, {"numeric": ["=", n]}, {"numeric": [">", n, "<=", n]},
//              {"anything-but": t | n | [..] | {"prefix" | "suffix" | "equals-ignore-case": t or [t..]}}; t of prefix and
//              suffix may be {"equals-ignore-case": t} [FILTER-2]
//   record     is matched in its form as Lambda's event (record_view.hpp): numbers of items are text there         [FILTER-4]
//   arrays     a leaf matches when an element does; a pattern of what lies deeper, when it matches one element as a whole
//   presence   a name that is not there matches {"exists": false} alone; a name whose value is no leaf is not there for it
//                                                                                                                  [FILTER-9]
//   numbers    equal by value or by the text that stands for them: a choice                              [FILTER-3] [OPEN-16]
//   elsewhere  ignoring case is of ASCII letters only. No wildcard and no cidr: Lambda's list has neither
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/data/number.hpp"
#include "sim/trigger/record_view.hpp"

namespace weir {

inline constexpr std::size_t most_filters = 5;                                                // [ESM-12]
inline constexpr std::size_t most_pattern_characters = 4'096;                                 // [ESM-12]
inline constexpr std::string_view bad_filter_pattern = "Invalid filter pattern definition.";  // [FILTER-8]

enum class NumberEquality : std::uint8_t { value, text };

// One alternative of a leaf.
struct FilterTest {
  enum class Kind : std::uint8_t { null, truth, text, number, prefix, suffix, exists, range, anything_but };
  struct Bound {
    Number at;
    bool itself = false;  // >= or <=
  };
  Kind kind = Kind::null;
  bool truth = false;
  bool ignoring_case = false;
  std::string text;  // of a number as well
  Number number;
  std::optional<Bound> above, below;
  std::vector<FilterTest> but;  // none of these
};

struct FilterField;
struct FilterPattern {
  std::vector<FilterField> fields;
  std::vector<std::vector<FilterPattern>> ors;  // of each, one
};
struct FilterField {
  std::string name;
  std::vector<FilterTest> tests;  // empty: it lies deeper
  FilterPattern deeper;
};

// What the service says of no more than `bad_filter_pattern`.                                   [FILTER-8]
struct BadFilterPattern {
  std::string at;        // a JSON pointer, "/a/0/numeric": what the operator is given there; "": the whole
  std::string found;     // what stands there, a long one cut short
  std::string accepted;  // what may stand there
  friend bool operator==(const BadFilterPattern&, const BadFilterPattern&) = default;
};

// nullopt: the service does not take it; `why` is filled then.                                  [FILTER-8]
std::optional<FilterPattern> parse_filter_pattern(std::string_view json, BadFilterPattern* why = nullptr);

struct FilterReading {
  NumberEquality equality = NumberEquality::value;
  RecordView::Shows shows = RecordView::Shows::whole;
};
bool matches(const FilterPattern& pattern, const StreamRecord& record, std::string_view event_source_arn,
             const FilterReading& reading);
bool matches_any(std::span<const FilterPattern> patterns, const StreamRecord& record, std::string_view event_source_arn,
                 const FilterReading& reading);

}  // namespace weir
