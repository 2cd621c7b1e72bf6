#include <set>

#include "scenarios/museum/entries.hpp"
#include "scenarios/museum/fm-24-same-table-new-stream/follow.hpp"
#include "sim/function/required.hpp"

namespace weir::museum {

namespace {

// Brings the view to what the table holds: for what no stream tells. Whatever changes meanwhile comes by the stream.
void reconcile(Context& context) {
  TableClient orders = context.table("orders"), view = context.table("view");
  const Result<std::vector<Item>> there = orders.scan(), shown = view.scan();
  if (!there || !shown) return;
  std::set<std::string> ids;
  for (const Item& order : *there) {
    ids.emplace(string_of(order, "id"));
    (void)view.put(order);
  }
  for (const Item& row : *shown)
    if (const std::string id = string_of(row, "id"); !ids.contains(id)) (void)view.remove({{"id", id}});
}

}  // namespace

// Asks each time which stream is the table's now; after a switch, and every five minutes, it looks at the table itself. [FM-24]
void fm_24_fixed(Context& context) {
  std::optional<StreamId> stream;
  Places places;
  for (int round = 0;; ++round, context.sleep(20s)) {
    const Result<StreamDescription> told = context.stream("orders").describe_stream();
    if (!told) continue;
    const bool switched = stream && *stream != told->stream;
    stream = told->stream;
    if (switched) places.clear();
    if (switched || round % 15 == 0) reconcile(context);
    follow(context, *told, places);
  }
}

}  // namespace weir::museum
