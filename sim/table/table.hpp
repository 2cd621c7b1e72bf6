// One table: its items and what one request does to one of them. A value: copy it freely.        [OP-1] [OP-7]
//
//   writes    PutItem, UpdateItem, DeleteItem: atomic for one item. First what is wrong whatever the items are: key, item, its
//             place in indexes, expressions; then the condition; then the item that an update comes to and its place in
//             indexes; then the room of an item collection                                        [ERR-6] [GSI-7] [LSI-2]
//   facts     Written for a write that changed the item, WriteIgnored for one that did not, WriteRefused for a refusal; each
//             caused by what the kernel is handling                                          [STREAM-6] [STREAM-7] [STREAM-8]
//   changes   one Change for each Written, appended to the caller's list in commit order
//   errors    validation (MSG-4 .. MSG-21), item_size_exceeded (MSG-11), condition_failed (MSG-1); surely not done
//   reads     as fresh as the caller decides; expired items are there until the deleter comes   [READ-1] [TTL-6]
//   indexes   see index.hpp; what they refuse in an item is refused with it                       [GSI-7] [ITEM-10] [LSI-2]
//   TTL       see ttl.hpp; the deleter's write is a Written by actor ttl, caused by its TtlJudged       [TTL-8] [TTL-17]
//   capacity  see capacity.hpp; asked for after the checks of key, item and expressions, before the condition is looked at: a
//             write whose condition fails has used it                                           [OP-5] [CAP-8]
//   differs   no latency: doors bring that
#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "sim/base/result.hpp"
#include "sim/data/change.hpp"
#include "sim/data/item.hpp"
#include "sim/kernel/kernel.hpp"
#include "sim/table/batch_requests.hpp"
#include "sim/table/capacity.hpp"
#include "sim/table/index.hpp"
#include "sim/table/key_table.hpp"
#include "sim/table/ranges.hpp"
#include "sim/table/read_requests.hpp"
#include "sim/table/recent_past.hpp"
#include "sim/table/requests.hpp"
#include "sim/table/settings.hpp"
#include "sim/table/transaction_requests.hpp"
#include "sim/table/ttl.hpp"
#include "sim/table/ttl_requests.hpp"
#include "sim/trace/actor.hpp"

namespace weir {

using Changes = std::vector<Change>;

inline constexpr std::uint16_t ttl_change_event = 5, creation_event = 6;

// `absent`: nobody has created it yet.
enum class TableStatus : std::uint8_t { absent, creating, active, updating, deleting, gone };
// "CREATING", "ACTIVE", "UPDATING", "DELETING"; "" for absent and gone                                        [TABLE-3]
std::string_view wire_name(TableStatus status);

// What a write would do to its item, or why it may not.
struct WriteJudgement {
  ItemKey key{};  // empty: the request has none that fits
  Items::Place place = Items::nowhere;
  Item after{};              // empty: nothing is left
  std::uint64_t growth = 0;  // of its item collection                                                        [LSI-2]
  std::optional<Failed> refusal = std::nullopt;
  Item met{};                                         // by a condition that failed, where that was asked for
  std::optional<FactIndex> throttled = std::nullopt;  // the refusal is a throttle: what it was noted with
};

struct WriteTerms {
  bool part = false;  // of a batch: its refusal is not that of a request                                    [BOP-3]
};

struct ReadTerms {
  bool charged = false;  // a transaction's read: asked about and charged with all others before any was done
};

class Table {
 public:
  Table(TableId id, TableSettings settings, IndexId first_index, std::int64_t epoch_unix);

  const TableSettings& settings() const { return settings_; }
  FactIndex declare(Kernel& kernel) const;  // notes TableDeclared
  void declare_indexes(Kernel& kernel) const { indexes_.declare(kernel); }
  void declare_capacity(Kernel& kernel);  // notes CapacitySet where it has a limit

