#include <map>

#include "scenarios/museum/copy_changes.hpp"
#include "scenarios/museum/entries.hpp"

namespace weir::museum {

// Copies the changes of a batch to the view, all items at once, but the changes of one item one after the other. [FM-28]
BatchResponse fm_28_fixed(const StreamEvent& event, Context& context) {
  TableClient view = context.table("view");
  std::map<Item, std::vector<const StreamRecord*>> changes;
  for (const StreamRecord& record : event.records) changes[record.keys].push_back(&record);
  std::vector<std::vector<const StreamRecord*>> items;
  items.reserve(changes.size());
  for (const auto& [keys, of_item] : changes) items.push_back(of_item);
  context.concurrently(items.size(), [&](std::size_t i) {
    for (const StreamRecord* record : items[i])
      if (!copy_change(*record, view)) throw std::runtime_error("the view could not be written");
  });
  return BatchResponse::ok();
}

}  // namespace weir::museum
