#include "oracles/sql/sql_bench.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include "sim/base/bad_input.hpp"

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
constexpr int longest_value = 100'000'000;

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

// " (items has run, fact, ...)" for each table that the query names.
std::string columns_of_tables_in(const Database& database, std::string_view sql) {
  std::string text;
  const auto in_a_name = [&](std::size_t at) {
    const char c = at < sql.size() ? sql[at] : ' ';
    return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  };
  for (const std::string& table : names_for(database, true)) {
    const std::size_t at = sql.find(table);
    if (at == std::string_view::npos || (at > 0 && in_a_name(at - 1)) || in_a_name(at + table.size())) continue;
    std::string columns;
    Statement list(database, "SELECT name FROM pragma_table_info(?)");
    list.bind(table);
    while (list.step()) columns += (columns.empty() ? "" : ", ") + std::string(list.text(0));
    text += (text.empty() ? "" : "; ") + table + " has " + columns;
  }
  return text.empty() ? "" : " (" + text + ")";
}

std::string tables_there_are(const Database& database) {
  std::string all;
  for (const std::string& name : names_for(database, true)) all += (all.empty() ? "" : ", ") + name;
  return " (there are " + all + ")";
}

std::string with_suggestion(const Database& database, std::string message, std::string_view sql) {
  for (const std::string_view prefix : {"no such table: ", "no such column: "}) {
    if (!message.starts_with(prefix)) continue;
    std::string misspelt = message.substr(prefix.size());
    if (const std::size_t dot = misspelt.rfind('.'); dot != std::string::npos) misspelt.erase(0, dot + 1);
    const bool of_tables = prefix == "no such table: ";
    const std::string near = did_you_mean(misspelt, names_for(database, of_tables));
    if (!near.empty())
      message += near;
    else
      message += of_tables ? tables_there_are(database) : columns_of_tables_in(database, sql);
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

}  // namespace

SqlBench::SqlBench(const std::string& sql) : database_(Database::in_memory()) {
  database_.run(std::string(trace_schema));
  database_.run(std::string(violations_schema));
  sqlite3_limit(database_.handle(), SQLITE_LIMIT_LENGTH, longest_value);
  prepare(sql);
}

FactMask SqlBench::interests() const { return metrics_ ? all_facts : writer_->interests(); }

void SqlBench::begin() {
  database_.run("BEGIN");
  writer_->begin(1);
  if (metrics_) metrics_->begin();
}

void SqlBench::observe(const Fact& fact) {
  writer_->observe(fact);
  if (metrics_) metrics_->observe(fact);
}

void SqlBench::finish() {
  writer_->finish();
  if (metrics_) metrics_->finish();
}

void SqlBench::clear() {
  query_->reset();
  database_.run(clear_);
}

bool SqlBench::within_limit(const std::function<void()>& work) {
  int looks = 0;
  const auto look = [](void* count) { return ++*static_cast<int*>(count) >= most_looks ? 1 : 0; };
  sqlite3_stmt_status(query_->handle(), SQLITE_STMTSTATUS_VM_STEP, 1);
  sqlite3_progress_handler(database_.handle(), steps_between_looks, look, &looks);
  struct Restore {
    ~Restore() { sqlite3_progress_handler(connection, 0, nullptr, nullptr); }
    sqlite3* connection;
  } restore{database_.handle()};
  try {
    work();
  } catch (const SqlError& error) {
    if (error.code != SQLITE_INTERRUPT) throw;
    return false;
  }
  return true;
}

void SqlBench::prepare(const std::string& sql) {
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
  wrong_ = with_suggestion(database_, std::move(wrong_), sql);
  if (!wrong_.empty()) return;

  // Again without the authorizer, which SQLite would ask once more whenever it prepares a statement anew.
  const TraceTables filled = permits.read & ~metrics_table;
  if (filled != permits.read) metrics_.emplace(database_);
  query_.emplace(database_, query);
  writer_.emplace(database_, filled);
  for (Statement tables(database_, "SELECT name FROM sqlite_schema"); tables.step();)
    if ((trace_table_named(tables.text(0)) & filled) != 0) clear_ += "DELETE FROM " + std::string(tables.text(0)) + ";";
  clear_ += "COMMIT";
}

}  // namespace weir
