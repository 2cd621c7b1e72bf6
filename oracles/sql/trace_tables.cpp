#include "oracles/sql/trace_tables.hpp"

#include <array>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "oracles/metrics/accounts.hpp"
#include "oracles/metrics/metrics.hpp"
#include "oracles/sql/database.hpp"
#include "sim/data/json.hpp"
#include "sim/trace/json_lines.hpp"

namespace weir {

namespace {

struct TableInfo {
  std::string_view name;
  TraceTables bit;
  int columns;
  FactMask facts;
};

constexpr FactMask attempt_facts = mask_of<InvocationStarted, InvocationEnded>();
constexpr std::array tables{
    TableInfo{"facts", facts_table, 6, all_facts},
    TableInfo{"records", records_table, 16, mask_of<Written, Appended>()},
    TableInfo{"deliveries", deliveries_table, 8, mask_of<InvocationStarted, PageRead>()},
    TableInfo{"settlements", settlements_table, 8, mask_of<Settled>()},
    TableInfo{"attempts", attempts_table, 19, attempt_facts},
    TableInfo{"batches", batches_table, 17, attempt_facts | mask_of<Settled, Replayed>()},
    TableInfo{"items", items_table, 14, mask_of<Written, TableDeleted>()},
    TableInfo{"metrics", metrics_table, 10, all_facts},
    TableInfo{"accounts", accounts_table, 5, AccountsCollector::interests()},
};

std::string insert_into(const TableInfo& table) {
  std::string sql = "INSERT INTO " + std::string(table.name) + " VALUES (?";
  for (int i = 1; i < table.columns; ++i) sql += ",?";
  return sql + ")";
}

std::int64_t micros(Instant at) { return at.time_since_epoch().count(); }

std::span<const RecordId> each_of(const RecordList& records) {
  return records ? std::span<const RecordId>(*records) : std::span<const RecordId>();
}

struct Attempt {
  FactIndex fact = no_fact, end_fact = no_fact;
  Instant started_at{}, ended_at{};
  InvocationStarted start;
  InvocationEnded end;  // counts when end_fact is there
  bool ended() const { return end_fact != no_fact; }
};

struct Version {
  FactIndex fact = no_fact;
  Instant at{};
  Written write;
  std::int64_t number = 0;
  std::optional<std::int64_t> expires_unix;
  std::optional<Instant> replaced_at;
};

struct Settling {
  Settlement how = Settlement::handled;
  Instant at{};
};

// A row under construction: values in the order of the columns, then run().
class Row {
 public:
  explicit Row(Statement& insert) : insert_(insert) {}
  template <class T>
  Row& operator<<(const T& value) {
    insert_.bind(value);
    return *this;
  }
  Row& operator<<(Instant at) {
    insert_.bind(micros(at));
    return *this;
  }
  template <class T>
  Row& operator<<(const std::optional<T>& value) {
    if (value) return *this << *value;
    insert_.bind_null();
    return *this;
  }
  void done() { insert_.run(); }

 private:
  Statement& insert_;
};

std::optional<std::int64_t> index_or_null(FactIndex fact) {
  if (fact == no_fact) return std::nullopt;
  return static_cast<std::int64_t>(fact);
}

std::optional<std::string> image_or_null(const Item& image) {
  if (image.empty()) return std::nullopt;
  return to_plain_text(image);
}

// The final call of a tumbling window: no other is made without records.                        [WIN-5]
bool ends_window(const InvocationStarted& start) { return each_of(start.records).empty(); }

std::optional<std::int64_t> first_of(const RecordList& records) {
  if (each_of(records).empty()) return std::nullopt;
  return static_cast<std::int64_t>(records->front().value);
}

std::optional<std::int64_t> last_of(const RecordList& records) {
  if (each_of(records).empty()) return std::nullopt;
  return static_cast<std::int64_t>(records->back().value);
}

}  // namespace

TraceTables trace_table_named(std::string_view name) {
  for (const TableInfo& table : tables)
    if (table.name == name) return table.bit;
  return no_trace_tables;
}

struct TraceWriter::State {
  State(const Database& database, TraceTables wanted_) : wanted(wanted_) {
    for (std::size_t i = 0; i < tables.size(); ++i)
      if (wants(tables[i].bit)) inserts[i].emplace(database, insert_into(tables[i]));
  }

  bool wants(TraceTables some) const { return (wanted & some) != 0; }
  Row row(TraceTables table) {
    std::size_t i = 0;
    while (tables[i].bit != table) ++i;
    return Row(*inserts[i]);
  }

