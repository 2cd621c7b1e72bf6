#include "oracles/fold.hpp"

#include "oracles/entries.hpp"

namespace weir {

FoldSpec FoldSpec::from(const OracleSpec& spec) {
  FoldSpec fold;
  const std::string kind = text_of(spec, "fold"), of = text_of(spec, "of");
  if (kind == "count") fold.kind = FoldKind::count;
  if (kind == "sum") fold.kind = FoldKind::sum;
  if (of == "records") fold.of = FoldOf::records;
  if (of == "changes") fold.of = FoldOf::changes;
  fold.group = text_of(spec, "group");
  fold.value = text_of(spec, "value");
  fold.into = text_of(spec, "into");
  if (fold.into.empty()) fold.into = fold.kind == FoldKind::sum ? "total" : "count";
  return fold;
}

std::vector<OracleParameter> fold_parameters(std::vector<std::string_view> kinds) {
  return {
      {.name = "source", .meaning = "the table whose changes are folded"},
      {.name = "view", .meaning = "the table that the consumer keeps"},
      {.name = "fold", .meaning = "what the view shows of the source", .accepted = std::move(kinds)},
      {.name = "of",
       .meaning = "what counts: items that are there now (default), records: inserts ever, changes: all changes ever",
       .required = false,
       .accepted = {"items", "records", "changes"}},
      {.name = "group",
       .meaning = "source attribute whose value is the view row's partition key; without it the view's rows are added up",
       .required = false},
      {.name = "value", .meaning = "source attribute that is summed (fold sum)", .required = false},
      {.name = "into", .meaning = "the view's attribute: default count, or total for fold sum", .required = false},
  };
}

std::string wrong_fold(const OracleSpec& spec) {
  const std::string kind = text_of(spec, "fold");
  if (kind == "sum" && !spec.with.count("value"))
    return spec.oracle + " with fold 'sum' without 'value'; the source attribute to sum";
  if (kind == "copy")
    for (const char* name : {"of", "group", "value", "into"})
      if (spec.with.count(name))
        return "parameter '" + std::string(name) + "' of " + spec.oracle + " with fold 'copy'; it belongs to count and sum";
  return "";
}

std::string Fold::group_of_row(const ItemKey& key) const {
  if (spec_.group.empty() || key.empty()) return "";
  const AttributeValue partition = key.partition();
  if (const std::string* text = partition.as_string()) return *text;
  if (const Number* number = partition.as_number()) return number->to_text();
  return key.to_text();
}

Number Fold::add(const Number& a, const Number& b) {
  const NumberResult sum = a.add(b);
  if (!sum) exact_ = false;
  return sum ? *sum : a;
}

std::optional<Fold::Part> Fold::part_of(const Item& item) const {
  if (item.empty()) return std::nullopt;
  Part part;
  if (!spec_.group.empty()) {
    std::optional<std::string> group = value_text(item, spec_.group);
    if (!group) return std::nullopt;
    part.group = std::move(*group);
  }
  part.amount = spec_.kind == FoldKind::sum ? item.find_number(spec_.value).value_or(Number()) : Number(1);
  return part;
}

void Fold::count_in(const std::string& group, const Number& change, const Fact& fact) {
  if (change.is_zero()) return;
  Tally& tally = groups_[group];
  tally.now = add(tally.now, change);
  Number& side = change.is_negative() ? tally.down : tally.up;
  side = add(side, change.is_negative() ? change.negated() : change);
  tally.before_latest = tally.latest;
  tally.latest = fact.index;
}

void Fold::apply(const Written& change, const Fact& fact) {
  const std::optional<Part> added = part_of(change.new_image);
  if (spec_.of == FoldOf::records) {
    if (change.kind == ChangeKind::insert && added) count_in(added->group, added->amount, fact);
    return;
  }
  const std::optional<Part> taken = part_of(change.old_image);
  if (spec_.of == FoldOf::changes) {
    const std::optional<Part>& part = change.new_image.empty() ? taken : added;
    if (part) count_in(part->group, part->amount, fact);
    return;
  }
  if (added && taken && added->group == taken->group)
    return count_in(added->group, add(added->amount, taken->amount.negated()), fact);
  if (taken) count_in(taken->group, taken->amount.negated(), fact);
  if (added) count_in(added->group, added->amount, fact);
}

}  // namespace weir
