// Fold: what a view of counts or sums should show, kept up change by change.
//
//   of        items: what is there now. A change adds what the new image counts for and takes away what the old one did; within
//             one group the difference counts as one effect.
//             records: every INSERT ever counts, and nothing else. changes: every change ever counts (a removal by its old
//             image).
//   amount    count: 1; sum: the number in `value`, 0 when there is none
//   group     the text of the attribute `group`; items without it do not count. No group: one group for all.
//   effects   `up` and `down` add up what was ever added and taken away: a view in which every change so far was applied at
//             most once, in any order, stays between -down and up
//   exact     sums are exact decimals; a sum past 38 digits makes the fold unfit to judge       [NUM-5]
#pragma once

#include <map>

#include "oracles/table_state.hpp"

namespace weir {

enum class FoldKind : std::uint8_t { copy, count, sum };
enum class FoldOf : std::uint8_t { items, records, changes };

struct FoldSpec {
  FoldKind kind = FoldKind::copy;
  FoldOf of = FoldOf::items;
  std::string group, value;
  std::string into;  // the view's attribute
  static FoldSpec from(const OracleSpec& spec);
};
std::vector<OracleParameter> fold_parameters(
    std::vector<std::string_view> kinds);  // source, view, fold, of, group, value, into
std::string wrong_fold(const OracleSpec& spec);

class Fold {
 public:
  struct Tally {
    Number now, up, down;
    FactIndex latest = no_fact, before_latest = no_fact;  // changes that counted
  };

  explicit Fold(FoldSpec spec) : spec_(std::move(spec)) {}
  const FoldSpec& spec() const { return spec_; }

  void apply(const Written& change, const Fact& fact);
  const std::map<std::string, Tally>& groups() const { return groups_; }
  bool exact() const { return exact_; }

  // What one view row shows: the number in `into`, 0 without one.
  Number shown(const Item& row) const { return row.find_number(spec_.into).value_or(Number()); }
  // The group of a view row: the text of its partition key; "" when the fold has one group for all.
  std::string group_of_row(const ItemKey& key) const;
  Number add(const Number& a, const Number& b);

 private:
  struct Part {
    std::string group;
    Number amount;
  };
  std::optional<Part> part_of(const Item& item) const;
  void count_in(const std::string& group, const Number& change, const Fact& fact);

  FoldSpec spec_;
  std::map<std::string, Tally> groups_;
  bool exact_ = true;
};

}  // namespace weir