  WriteAnswer call(Kernel& kernel, const PutItem& request, const Actor& actor, Changes& changes, WriteTerms terms = {});
  WriteAnswer call(Kernel& kernel, const UpdateItem& request, const Actor& actor, Changes& changes);
  WriteAnswer call(Kernel& kernel, const DeleteItem& request, const Actor& actor, Changes& changes, WriteTerms terms = {});
  // The two halves of a write. A judgement holds until the table is written again.
  WriteJudgement judge(Kernel& kernel, const PutItem& request);
  WriteJudgement judge(Kernel& kernel, const UpdateItem& request);
  WriteJudgement judge(Kernel& kernel, const DeleteItem& request);
  WriteJudgement judge(Kernel& kernel, const ConditionCheck& request);
  // What is wrong with a write whatever the items are. `key` becomes that of its item, where it has one that fits.      [ERR-6]
  std::optional<Failed> flaw_of(const PutItem& request, ItemKey& key, Instant now) const;
  std::optional<Failed> flaw_of(const UpdateItem& request, ItemKey& key, Instant now) const;
  std::optional<Failed> flaw_of(const DeleteItem& request, ItemKey& key, Instant now) const;
  std::optional<Failed> flaw_of(const ConditionCheck& request, ItemKey& key, Instant now) const;
  template <class Request>
  std::optional<Failed> flaw_of_keyed(const Request& request, ItemKey& key) const;
  // Of a transaction's action, before: a value that no key may have, of the table's or of an index's, whatever the items are.
  // key_values.cpp; a type that does not fit is flaw_of's.                              [TXN-4] [ITEM-4] [ITEM-5]
  std::optional<Failed> flaw_of_values(const Item& key) const;
  std::optional<Failed> flaw_of_values(const PutItem& request, Instant now) const;
  std::optional<Failed> flaw_of_values(const UpdateItem& request, Instant now) const;
  std::optional<Failed> flaw_of_values(const DeleteItem& request, Instant) const { return flaw_of_values(request.key); }
  std::optional<Failed> flaw_of_values(const ConditionCheck& request, Instant) const { return flaw_of_values(request.key); }
  // For calls of many writes: how much a part makes its item collection grow, and whether it has room for so much.  [LSI-2]
  std::uint64_t growth_of(const ItemKey& key, const Item& after) const;
  Result<Done> check_room(const ItemKey& key, std::uint64_t growth) const;
  // In between: asks for the capacity of the write, or of the condition alone, and makes the judgement a refusal where there is
  // none. `times`: 2 for a transaction's.                                                              [CAP-1] [OP-5]
  enum class Asks : std::uint8_t { write, check };
  void meter(Kernel& kernel, WriteJudgement& judged, const Actor& actor, Asks what = Asks::write, int times = 1);
  Item carry_out(Kernel& kernel, const WriteJudgement& judged, const Actor& actor, Changes& changes);  // the item before it
  ConsumedPtr consumed_by(const WriteJudgement& judged, ReturnConsumedCapacity asked, Asks what = Asks::write,
                          int times = 1) const;  // before it is carried out

  // How large the item collection of a key is by now, where that was asked for.                          [OP-8]
  CollectionPtr collection_of(ReturnItemCollectionMetrics asked, const ItemKey& key) const;

  // Reads show the table as it was `stale` ago, at most 10 s. Pages are in the order of keys. ItemRead facts for what a
  // consumer gets to see, after a StaleRead where that is not the present state.
  GetItem::Answer call(Kernel& kernel, const GetItem& request, const Actor& actor, Duration stale, ReadTerms terms = {});
  // Why a transaction's read of an item is throttled, if it is; and what it costs, shown or not: also one that is cancelled
  // reads, and one that writes and is repeated.                                                                [TXN-2] [TXN-7]
  std::optional<Failed> throttles(Kernel& kernel, const ItemKey& key, const Actor& actor);
  ConsumedPtr charge_read(Kernel& kernel, const ItemKey& key, const Actor& actor, ReturnConsumedCapacity asked);
  std::uint64_t bytes_at(const ItemKey& key) const { return item_at(items_.find(key)).size_bytes(); }  // 0: nothing there
  std::uint64_t bytes_at(const ItemKey& key, Instant then) const {  // likewise, up to 10 s ago
    return past_.item_at(key, item_at(items_.find(key)), then).size_bytes();
  }
  Query::Answer call(Kernel& kernel, const Query& request, const Actor& actor, Duration stale);
  Scan::Answer call(Kernel& kernel, const Scan& request, const Actor& actor, Duration stale);

  // The key of one part of a batch call, once the part is found sound.                       [BOP-1]
  Result<ItemKey> key_of(const WriteRequest& request, Instant now) const;
  Result<ItemKey> key_of(const Item& key) const { return ItemKey::of_key(settings_.key, key); }

  std::vector<Item> contents() const;  // order of keys; leaves no facts
  std::size_t count() const { return items_.size(); }
  std::size_t waiting_for_ttl() const { return ttl_.waiting(); }  // items that the deleter is still to come to

  // ttl_settings.cpp: UpdateTimeToLive; items that are there already are covered too. ResourceInUseException while an index is
  // being allocated or deleted.                                              [TTL-11] [TTL-12] [TTL-13] [TTL-14]
  Result<Done> enable_ttl(Kernel& kernel, std::string_view attribute);
  Result<Done> disable_ttl(Kernel& kernel, std::string_view attribute);
  void on_ttl_change(Kernel& kernel);  // it takes effect
  TimeToLiveDescription describe_ttl() const;

  // DeleteTable, of one that is active. Notes TableDeleted; the items are gone at once, the table a while later.     [TABLE-5]
  void remove_all(Kernel& kernel);
  TableStatus status(Instant now) const {
    if (now >= gone_at_) return TableStatus::gone;
    if (deleted_) return TableStatus::deleting;
    if (birth_ != TableStatus::active) return birth_;
    return now < held_until_ || indexes_.under_way() ? TableStatus::updating : TableStatus::active;
  }
  // A stream is being added to it: it is UPDATING until then, and neither changed nor deleted.               [STREAM-15]
  void hold_until(Instant until) { held_until_ = until; }
  std::optional<Failed> held_by_stream(Instant now) const;
  bool deleted() const { return deleted_; }
  bool absent() const { return birth_ == TableStatus::absent; }

