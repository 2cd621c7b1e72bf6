// O-CAPACITY: a table with capacity settings serves what they allow, all of it, and charges for what it serves.
//                                                                                   [CAP-1 .. CAP-4] [CAP-8] [OP-5] [TTL-10]
//   served     only while something is left: of what is provisioned, with what was kept of it unused, and of the partition
//   throttled  only when nothing is left of what the answer names; and then the request has no effect
//   changes    of what is provisioned, and splits, leave what was saved and what is owed, up to the new room      [CAP-4]
//   [CAP-9] charged    each write that was carried out, and each that met a condition which failed; TTL's deletions are free
//   local      an index that its table pays for writes under the table's name: where the facts do not tell its entries from the
//              next action's of a transaction, the doubt is the table's                                     [LSI-1] [GSI-5]
//   differs    how far a table on demand has grown is not judged, its partitions are
#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "oracles/entries.hpp"
#include "oracles/watching.hpp"

namespace weir {

namespace {

constexpr Duration longest_burst = 300s;
constexpr std::int64_t most_units = 1'000'000;  // beyond that a trace makes no sense
constexpr std::int64_t lowest_level = -(std::int64_t{1} << 60);

// What is left, in millionths of units by `parts`.
struct Left {
  std::int64_t rate = 0, parts = 1, level = 0, room = 0;
  Instant at{};

