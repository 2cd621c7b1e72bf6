// Batch calls: checked as a whole, then part by part.                                                  [BOP-1 .. BOP-5]
#include <algorithm>
#include <map>
#include <utility>

#include "sim/base/planted.hpp"
#include "sim/data/constraints.hpp"
#include "sim/table/collection_growth.hpp"
#include "sim/table/key_paths.hpp"
#include "sim/table/no_table.hpp"
#include "sim/table/sites.hpp"
#include "sim/table/tables.hpp"
#include "sim/table/throttle.hpp"
#include "sim/table/write_rules.hpp"

namespace weir {

namespace {

constexpr std::size_t most_writes = 25, most_keys = 100;
constexpr std::uint64_t most_bytes = 16'777'216, most_partition_bytes = 1'048'576;  // of what a BatchGetItem gives

constexpr std::string_view too_many_writes = "Too many items requested for the BatchWriteItem call";
constexpr std::string_view too_many_keys = "Too many items requested for the BatchGetItem call";  // MSG-29
constexpr std::string_view same_twice = "Provided list of item keys contains duplicates";         // MSG-29

Failed no_parts() { return *Constraints().map("requestItems", 0, 1).refusal(); }

// The parts of a call by table and key, to find one that is named twice.
class Named {
 public:
  bool twice(TableId table, const ItemKey& key) {
    const bool known = std::find(parts_.begin(), parts_.end(), std::pair(table, key)) != parts_.end();
    parts_.emplace_back(table, key);
    return known;
  }

 private:
  std::vector<std::pair<TableId, ItemKey>> parts_;
};

// What a BatchGetItem gives, added up.                                                                      [BOP-4]
class Given {
 public:
  using Partition = std::pair<TableId, std::size_t>;
  bool has_room(const Partition& partition, std::uint64_t bytes) {
    return all_ + bytes <= most_bytes && by_partition_[partition] + bytes <= most_partition_bytes;
  }
  void add(const Partition& partition, std::uint64_t bytes) {
    all_ += bytes;
    by_partition_[partition] += bytes;
  }

 private:
  std::uint64_t all_ = 0;
  std::map<Partition, std::uint64_t> by_partition_;
};

bool left_undone(Kernel& kernel, const Key& call, std::size_t part) {
  return kernel.choose(batch_unprocessed, call / Key("request", part));
}

}  // namespace

BatchWriteItem::Answer Tables::call(Kernel& kernel, const BatchWriteItem& batch, const Actor& actor, const Key& key) {
  const std::vector<WriteRequest>& requests = batch.requests;
  if (requests.empty()) return no_parts();
  if (requests.size() > most_writes) return invalid(too_many_writes);
  Named named;
  CollectionGrowth growth;
  std::vector<bool> left;
  for (const WriteRequest& request : requests) {
    const Table* const table = find(request.table);
    if (!table) return no_table(request.table);
    const Result<ItemKey> item_key = table->key_of(request, kernel.now());
    if (!item_key) return item_key.failure();
    if (named.twice(request.table, *item_key)) return invalid(same_twice);
    if (const auto* put = std::get_if<PutRequest>(&request.request)) {
      const std::uint64_t grown = growth.add(request.table, *item_key, table->growth_of(*item_key, put->item));
      if (const Result<Done> room = table->check_room(*item_key, grown); !room) return room.failure();
    }
    left.push_back(transactions_.bound(request.table, *item_key, kernel.now()));  // [TXN-5]
  }
  const bool conflicts = std::find(left.begin(), left.end(), true) != left.end();
  for (std::size_t i = 0; i < requests.size(); ++i) {
    if (left[i]) note_conflict(kernel, requests[i], actor);
    left[i] = left_undone(kernel, key, i) || left[i];
  }
  Failed why_not = throttled_by_chance(is_on_demand(settings(requests.front().table)));
  const auto nothing_for_want_of_capacity = [&] {
    return !conflicts && std::find(left.begin(), left.end(), false) == left.end();
  };
  if (nothing_for_want_of_capacity()) return why_not;
  BatchWriteOutput output;
  const std::size_t first = requests.size() == 1 ? 0 : static_cast<std::size_t>(kernel.choose(batch_first, key));
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const std::size_t at = (first + i) % requests.size();
    if (left[at]) continue;
    const WriteAnswer answer = carry_out(kernel, requests[at], actor, batch);
    SIM_CHECK(answer || is_throttle(answer.error()), "a part that was found sound is done or throttled");
    left[at] = !answer;
    if (left[at]) why_not = answer.failure();
    if (!answer) continue;
    if (answer->consumed) add_to(output.consumed, *answer->consumed);
    add_to(output.collections, requests[at].table, answer->collection);
  }
  if (nothing_for_want_of_capacity()) return why_not;
  for (std::size_t i = 0; i < requests.size(); ++i)
    if (left[i] && !kernel.planted(Planted::unprocessed_not_told)) output.unprocessed.push_back(requests[i]);
  return output;
}