  // CreateTable: notes TableDeclared and what else there is of it. It is CREATING from then on, or ACTIVE at once. [TABLE-4]
  FactIndex create(Kernel& kernel);
  void become_active() { birth_ = TableStatus::active; }
  bool serves() const { return birth_ == TableStatus::active && !deleted_; }  // calls for its items

  void on_ttl(Kernel& kernel, std::uint64_t ticket, Changes& changes);  // the deleter comes
  void on_index(Kernel& kernel, const Event& event);

  // making.cpp: UpdateTable's part of indexes, of global ones. LimitExceededException while another is made or deleted;
  // ResourceInUseException for one that is being created, as long as it is not backfilling.              [GSI-8] [LIMIT-2]
  Result<Done> create_index(Kernel& kernel, const IndexSettings& index, IndexId id);
  Result<Done> delete_index(Kernel& kernel, std::string_view name);
  std::optional<Failed> held_by_index() const;  // why it may not be deleted

  // UpdateTable's part of capacity; ValidationException for a table without.                          [CAP-9] [MSG-32]
  Result<Done> update_capacity(Kernel& kernel, const CapacityUpdate& wanted);
  // Which of its partitions holds a partition key's items. A table without capacity settings has as many as its stream begins
  // with shards.                                                                                [BOP-4] [SHARD-5]
  std::size_t partition_of(const ItemKey& key) const;
  // A partition splits; nullopt: it does not, after all.                                               [CAP-5]
  std::optional<Capacity::Halves> on_capacity(Kernel& kernel, std::uint64_t event);

 private:
  template <class Request>
  Result<Page> read(Kernel& kernel, const Request& request, const Actor& actor, Duration stale);
  Page show(Kernel& kernel, const Items& items, const Range& range, const PageRequest& request, std::uint64_t hash,
            const Actor& actor);
  template <class Request>
  Result<Page> read_index(Kernel& kernel, const Request& request, const Actor& actor, Duration stale);  // index_reading.cpp
  Page show_entries(Kernel& kernel, const Index& index, const Entries& entries, const Items& items, const Range& range,
                    const PageRequest& request, std::uint64_t hash, const Actor& actor);
  std::optional<Failed> throttles_page(Kernel& kernel, const PageRequest& request, std::uint64_t hash, const Actor& actor);
  // `fetched`: what a local index fetched from its table.
  ConsumedPtr charge_page(Kernel& kernel, const PageRequest& request, std::uint64_t hash, std::int64_t half_units,
                          std::int64_t fetched, const Actor& actor);
  void note_behind(Kernel& kernel, const Index& index, const Actor& actor,
                   const std::function<bool(const ItemKey&)>& looked_at) const;
  void note_read(Kernel& kernel, const ItemKey& key, const Item& item, const Actor& actor, std::size_t returned = 0);
  bool is_stale(Kernel& kernel, const Actor& actor, Duration stale) const;  // notes it
  WriteAnswer refused(Kernel& kernel, WriteJudgement& judged, const Actor& actor, Changes& changes,
                      WriteTerms terms);  // notes it
  template <class Request>
  WriteOutput output_of(const Request& request, const WriteJudgement& judged) const;
  WriteCost cost_of(const WriteJudgement& judged, Asks what, int times) const;
  template <class Request>
  WriteJudgement judge_condition(Kernel& kernel, const Request& request);
  template <class Request>
  bool passes(Kernel& kernel, const Request& request, WriteJudgement& judged);
  void check_room(WriteJudgement& judged) const;
  std::optional<Failed> held_by_index(const CapacityUpdate& wanted) const;
  std::optional<Failed> updating() const;
  const Item& item_at(Items::Place place) const;
  bool holds(Kernel& kernel, const Condition& condition, const Item& item);  // asks for the unit of size(), once  [OPEN-46]
  // Time to live on or off, as it was asked for.
  struct TtlChange {
    std::string attribute;
    bool enables = true;
    Duration grace{};  // when it is off: what has expired by then may still go                         [OPEN-6]
  };
  std::string_view ttl_to_be() const;
  void change_ttl(Kernel& kernel, TtlChange change);

  TableId id_;
  TableSettings settings_;
  Items items_;
  RecentPast past_;
  Indexes indexes_;
  TimeToLive ttl_;
  std::optional<Capacity> capacity_;     // of a table with capacity settings
  Instant ttl_changeable_at_{};          // until then another UpdateTimeToLive is refused
  std::optional<TtlChange> ttl_change_;  // under way
  std::uint64_t ttl_changes_ = 0;
  std::int64_t epoch_unix_;
  TableStatus birth_ = TableStatus::absent;  // until it is active
  bool deleted_ = false;
  Instant gone_at_ = never, held_until_{};
  std::optional<SizeUnit> size_unit_;
};

}  // namespace weir