  void add_fact(const Fact& fact);
  void add_record(const Appended& appended, const Fact& fact);
  void add_delivery(const Fact& fact, RecordId record, const std::string& consumer, std::optional<std::int64_t> invocation,
                    const InvocationStarted* start);
  void start(const InvocationStarted& started, const Fact& fact);
  void end(const InvocationEnded& ended, const Fact& fact);
  void read(const PageRead& page, const Fact& fact);
  void settle(const Settled& settled, const Fact& fact);
  void take_back(const Replayed& replayed);
  void write(const Written& written, const Fact& fact);
  void finish_attempts();
  void finish_batches();
  void finish_items();
  void finish_metrics();
  void finish_accounts();

  TraceTables wanted;
  std::array<std::optional<Statement>, tables.size()> inserts;
  std::int64_t run = 0;
  FactWriter names;
  std::map<TableId, std::string> ttl_attributes;
  std::map<FactIndex, Instant> written_at;
  std::vector<Attempt> attempts;
  std::map<InvocationId, std::size_t> attempt_of;
  std::map<std::pair<MappingId, RecordId>, Settling> fates;
  std::vector<Version> versions;
  std::map<std::pair<TableId, ItemKey>, std::size_t> latest;
  std::set<TableId> deleted;
  std::optional<MetricsCollector> metrics;  // where they are wanted
  std::optional<AccountsCollector> accounts;
};

TraceWriter::TraceWriter(const Database& database, TraceTables wanted) : state_(std::make_unique<State>(database, wanted)) {}
TraceWriter::~TraceWriter() = default;

FactMask TraceWriter::interests() const {
  FactMask mask = facts_with_names;
  for (const TableInfo& table : tables)
    if (state_->wants(table.bit)) mask |= table.facts;
  return mask;
}

void TraceWriter::begin(std::int64_t run) {
  State& s = *state_;
  s.run = run;
  s.names = {};
  s.ttl_attributes.clear();
  s.written_at.clear();
  s.attempts.clear();
  s.attempt_of.clear();
  s.fates.clear();
  s.versions.clear();
  s.latest.clear();
  s.deleted.clear();
  if (s.wants(metrics_table)) s.metrics.emplace();
  if (s.wants(accounts_table)) s.accounts.emplace();
}

void TraceWriter::observe(const Fact& fact) {
  State& s = *state_;
  s.names.learn(fact);
  if (const auto* table = fact.as<TableDeclared>()) s.ttl_attributes[table->table] = table->ttl_attribute;
  if (s.wants(facts_table)) s.add_fact(fact);
  if (const auto* written = fact.as<Written>()) s.write(*written, fact);
  if (const auto* gone = fact.as<TableDeleted>()) s.deleted.insert(gone->table);
  if (const auto* appended = fact.as<Appended>()) s.add_record(*appended, fact);
  if (const auto* started = fact.as<InvocationStarted>()) s.start(*started, fact);
  if (const auto* ended = fact.as<InvocationEnded>()) s.end(*ended, fact);
  if (const auto* page = fact.as<PageRead>()) s.read(*page, fact);
  if (const auto* settled = fact.as<Settled>()) s.settle(*settled, fact);
  if (const auto* replayed = fact.as<Replayed>()) s.take_back(*replayed);
  if (s.metrics) s.metrics->observe(fact);
  if (s.accounts) s.accounts->observe(fact);
}

void TraceWriter::finish() {
  state_->finish_attempts();
  state_->finish_batches();
  state_->finish_items();
  state_->finish_metrics();
  state_->finish_accounts();
}

void TraceWriter::State::add_fact(const Fact& fact) {
  const std::string fields = fact_fields_json(fact, names);
  (row(facts_table) << run << fact.index << fact.at << index_or_null(fact.cause) << fact.name() << fields).done();
}

void TraceWriter::State::add_record(const Appended& appended, const Fact& fact) {
  if (!wants(records_table)) return;
  const std::string table = names.table_name(appended.table), shard = names.shard_path(appended.shard);
  const std::string number = to_wire(appended.sequence_number), key = appended.key.to_text();
  const std::optional<std::string> old_image = image_or_null(appended.old_image), new_image = image_or_null(appended.new_image);
  const auto write = written_at.find(appended.write);
  const std::optional<Instant> at = write != written_at.end() ? std::optional(write->second) : std::nullopt;
  (row(records_table) << run << fact.index << appended.record.value << table << appended.stream.value << shard << number
                      << wire_name(appended.event_name) << key << old_image << new_image << index_or_null(appended.write) << at
                      << fact.at << appended.created << appended.by_ttl)
      .done();
}

void TraceWriter::State::add_delivery(const Fact& fact, RecordId record, const std::string& consumer,
                                      std::optional<std::int64_t> invocation, const InvocationStarted* start) {
  std::optional<std::int64_t> batch, attempt;
  if (start) batch = start->batch, attempt = start->attempt;
  (row(deliveries_table) << run << fact.index << fact.at << record.value << consumer << invocation << batch << attempt).done();
}

void TraceWriter::State::start(const InvocationStarted& started, const Fact& fact) {
  if (wants(deliveries_table)) {
    const std::string consumer = names.mapping_name(started.mapping);
    for (const RecordId record : each_of(started.records))
      add_delivery(fact, record, consumer, static_cast<std::int64_t>(started.invocation.value), &started);
  }
  if (!wants(attempts_table | batches_table)) return;
  attempt_of[started.invocation] = attempts.size();
  Attempt attempt;
  attempt.fact = fact.index;
  attempt.started_at = fact.at;
  attempt.start = started;
  attempts.push_back(std::move(attempt));
}

void TraceWriter::State::end(const InvocationEnded& ended, const Fact& fact) {
  const auto found = attempt_of.find(ended.invocation);
  if (found == attempt_of.end() || attempts[found->second].ended()) return;
  Attempt& attempt = attempts[found->second];
  attempt.end_fact = fact.index;
  attempt.ended_at = fact.at;
  attempt.end = ended;
}

void TraceWriter::State::read(const PageRead& page, const Fact& fact) {
  if (!wants(deliveries_table)) return;
  const std::string consumer = names.actor_name(page.actor);
  std::optional<std::int64_t> invocation;
  if (page.actor.kind == ActorKind::invocation) invocation = static_cast<std::int64_t>(page.actor.id);
  for (const RecordId record : each_of(page.records)) add_delivery(fact, record, consumer, invocation, nullptr);
}

void TraceWriter::State::settle(const Settled& settled, const Fact& fact) {
  if (wants(settlements_table)) {
    const std::string mapping = names.mapping_name(settled.mapping), shard = names.shard_path(settled.shard);
    for (const RecordId record : each_of(settled.records))
      (row(settlements_table) << run << fact.index << fact.at << record.value << mapping << shard << to_text(settled.how)
                              << settled.sent)
          .done();
  }
  if (wants(batches_table))
    for (const RecordId record : each_of(settled.records))
      fates.insert_or_assign({settled.mapping, record}, Settling{settled.how, fact.at});
}

// A record that comes again counts by what becomes of it then, as in its mapping's account.     [OPEN-10]
void TraceWriter::State::take_back(const Replayed& replayed) {
  for (const RecordId record : each_of(replayed.records)) fates.erase({replayed.mapping, record});
}

void TraceWriter::State::write(const Written& written, const Fact& fact) {
  if (wants(records_table)) written_at[fact.index] = fact.at;
  if (!wants(items_table)) return;
  Version version;
  version.fact = fact.index;
  version.at = fact.at;
  version.write = written;
  version.write.old_image = {};
  const auto ttl = ttl_attributes.find(written.table);
  if (ttl != ttl_attributes.end() && !ttl->second.empty())
    if (const std::optional<Number> number = written.new_image.find_number(ttl->second))
      version.expires_unix = number->floor_int64();
  const auto [place, is_new] = latest.try_emplace({written.table, written.key}, versions.size());
  if (!is_new) {
    Version& before = versions[place->second];
    before.replaced_at = fact.at;
    version.number = before.number + 1;
    place->second = versions.size();
  }
  versions.push_back(std::move(version));
}

void TraceWriter::State::finish_attempts() {
  if (!wants(attempts_table)) return;
  for (const Attempt& attempt : attempts) {
    const InvocationStarted& start = attempt.start;
    const std::string mapping = names.mapping_name(start.mapping), function = names.function_name(start.function);
    const std::string shard = names.shard_path(start.shard);
    Row row_of = row(attempts_table);
    row_of << run << attempt.fact << index_or_null(attempt.end_fact) << start.invocation.value << mapping << function << shard
           << start.batch << ends_window(start) << start.attempt << each_of(start.records).size() << first_of(start.records)
           << last_of(start.records) << attempt.started_at;
    if (attempt.ended())
      row_of << attempt.ended_at << to_text(attempt.end.outcome) << attempt.end.calls << attempt.end.failures
             << attempt.end.message;
    else
      row_of << std::optional<Instant>() << std::optional<std::int64_t>() << std::optional<std::int64_t>()
             << std::optional<std::int64_t>() << std::optional<std::int64_t>();
    row_of.done();
  }
}

void TraceWriter::State::finish_batches() {
  if (!wants(batches_table)) return;
  struct Batch {
    const Attempt *first = nullptr, *last = nullptr;
    std::int64_t attempts = 0;
    std::optional<Instant> ended_at;
    std::set<RecordId> records;  // of all its attempts: formed anew it may hold more, cut it holds fewer
  };
  std::vector<Batch> batches;
  std::map<std::tuple<MappingId, ShardId, std::uint64_t, bool>, std::size_t> places;
  for (const Attempt& attempt : attempts) {
    const InvocationStarted& start = attempt.start;
    const auto [place, is_new] =
        places.try_emplace({start.mapping, start.shard, start.batch, ends_window(start)}, batches.size());
    if (is_new) batches.emplace_back().first = &attempt;
    Batch& batch = batches[place->second];
    batch.last = &attempt;
    ++batch.attempts;
    const std::span<const RecordId> records = each_of(start.records);
    batch.records.insert(records.begin(), records.end());
    if (attempt.ended() && batch.ended_at.value_or(attempt.ended_at) <= attempt.ended_at) batch.ended_at = attempt.ended_at;
  }
  for (const Batch& batch : batches) {
    const InvocationStarted& start = batch.first->start;
    std::map<Settlement, std::size_t> ends;
    std::size_t settled = 0;
    std::optional<Instant> settled_at;
    for (const RecordId record : batch.records) {
      const auto fate = fates.find({start.mapping, record});
      if (fate == fates.end()) continue;
      ++settled;
      ++ends[fate->second.how];
      if (settled_at.value_or(fate->second.at) <= fate->second.at) settled_at = fate->second.at;
    }
    std::string how;
    for (const auto& [end, count] : ends) {
      if (!how.empty()) how += ", ";
      how += to_text(end);
      if (ends.size() > 1) how += " " + std::to_string(count);
    }
    const std::string mapping = names.mapping_name(start.mapping), function = names.function_name(start.function);
    const std::string shard = names.shard_path(start.shard);
    std::optional<std::string_view> outcome;
    if (batch.last->ended()) outcome = to_text(batch.last->end.outcome);
    std::optional<std::int64_t> first, last;
    if (!batch.records.empty()) {
      first = static_cast<std::int64_t>(batch.records.begin()->value);
      last = static_cast<std::int64_t>(batch.records.rbegin()->value);
    }
    std::optional<std::string_view> settled_how;
    if (!how.empty()) settled_how = how;
    (row(batches_table) << run << batch.first->fact << mapping << function << shard << start.batch << ends_window(start)
                        << batch.records.size() << first << last << batch.attempts << batch.first->started_at << batch.ended_at
                        << outcome << settled << settled_how << settled_at)
        .done();
  }
}

void TraceWriter::State::finish_items() {
  if (!wants(items_table)) return;
  for (const Version& version : versions) {
    const std::string table = names.table_name(version.write.table), key = version.write.key.to_text();
    const std::string actor = names.actor_name(version.write.actor);
    const std::optional<std::string> image = image_or_null(version.write.new_image);
    std::optional<std::int64_t> invocation;
    if (version.write.actor.kind == ActorKind::invocation) invocation = static_cast<std::int64_t>(version.write.actor.id);
    const bool is_latest = !version.replaced_at;
    const bool present = is_latest && version.write.kind != ChangeKind::remove && !deleted.contains(version.write.table);
    (row(items_table) << run << version.fact << version.at << table << key << version.number << to_text(version.write.kind)
                      << image << actor << invocation << version.expires_unix << version.replaced_at << is_latest << present)
        .done();
  }
}

void TraceWriter::State::finish_metrics() {
  if (!metrics) return;
  for (const MetricSeries& series : metrics->series())
    for (const MetricPoint& point : series.points)
      (row(metrics_table) << run << series.metric->service << series.metric->name << series.dimension << point.minute
                          << point.samples << point.sum << point.minimum << point.maximum << series.metric->unit)
          .done();
}

void TraceWriter::State::finish_accounts() {
  if (!accounts) return;
  for (const Account& account : accounts->accounts())
    for (const AccountLine& line : account.lines)
      (row(accounts_table) << run << account.mapping << line.how << line.records << line.told).done();
}

}  // namespace weir