WriteAnswer Tables::carry_out(Kernel& kernel, const WriteRequest& request, const Actor& actor, const BatchWriteItem& batch) {
  Table& table = *find(request.table);
  const WriteTerms as_part{.part = true};
  if (const auto* put = std::get_if<PutRequest>(&request.request))
    return table.call(kernel,
                      PutItem{.table = request.table,
                              .item = put->item,
                              .return_consumed_capacity = batch.return_consumed_capacity,
                              .return_item_collection_metrics = batch.return_item_collection_metrics},
                      actor, changes_, as_part);
  return table.call(kernel,
                    DeleteItem{.table = request.table,
                               .key = std::get<DeleteRequest>(request.request).key,
                               .return_consumed_capacity = batch.return_consumed_capacity,
                               .return_item_collection_metrics = batch.return_item_collection_metrics},
                    actor, changes_, as_part);
}

// A part that is left since a transaction holds its item.                                                    [TXN-5]
void Tables::note_conflict(Kernel& kernel, const WriteRequest& request, const Actor& actor) {
  const Result<ItemKey> key = find(request.table)->key_of(request, kernel.now());
  kernel.note(WriteRefused{request.table, *key, ServiceError::transaction_conflict, actor, "", true});
}

BatchGetItem::Answer Tables::call(Kernel& kernel, const BatchGetItem& batch, const Actor& actor, const Key& key) {
  std::size_t keys = 0;
  for (const KeysAndAttributes& entry : batch.tables) keys += entry.keys.size();
  if (keys == 0) return no_parts();
  if (keys > most_keys) return invalid(too_many_keys);
  Named named;
  for (const KeysAndAttributes& entry : batch.tables) {
    const Table* const table = find(entry.table);
    if (!table) return no_table(entry.table);
    for (const Item& item_key : entry.keys) {
      const Result<ItemKey> found = table->key_of(item_key);
      if (!found) return found.failure();
      if (named.twice(entry.table, *found)) return invalid(same_twice);
    }
    if (const std::optional<Failed> flaw = flaw_of_paths(table->settings(), entry.projection)) return *flaw;
  }

  BatchGetOutput output;
  Given given;
  std::size_t part = 0, done = 0;
  Failed why_not = throttled_by_chance(is_on_demand(settings(batch.tables.front().table)));
  for (std::size_t t = 0; t < batch.tables.size(); ++t) {
    const KeysAndAttributes& entry = batch.tables[t];
    const Duration stale = entry.consistent_read ? Duration{} : kernel.choose(read_staleness, key / Key("table", t));
    KeysAndAttributes unprocessed{entry.table, {}, entry.projection, entry.consistent_read};
    BatchGetOutput::Found found{entry.table, {}};
    Table& table = *find(entry.table);
    for (const Item& item_key : entry.keys) {
      bool left = left_undone(kernel, key, part++);
      const ItemKey at = *table.key_of(item_key);
      const Given::Partition partition{entry.table, table.partition_of(at)};
      const std::uint64_t bytes = table.bytes_at(at, kernel.now() - stale);
      left = left || !given.has_room(partition, bytes);
      if (!left) {
        const GetItem get{entry.table, item_key, entry.projection, entry.consistent_read, batch.return_consumed_capacity};
        const GetItem::Answer item = table.call(kernel, get, actor, stale);
        left = !item;
        if (left) why_not = item.failure();
        if (item) given.add(partition, bytes), done += 1;
        if (item && *item) found.items.push_back(**item);
        if (item.consumed) add_to(output.consumed, *item.consumed);
      }
      if (left) unprocessed.keys.push_back(item_key);
    }
    output.responses.push_back(std::move(found));
    if (!unprocessed.keys.empty()) output.unprocessed.push_back(std::move(unprocessed));
  }
  if (done == 0) return why_not;
  return output;
}

}  // namespace weir
