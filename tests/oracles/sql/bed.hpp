// A trace built by hand: one table, one stream of one shard, one mapping; and rows of a query as text.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "oracles/sql/database.hpp"
#include "oracles/sql/trace_tables.hpp"
#include "sim/trace/trace.hpp"

namespace weir {

class TraceBed {
 public:
  TraceBed() {
    trace_.keep(true);
    note(RunStarted{"by hand", 1'000});
    note(TableDeclared{TableId{0}, "orders", "id", "", "expires_at"});
    note(TableDeclared{TableId{1}, "views", "id", "", ""});
    note(StreamEnabled{StreamId{0}, TableId{0}, StreamView::new_and_old_images, "arn"});
    note(ShardOpened{StreamId{0}, ShardId{0}, no_shard, "0"});
    note(MappingDeclared{MappingId{0}, "mirror", StreamId{0}, FunctionId{0}, "copy", IteratorType::trim_horizon, false});
  }

  template <class Body>
  FactIndex note(Body body, FactIndex cause = no_fact) {
    return trace_.note(now, cause, FactBody(std::move(body)));
  }
  FactIndex write(TableId table, std::string_view key, ChangeKind kind, Item old_image, Item new_image, Actor actor) {
    return note(Written{table, ItemKey(AttributeValue(key)), kind, std::move(old_image), std::move(new_image), actor});
  }
  // A write to orders and the record that shows it.
  FactIndex append(RecordId id, std::string_view key, ChangeKind kind, Item old_image, Item new_image) {
    const FactIndex written = write(TableId{0}, key, kind, old_image, new_image, Actor::client(0));
    Appended appended;
    appended.record = id;
    appended.sequence_number = SequenceNumber{id.value + 7};
    appended.event_name = kind;
    appended.key = ItemKey(AttributeValue(key));
    appended.old_image = std::move(old_image);
    appended.new_image = std::move(new_image);
    appended.write = written;
    appended.created = 1'001;
    return note(std::move(appended), written);
  }
  FactIndex start(std::uint64_t invocation, std::uint64_t batch, std::uint32_t attempt, std::vector<std::uint64_t> records) {
    return note(
        InvocationStarted{InvocationId{invocation}, FunctionId{0}, MappingId{0}, ShardId{0}, batch, attempt, list(records)});
  }
  FactIndex end(std::uint64_t invocation, InvocationOutcome outcome, std::string message = "") {
    return note(InvocationEnded{InvocationId{invocation}, MappingId{0}, outcome, 2, 0, std::move(message)});
  }
  FactIndex settle(std::vector<std::uint64_t> records, Settlement how) {
    return note(Settled{MappingId{0}, ShardId{0}, list(records), how, false});
  }
  static RecordList list(const std::vector<std::uint64_t>& records) {
    auto ids = std::make_shared<std::vector<RecordId>>();
    for (const std::uint64_t record : records) ids->push_back(RecordId{record});
    return ids;
  }
  const std::vector<Fact>& facts() const { return trace_.facts(); }

  Instant now{};

 private:
  Trace trace_;
};

// Rows as "a|b|c"; NULL as "-".
inline std::vector<std::string> rows_of(const Database& database, std::string_view sql) {
  std::vector<std::string> rows;
  Statement query(database, sql);
  while (query.step()) {
    std::string& row = rows.emplace_back();
    for (int i = 0; i < query.columns(); ++i) {
      if (i > 0) row += '|';
      row += query.is_null(i) ? "-" : query.text(i);
    }
  }
  return rows;
}

inline Database tables_of(const std::vector<Fact>& facts, TraceTables wanted = all_trace_tables) {
  Database database = Database::in_memory();
  database.run(std::string(trace_schema));
  Transaction transaction(database);
  TraceWriter writer(database, wanted);
  writer.begin(1);
  for (const Fact& fact : facts)
    if (writer.interests() & (FactMask{1} << fact.what.index())) writer.observe(fact);
  writer.finish();
  transaction.commit();
  return database;
}

}  // namespace weir
