#include "oracles/sql/sql_check.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <map>
#include <utility>
#include <vector>

#include "oracles/sql/database.hpp"
#include "oracles/sql/trace_tables.hpp"
#include "sim/base/bad_input.hpp"
#include "sim/data/utf8.hpp"

namespace weir {

namespace {

constexpr std::string_view violations_schema =
    "CREATE TABLE violations (run INTEGER, oracle TEXT, message TEXT, evidence TEXT, rules TEXT) STRICT;";

// They answer from the machine, the moment, or what the connection did before.
constexpr std::array banned_functions{"random",
                                      "randomblob",
                                      "date",
                                      "time",
                                      "datetime",
                                      "julianday",
                                      "unixepoch",
                                      "strftime",
                                      "current_date",
                                      "current_time",
                                      "current_timestamp",
                                      "sqlite_version",
                                      "sqlite_source_id",
                                      "sqlite_compileoption_get",
                                      "sqlite_compileoption_used",
                                      "sqlite_offset",
                                      "sqlite_log",
                                      "load_extension",
                                      "last_insert_rowid",
                                      "changes",
                                      "total_changes"};

constexpr int steps_between_looks = 1'000'000;
constexpr int most_looks = 500;
constexpr int most_rows = 1000;
constexpr int longest_value = 100'000'000;
constexpr std::size_t longest_message = 400;

// What the author's statement asks for while it is prepared.
struct Permits {
  TraceTables read = no_trace_tables;
  std::string refused;
};

int permit(void* data, int action, const char* first, const char* second, const char*, const char*) {
  Permits& permits = *static_cast<Permits*>(data);
  const auto refuse = [&permits](std::string why) {
    if (permits.refused.empty()) permits.refused = std::move(why);
    return SQLITE_DENY;
  };
  switch (action) {
    case SQLITE_SELECT:
    case SQLITE_RECURSIVE:
      return SQLITE_OK;
    case SQLITE_FUNCTION:
      if (std::find(banned_functions.begin(), banned_functions.end(), std::string_view(second)) == banned_functions.end())
        return SQLITE_OK;
      return refuse("the function " + std::string(second) + "() may answer differently each time");
    case SQLITE_READ: {
      // A name that is none of ours is a table of the query's own WITH, or SQLite's; a misspelt one never gets so far.
      const std::string_view table = first;
      permits.read |= trace_table_named(table);
      const bool is_internal = table.starts_with("sqlite_") || table.starts_with("pragma_") || table == "dbstat" ||
                               table == "bytecode" || table == "tables_used";
      return is_internal ? refuse("the table " + std::string(table) + " is none of a run's") : SQLITE_OK;
    }
    default:
      return refuse("it does more than read");
  }
}

std::vector<std::string> names_for(const Database& database, bool of_tables) {
  std::vector<std::string> names;
  Statement list(database, of_tables ? "SELECT name FROM sqlite_schema ORDER BY name"
                                     : "SELECT DISTINCT c.name FROM sqlite_schema t, pragma_table_info(t.name) c ORDER BY 1");
  while (list.step()) names.emplace_back(list.text(0));
  return names;
}

std::string with_suggestion(const Database& database, std::string message) {
  for (const std::string_view prefix : {"no such table: ", "no such column: "}) {
    if (!message.starts_with(prefix)) continue;
    std::string misspelt = message.substr(prefix.size());
    if (const std::size_t dot = misspelt.rfind('.'); dot != std::string::npos) misspelt.erase(0, dot + 1);
    message += did_you_mean(misspelt, names_for(database, prefix == "no such table: "));
    break;
  }
  return message;
}

std::string wrong_with_shape(sqlite3_stmt* statement) {
  if (sqlite3_stmt_isexplain(statement) != 0) return "EXPLAIN shows no rows of a run; a SELECT does";
  if (sqlite3_stmt_readonly(statement) == 0 || sqlite3_column_count(statement) == 0) return "it does more than read";
  if (sqlite3_bind_parameter_count(statement) > 0) return "it has a parameter (?, :name), and nobody would fill it";
  return "";
}

// An empty database with the tables of a run, and one query over them, if it is a good one.
class Bench {
 public:
  explicit Bench(const std::string& sql) : database_(Database::in_memory()) {
    database_.run(std::string(trace_schema));
    database_.run(std::string(violations_schema));
    sqlite3_limit(database_.handle(), SQLITE_LIMIT_LENGTH, longest_value);
    prepare(sql);
  }
  ~Bench() = default;
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  const std::string& wrong() const { return wrong_; }
  TraceWriter& writer() { return *writer_; }
  Statement& query() { return *query_; }