  Left() = default;
  Left(std::int64_t units, std::int64_t parts_, Duration keeps, Instant now)
      : rate(std::clamp<std::int64_t>(units, 0, most_units)), parts(parts_), at(now) {
    level = rate * Duration(1s).count();
    keep(keeps);
  }
  void keep(Duration keeps) { room = rate * std::clamp<Duration>(keeps, 1s, longest_burst).count(); }
  void go_to(Instant now) {
    const std::int64_t waited = std::clamp<Duration>(span_between(at, now), 0s, 24h).count();
    level = std::min(room, level + rate * waited);
    at = std::max(at, now);
  }
  void take(std::int64_t half_units) { level = std::max(lowest_level, level - half_units * 500'000 * parts); }
  // What is left stays, debts too, up to the new room. `parts` grows by one at most.
  void change(std::int64_t units, std::int64_t parts_, Duration keeps, Instant now) {
    go_to(now);
    level = std::max(lowest_level, level / parts * parts_ + level % parts * parts_ / parts);
    parts = parts_;
    rate = std::clamp<std::int64_t>(units, 0, most_units);
    keep(keeps);
    level = std::min(level, room);
  }
};

struct Partition {
  std::map<CapacityUse, Left> limit, share;
};

struct Resource {
  CapacitySet terms;
  FactIndex set = no_fact;  // what holds: the settings, or the latest split
  Instant since{};
  std::int64_t partitions = 1;
  std::map<CapacityUse, Left> provisioned;
  std::map<CapacityUse, Left> untouched;  // the share of each partition that was not asked yet: all have one past
  std::map<std::string, Partition> by_path;

  std::int64_t rate(CapacityUse use) const { return use == CapacityUse::read ? terms.read : terms.write; }
  std::int64_t partition_rate(CapacityUse use) const {
    return use == CapacityUse::read ? terms.partition_read : terms.partition_write;
  }
  bool is_provisioned() const { return terms.billing == BillingMode::provisioned; }
  bool has_shares() const { return is_provisioned() && !terms.adaptive; }
  // Anew, with what one second brings.
  void begin(CapacityUse use, Instant now) {
    provisioned[use] = Left(rate(use), 1, terms.burst, now);
    untouched[use] = Left(rate(use), partitions, terms.burst, now);
    for (auto& [path, partition] : by_path) partition.share.erase(use);
  }
  void change(CapacityUse use, Instant now) {
    provisioned[use].change(rate(use), 1, terms.burst, now);
    untouched[use].change(rate(use), partitions, terms.burst, now);
    for (auto& [path, partition] : by_path)
      if (const auto share = partition.share.find(use); share != partition.share.end())
        share->second.change(rate(use), partitions, terms.burst, now);
  }
};

class CapacityKept final : public Watching<CapacityKept, CapacitySet, CapacityAsked, PartitionSplit, Written, WriteIgnored,
                                           WriteRefused, IndexDeclared, TransactionCommitted> {
 public:
  explicit CapacityKept(const OracleInfo& info) : Watching(info) {}

 private:
  friend Watching;
  static constexpr std::array uses{CapacityUse::read, CapacityUse::write};

  void on(const CapacitySet& set, const Fact& fact) {
    if (set.burst < Duration{} || set.burst > longest_burst)
      return violate(text(set.table, set.index) + " keeps unused capacity for " + to_text(set.burst) + ", not 300s at most",
                     {fact.index});
    Resource& resource = resources_[{set.table, set.index}];
    const bool begins = resource.set == no_fact || resource.terms.billing != set.billing;
    const bool first = resource.set == no_fact;
    resource.terms = set;
    resource.set = fact.index;
    resource.since = fact.at;
    if (first) resource.partitions = std::clamp<std::int64_t>(set.partitions, 1, 1000);
    for (const CapacityUse use : uses) begins ? resource.begin(use, fact.at) : resource.change(use, fact.at);
  }

  // One that is made anew has nothing to do with what had its name before it.                              [GSI-8]
  void on(const IndexDeclared& index, const Fact&) {
    if (index.scope == IndexKind::local) locals_[index.table].insert(index.index_name);
    resources_.erase({index.table, index.index_name});
  }

  void on(const PartitionSplit& split, const Fact& fact) {
    const auto found = resources_.find({split.table, ""});
    if (found == resources_.end()) return;
    Resource& resource = found->second;
    const auto known = resource.by_path.find(split.partition);
    if (known != resource.by_path.end()) {  // each half goes on with what is saved, or owed
      const Partition half{.limit = {}, .share = known->second.share};
      resource.by_path.erase(known);
      resource.by_path[split.partition + ".0"] = resource.by_path[split.partition + ".1"] = half;
    }
    resource.partitions = std::min<std::int64_t>(resource.partitions + 1, 1000);
    resource.since = fact.at;
    for (const CapacityUse use : uses) resource.change(use, fact.at);
  }

  void on(const CapacityAsked& asked, const Fact& fact) {
    const auto found = resources_.find({asked.table, asked.index});
    if (found == resources_.end())
      return violate(text(asked.table, asked.index) + " counts its capacity without any settings", {fact.index});
    if (asked.actor.kind == ActorKind::ttl)
      return violate("a deletion of TTL is charged to " + text(asked.table, asked.index) + " at " + to_text(fact.at),
                     {fact.index});
    Resource& resource = found->second;
    Left& provisioned = resource.provisioned[asked.use];
    provisioned.go_to(fact.at);
    Left& limit = limit_of(resource, asked);
    limit.go_to(fact.at);
    Left* const share = share_of(resource, asked);
    if (share) share->go_to(fact.at);
    asked_ += 1;
    const bool open = (!resource.is_provisioned() || provisioned.level > 0) && limit.level > 0 && (!share || share->level > 0);
    const bool goes_on = is_further_entry(asked, fact, open);  // of a write that was asked about as a whole
    last_ = {fact.index, asked};
    const bool table_open = goes_on || !resource.is_provisioned() || provisioned.level > 0;
    const bool partition_open = goes_on || (limit.level > 0 && (!share || share->level > 0));
    if (asked.answer != CapacityAnswer::served) return judge_refusal(asked, fact, resource, table_open, partition_open);
    if (!table_open)
      return violate(text(asked.table, asked.index) + " serves a " + std::string(to_text(asked.use)) + " at " +
                         to_text(fact.at) + " although all that is provisioned is used up",
                     {resource.set, fact.index});
    if (!partition_open)
      return violate("partition " + asked.partition + " of " + text(asked.table, asked.index) + " serves a " +
                         std::string(to_text(asked.use)) + " at " + to_text(fact.at) + ", more than it can",
                     {resource.set, fact.index});
    const std::int64_t half_units = std::clamp<std::int64_t>(asked.half_units, 0, most_units);
    if (resource.is_provisioned()) provisioned.take(half_units);
    limit.take(half_units);
    if (share) share->take(half_units);
    if (asked.use == CapacityUse::write && asked.index.empty()) {
      Paid& paid = paid_[asked.table];
      if (paid.at != fact.at) paid = {fact.at, 0};
      paid.writes += 1;
    }
  }

  void judge_refusal(const CapacityAsked& asked, const Fact& fact, const Resource& resource, bool table_open,
                     bool partition_open) {
    refused_ = fact.index;
    const bool by_table = asked.answer == CapacityAnswer::provisioned_exceeded;
    const bool by_partition = asked.answer == CapacityAnswer::key_range_exceeded && resource.is_provisioned();
    if ((by_table && table_open) || (by_partition && partition_open))
      violate(text(asked.table, asked.index) + " throttles a " + std::string(to_text(asked.use)) + " at " + to_text(fact.at) +
                  " although there is capacity left",
              {resource.set, fact.index});
  }

  void on(const TransactionCommitted&, const Fact& fact) { committed_ = fact.index; }

  void on(const Written& written, const Fact& fact) {
    if (fact.cause != no_fact && fact.cause == refused_)
      return violate("a write of " + item_text(written.table, written.key) + " at " + to_text(fact.at) +
                         " is throttled and done all the same",
                     {refused_, fact.index});
    pay(written.table, written.actor, fact);
  }
  void on(const WriteIgnored& ignored, const Fact& fact) { pay(ignored.table, ignored.actor, fact); }
  void on(const WriteRefused& refused, const Fact& fact) {
    if (refused.error == ServiceError::condition_failed) pay(refused.table, refused.actor, fact);
  }

  void pay(TableId table, const Actor& actor, const Fact& fact) {
    if (resources_.empty() || actor.kind == ActorKind::ttl) return;
    const auto found = resources_.find({table, ""});
    if (found == resources_.end()) return;
    Paid& paid = paid_[table];
    if (paid.at != fact.at || paid.writes == 0)
      return violate("a write to " + names().table_name(table) + " at " + to_text(fact.at) + " uses no capacity",
                     {found->second.set, fact.index});
    // A transaction asks for all of its actions before the first is done, any other write for its own.
    const bool takes_all = local_indexes(table) > 0 && (committed_ == no_fact || fact.cause != committed_);
    paid.writes = takes_all ? 0 : paid.writes - 1;
  }

  // A write that changes an entry's key is two to the index, and uses both when both were open before it. A local index's are
  // its table's: after an entry for which the table was open, up to two for each of them may find it closed.  [GSI-5] [LSI-1]
  bool is_further_entry(const CapacityAsked& asked, const Fact& fact, bool open) {
    const auto serves_write = [](const CapacityAsked& one) {
      return one.use == CapacityUse::write && one.answer == CapacityAnswer::served;
    };
    const bool follows = last_.fact != no_fact && last_.fact + 1 == fact.index && serves_write(asked) &&
                         serves_write(last_.asked) && last_.asked.table == asked.table;
    if (!follows) local_entries_ = 0;
    if (!asked.index.empty()) return follows && last_.asked.index == asked.index;
    if (open && serves_write(asked)) local_entries_ = 2 * local_indexes(asked.table);
    if (open || !follows || local_entries_ == 0) return false;
    local_entries_ -= 1;
    return true;
  }

  std::size_t local_indexes(TableId table) const {
    const auto found = locals_.find(table);
    return found == locals_.end() ? 0 : found->second.size();
  }

  Left& limit_of(Resource& resource, const CapacityAsked& asked) {
    const auto [at, fresh] = resource.by_path[asked.partition].limit.try_emplace(asked.use, resource.partition_rate(asked.use),
                                                                                 1, Duration(1s), resource.since);
    return at->second;
  }
  // nullptr: with adaptive capacity, and on demand, there is none.
  static Left* share_of(Resource& resource, const CapacityAsked& asked) {
    if (!resource.has_shares()) return nullptr;
    const auto [at, fresh] = resource.by_path[asked.partition].share.try_emplace(asked.use, resource.untouched[asked.use]);
    return &at->second;
  }

  void finish() override {
    if (asked_ == 0) unknown("no table with capacity settings was read or written");
  }

  std::string text(TableId table, const std::string& index) const {
    return index.empty() ? names().table_name(table) : "index " + index + " of " + names().table_name(table);
  }

  struct Paid {
    Instant at = never;
    std::uint64_t writes = 0;  // served at that instant, and not seen yet
  };
  std::map<std::pair<TableId, std::string>, Resource> resources_;
  std::map<TableId, Paid> paid_;
  std::map<TableId, std::set<std::string>> locals_;    // local indexes
  FactIndex refused_ = no_fact, committed_ = no_fact;  // the latest
  std::size_t local_entries_ = 0;                      // that may still find the table closed
  struct Last {
    FactIndex fact = no_fact;
    CapacityAsked asked;
  };
  Last last_;
  std::uint64_t asked_ = 0;
};

}  // namespace

OracleEntry capacity_entry() {
  return {
      {.name = "O-CAPACITY",
       .rules = "CAP-1 CAP-2 CAP-3 CAP-4 CAP-8 OP-5 TTL-10",
       .promise = "A table with capacity settings serves all that they allow and no more, and what it throttles is not done.",
       .always = true},
      [](const OracleInfo& info, const OracleSpec&) -> std::unique_ptr<Oracle> {
        return std::make_unique<CapacityKept>(info);
      }};
}

}  // namespace weir
