#include "scenarios/museum/copy_changes.hpp"
#include "scenarios/museum/entries.hpp"
#include "sim/function/required.hpp"

namespace weir::museum {

namespace {

constexpr std::int64_t suspicious_gap = 20 * 3600;  // seconds; the stream keeps its records for 24 hours

template <class T>
T need(Result<T> result) {
  if (!result) throw std::runtime_error("a table did not answer");
  return std::move(result).value();
}

bool may_have_missed_some(TableClient& progress, std::int64_t now) {
  const std::optional<Item> last = need(progress.get({{"id", "copy"}}));
  const auto at = last ? last->find_number("at") : std::nullopt;
  return !at || now - at->floor_int64() > suspicious_gap;
}

// Makes the view what the table is: rows that are missing or old are written, rows without an item go.
void reconcile(TableClient& orders, TableClient& view) {
  const std::vector<Item> items = need(orders.scan());
  for (const Item& row : need(view.scan())) {
    bool is_there = false;
    for (const Item& item : items) is_there = is_there || item.find_string("id") == row.find_string("id");
    if (!is_there) need(view.remove({{"id", string_of(row, "id")}}));
  }
  for (const Item& item : items) need(view.put(item));
}

}  // namespace

// Copies each change to the view and keeps the time at which it last did. After a gap as long as the stream's memory some
// changes may never have come, and before its first batch neither, so it compares with the table itself. [FM-16]
BatchResponse fm_16_fixed(const StreamEvent& event, Context& context) {
  TableClient view = context.table("view"), progress = context.table("progress"), orders = context.table("orders");
  const std::int64_t now = context.unix_seconds();
  const bool missed_some = may_have_missed_some(progress, now);
  for (const StreamRecord& record : event.records) need(copy_change(record, view));
  if (missed_some) reconcile(orders, view);
  need(progress.put({{"id", "copy"}, {"at", now}}));
  return BatchResponse::ok();
}

}  // namespace weir::museum