  void begin() {
    database_.run("BEGIN");
    writer_->begin(1);
  }
  void clear() {
    query_->reset();
    database_.run(clear_);
  }

  // Runs f under the limit on steps: true if it was met. Counted from zero, so that a bench used before stops at the same step.
  template <class F>
  bool limited(F&& f) {
    int looks = 0;
    sqlite3_stmt_status(query_->handle(), SQLITE_STMTSTATUS_VM_STEP, 1);
    sqlite3_progress_handler(
        database_.handle(), steps_between_looks, [](void* count) { return ++*static_cast<int*>(count) >= most_looks ? 1 : 0; },
        &looks);
    bool kept = true;
    try {
      f();
    } catch (const SqlError& error) {
      sqlite3_progress_handler(database_.handle(), 0, nullptr, nullptr);
      if (error.code != SQLITE_INTERRUPT) throw;
      kept = false;
    }
    sqlite3_progress_handler(database_.handle(), 0, nullptr, nullptr);
    return kept;
  }

 private:
  void prepare(const std::string& sql) {
    if (sql.find('\0') != std::string::npos) {
      wrong_ = "it holds a zero byte";
      return;
    }
    // Tables that SQLite makes when they are first named, which is no deed of the author's.
    Statement(database_, "SELECT 1 FROM json_each('[]'), json_tree('[]')").run();
    Permits permits;
    sqlite3_set_authorizer(database_.handle(), permit, &permits);
    const char* rest = sql.c_str();
    const char* query = nullptr;
    int statements = 0;
    while (*rest != '\0' && wrong_.empty()) {
      sqlite3_stmt* prepared = nullptr;
      const char* begin = rest;
      const int code = sqlite3_prepare_v3(database_.handle(), rest, -1, SQLITE_PREPARE_PERSISTENT, &prepared, &rest);
      if (code != SQLITE_OK)
        wrong_ = permits.refused.empty() ? sqlite3_errmsg(database_.handle()) : permits.refused;
      else if (prepared)
        wrong_ = wrong_with_shape(prepared);
      if (prepared && ++statements > 1 && wrong_.empty()) wrong_ = "more than one statement";
      if (prepared) query = begin;
      sqlite3_finalize(prepared);
    }
    sqlite3_set_authorizer(database_.handle(), nullptr, nullptr);
    if (wrong_.empty() && statements == 0) wrong_ = "there is no statement in it";
    wrong_ = with_suggestion(database_, std::move(wrong_));
    if (!wrong_.empty()) return;

    // Again without the authorizer, which SQLite would ask once more whenever it prepares a statement anew.
    query_.emplace(database_, query);
    writer_.emplace(database_, permits.read);
    for (Statement tables(database_, "SELECT name FROM sqlite_schema"); tables.step();)
      if ((trace_table_named(tables.text(0)) & permits.read) != 0) clear_ += "DELETE FROM " + std::string(tables.text(0)) + ";";
    clear_ += "COMMIT";
  }

  Database database_;
  std::optional<Statement> query_;
  std::optional<TraceWriter> writer_;
  std::string clear_, wrong_;
};

// A sweep makes the same checks anew for each of its runs: benches are kept for the next one, by thread and query. What a
// check says does not depend on whether its bench is new.
class Shelf {
 public:
  Shelf() { alive() = true; }
  ~Shelf() { alive() = false; }
  static std::unique_ptr<Bench> take(const std::string& sql) {
    auto& benches = mine().benches_;
    const auto found = benches.find(sql);
    if (found == benches.end()) return std::make_unique<Bench>(sql);
    auto bench = std::move(found->second);
    benches.erase(found);
    return bench;
  }
  static void give_back(const std::string& sql, std::unique_ptr<Bench> bench) {
    if (!alive()) return;
    auto& benches = mine().benches_;
    if (benches.size() >= most_benches) benches.erase(benches.begin());
    benches.emplace(sql, std::move(bench));
  }

