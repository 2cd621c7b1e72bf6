// TraceBuilder: traces made by hand, fact by fact, in the order of the calls. It keeps what the tables hold, so that a write is
// one call; it promises nothing else about sense: tests plant nonsense with note() or by changing `facts` afterwards.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "oracles/oracle.hpp"
#include "sim/access/policy_document.hpp"
#include "sim/trace/trace.hpp"

namespace weir::test {

inline constexpr std::int64_t epoch_unix = 1'767'225'600;

inline PolicyStatement allow(std::vector<std::string> actions, std::vector<std::string> resources = {"*"},
                             std::vector<PolicyCondition> conditions = {}) {
  return {PolicyStatement::Effect::allow, std::move(actions), std::move(resources), std::move(conditions)};
}
inline PolicyStatement deny(std::vector<std::string> actions, std::vector<std::string> resources = {"*"},
                            std::vector<PolicyCondition> conditions = {}) {
  return {PolicyStatement::Effect::deny, std::move(actions), std::move(resources), std::move(conditions)};
}

class TraceBuilder {
 public:
  std::vector<Fact> facts;

  TraceBuilder() { note(RunStarted{"by hand", epoch_unix}); }

  TraceBuilder& at(Duration since_start) {
    now_ = Instant(since_start);
    return *this;
  }
  std::int64_t unix_now() const { return unix_seconds(now_, epoch_unix); }

  FactIndex note(FactBody body, FactIndex cause = no_fact) {
    const FactIndex index = facts.size();
    facts.push_back({index, cause, now_, std::move(body)});
    return index;
  }

  TableId table(const std::string& name, const std::string& ttl = "") {
    const TableId id{tables_++};
    note(TableDeclared{id, name, "id", "", ttl});
    return id;
  }
  // By one attribute, a number; `projection` include shows "shown" as well.
  IndexId index(TableId table, const std::string& name, const std::string& attribute, IndexKind scope = IndexKind::global,
                ProjectionType projection = ProjectionType::all) {
    const IndexId id{indexes_++};
    const bool local = scope == IndexKind::local;
    const std::string more = projection == ProjectionType::include ? "shown" : "";
    note(IndexDeclared{table, id, name, scope, local ? "id" : attribute, local ? attribute : "", local ? Type::S : Type::N,
                       Type::N, projection, more});
    return id;
  }
  // The index hears of a write: `shown` is under its attribute's value `by`, or, when it is empty, the item is so no more.
  FactIndex heard(IndexId index, FactIndex write, int by, const Item& shown) {
    const Written& written = *facts[write].as<Written>();
    return note(IndexUpdated{written.table, index, written.key, ItemKey(AttributeValue(by)), shown}, write);
  }
  // A stream with one open root shard.
  std::pair<StreamId, ShardId> stream(TableId table, StreamView view = StreamView::new_and_old_images) {
    const StreamId id{streams_++};
    note(StreamEnabled{id, table, view, "arn:" + std::to_string(id.value)});
    return {id, shard(id)};
  }
  ShardId shard(StreamId stream, ShardId parent = no_shard) {
    const ShardId id{shards_++};
    note(ShardOpened{stream, id, parent, std::to_string(id.value)});
    return id;
  }
  MappingId mapping(StreamId stream, const std::string& name, IteratorType start = IteratorType::trim_horizon) {
    const MappingId id{mappings_++};
    note(MappingDeclared{id, name, stream, FunctionId{id.value}, name, start, false});
    return id;
  }

  // What a function's role allows from now on.
  FactIndex role(const Role& role, const std::string& functions, const std::string& readers = "") {
    return note(RoleSet{role.name, managed_lines(role), policy_document(role), functions, readers});
  }

  FactIndex put(TableId table, const Item& item, Actor actor = Actor::client(0)) {
    const ItemKey key(*item.get("id"));
    const Item old = std::exchange(items_[{table, key}], item);
    return note(Written{table, key, old.empty() ? ChangeKind::insert : ChangeKind::modify, old, item, actor});
  }
  FactIndex remove(TableId table, const std::string& id, Actor actor = Actor::client(0)) {
    const ItemKey key{AttributeValue(id)};
    const Item old = std::exchange(items_[{table, key}], Item());
    return note(Written{table, key, ChangeKind::remove, old, Item(), actor});
  }
  FactIndex ttl_remove(TableId table, const std::string& id) {
    note(TtlJudged{table, ItemKey(AttributeValue(id)), 0, TtlVerdict::deleted});
    return remove(table, id, Actor::ttl());
  }

  // The record of a write, as new_and_old_images shows it.
  RecordId append(FactIndex write, ShardId shard, StreamId stream = StreamId{0}) {
    const Written written = *facts[write].as<Written>();
    const RecordId id{records_++};
    note(Appended{stream, shard, id, SequenceNumber{100 * (id.value + 1)}, written.kind, written.table, written.key,
                  written.old_image, written.new_image, write, unix_now(), written.actor.kind == ActorKind::ttl});
    return id;
  }
  static RecordList list(std::vector<RecordId> records) {
    return std::make_shared<const std::vector<RecordId>>(std::move(records));
  }

  InvocationId start(MappingId mapping, ShardId shard, std::vector<RecordId> records, std::uint32_t attempt = 0) {
    const InvocationId id{invocations_++};
    note(InvocationStarted{id, FunctionId{mapping.value}, mapping, shard, 0, attempt, list(std::move(records))});
    of_[id] = mapping;
    return id;
  }
  FactIndex end(InvocationId id, InvocationOutcome outcome = InvocationOutcome::ok, std::uint32_t failures = 0) {
    return note(InvocationEnded{id, of_[id], outcome, 1, failures, ""});
  }
  FactIndex settle(MappingId mapping, ShardId shard, std::vector<RecordId> records, Settlement how = Settlement::handled,
                   bool sent = false) {
    return note(Settled{mapping, shard, list(std::move(records)), how, sent});
  }
  void deliver(MappingId mapping, ShardId shard, const std::vector<RecordId>& records) {
    end(start(mapping, shard, records));
    settle(mapping, shard, records);
  }
  FactIndex finish(std::uint64_t unfinished = 0) { return note(RunEnded{unfinished}); }

  FactIndex last() const { return facts.size() - 1; }

 private:
  Instant now_{};
  std::uint32_t tables_ = 0, indexes_ = 0, streams_ = 0, shards_ = 0, mappings_ = 0;
  std::uint64_t records_ = 0, invocations_ = 0;
  std::map<std::pair<TableId, ItemKey>, Item> items_;
  std::map<InvocationId, MappingId> of_;
};

inline Verdict judged(const TraceBuilder& trace, const OracleSpec& spec) { return judge(trace.facts, *make_oracle(spec)); }

// Item "A" with more attributes: item("A", {{"value", 3}}).
inline Item item(std::string_view id, std::initializer_list<std::pair<std::string_view, AttributeValue>> rest = {}) {
  Item built = Item{{"id", AttributeValue(id)}};
  for (const auto& [name, value] : rest) built = built.with(name, value);
  return built;
}

}  // namespace weir::test