 private:
  static constexpr std::size_t most_benches = 16;
  static Shelf& mine() {
    static thread_local Shelf shelf;
    return shelf;
  }
  static bool& alive() {  // outlives the shelf: an oracle may be destroyed after it, at the end of a thread
    static thread_local bool yes = false;
    return yes;
  }
  std::multimap<std::string, std::unique_ptr<Bench>> benches_;
};

bool is_evidence(std::string_view column) { return column == "fact" || column == "evidence" || column.ends_with("_fact"); }

// Every number in "17" or "[3,17]"; anything else in it only parts them.
void add_numbers(std::string_view text, std::vector<FactIndex>& evidence) {
  for (std::size_t i = 0; i < text.size();) {
    if (text[i] < '0' || text[i] > '9') {
      ++i;
      continue;
    }
    FactIndex number = 0;
    for (; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i)
      number = number * 10 + static_cast<FactIndex>(text[i] - '0');
    evidence.push_back(number);
  }
}

std::string value_text(const Statement& row, int column) {
  if (row.is_null(column)) return "none";
  if (row.is_blob(column)) return "(a blob)";
  return std::string(row.text(column));
}

std::string row_text(const Statement& row) {
  std::vector<int> shown;
  for (int i = 0; i < row.columns(); ++i)
    if (!is_evidence(row.column_name(i))) shown.push_back(i);
  if (shown.empty()) return "the query returned a row";
  if (shown.size() == 1) return value_text(row, shown[0]);
  std::string text;
  for (const int column : shown) {
    if (!text.empty()) text += ", ";
    text += std::string(row.column_name(column)) + " " + value_text(row, column);
  }
  return text;
}

std::string shortened(std::string text) {
  if (text.size() <= longest_message) return text;
  std::size_t end = longest_message;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) --end;  // not within a character
  text.resize(end);
  return text + "...";
}

class SqlOracle final : public Oracle {
 public:
  SqlOracle(std::string name, std::string sql) : name_(std::move(name)), sql_(std::move(sql)), bench_(Shelf::take(sql_)) {
    if (!bench_->wrong().empty()) throw BadInput("check '" + name_ + "'", bench_->wrong(), accepted());
    bench_->begin();
  }
  SqlOracle(const SqlOracle&) = delete;
  SqlOracle& operator=(const SqlOracle&) = delete;
  ~SqlOracle() override {
    try {
      bench_->clear();
      Shelf::give_back(sql_, std::move(bench_));
    } catch (const SqlError&) {  // then it is not used again
    }
  }

  static std::string accepted() { return "one SELECT over the tables of a run, each row of it a violation"; }

  std::string_view name() const override { return name_; }
  std::string_view rules() const override { return ""; }
  FactMask interests() const override { return bench_->writer().interests() | mask_of<RunStarted>(); }

  void observe(const Fact& fact) override {
    facts_ = std::max(facts_, fact.index + 1);
    bench_->writer().observe(fact);
  }

  void conclude() override {
    if (facts_ == 0) return unknown("the run left no fact to look at");
    try {
      bench_->writer().finish();
      if (!bench_->limited([this] { ask(); })) unknown("the query took more than 500 million steps");
    } catch (const SqlError& error) {
      unknown("the query could not be carried out: " + std::string(error.what()));
    }
  }

 private:
  void ask() {
    Statement& query = bench_->query();
    std::string message;
    std::vector<FactIndex> evidence;
    int rows = 0;
    while (rows < most_rows && query.step()) {
      if (rows++ > 0) continue;
      message = shortened(row_text(query));
      for (int i = 0; i < query.columns(); ++i)
        if (is_evidence(query.column_name(i)) && !query.is_null(i)) add_numbers(query.text(i), evidence);
    }
    query.reset();
    if (rows == 0) return;
    std::erase_if(evidence, [this](FactIndex index) { return index >= facts_; });
    if (rows > 1) message += " (the first of " + std::to_string(rows) + (rows == most_rows ? " rows or more)" : " rows)");
    violate(std::move(message), std::move(evidence));
  }

  std::string name_, sql_;
  std::unique_ptr<Bench> bench_;
  FactIndex facts_ = 0;
};

}  // namespace

std::unique_ptr<Oracle> make_sql_oracle(const std::string& name, const std::string& sql) {
  return std::make_unique<SqlOracle>(name, sql);
}

std::string wrong_with_sql(const std::string& sql) { return Bench(sql).wrong(); }

}  // namespace weir
