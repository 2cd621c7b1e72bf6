#include "oracles/sql/database.hpp"

#include <sqlite3.h>

namespace weir {

namespace {

[[noreturn]] void fail(sqlite3* connection, int code) {
  throw SqlError(code & 0xFF, connection ? sqlite3_errmsg(connection) : sqlite3_errstr(code));
}

sqlite3* open(const char* path, int flags) {
  sqlite3* connection = nullptr;
  const int code = sqlite3_open_v2(path, &connection, flags | SQLITE_OPEN_NOMUTEX, nullptr);
  if (code != SQLITE_OK) {
    const std::string message = connection ? sqlite3_errmsg(connection) : sqlite3_errstr(code);
    sqlite3_close(connection);
    throw SqlError(code & 0xFF, message);
  }
  // "x" in double quotes is a name and nothing else: a misspelt column must not turn into a text.
  sqlite3_db_config(connection, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  sqlite3_db_config(connection, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
  return connection;
}

}  // namespace

void Database::Close::operator()(sqlite3* connection) const { sqlite3_close_v2(connection); }

Database Database::in_memory() {
  Database database(open(":memory:", SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE));
  database.run("PRAGMA journal_mode = OFF; PRAGMA temp_store = MEMORY");
  return database;
}

Database Database::file(const std::string& path, Access access) {
  const int flags = access == Access::read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
  return Database(open(path.c_str(), flags));
}

void Database::run(const std::string& sql) {
  const int code = sqlite3_exec(handle(), sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(handle(), code);
}

void Statement::Finalize::operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }

Statement::Statement(const Database& database, std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code = sqlite3_prepare_v3(database.handle(), sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                      &statement, nullptr);
  if (code != SQLITE_OK) fail(database.handle(), code);
  statement_.reset(statement);
}

Statement& Statement::bind(std::int64_t value) {
  sqlite3_bind_int64(handle(), next_++, value);
  return *this;
}

Statement& Statement::bind(std::string_view text) {
  // A null pointer would bind NULL, and an empty view may have one.
  sqlite3_bind_text64(handle(), next_++, text.empty() ? "" : text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
  return *this;
}

Statement& Statement::bind_null() {
  sqlite3_bind_null(handle(), next_++);
  return *this;
}

void Statement::run() {
  while (step()) {
  }
  reset();
}

bool Statement::step() {
  const int code = sqlite3_step(handle());
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  const std::string message = sqlite3_errmsg(sqlite3_db_handle(handle()));  // before reset() forgets it
  reset();
  throw SqlError(code & 0xFF, message);
}

void Statement::reset() {
  sqlite3_reset(handle());  // its code repeats what the last step said
  next_ = 1;
}

int Statement::columns() const { return sqlite3_column_count(handle()); }
std::string_view Statement::column_name(int column) const { return sqlite3_column_name(handle(), column); }
bool Statement::is_null(int column) const { return sqlite3_column_type(handle(), column) == SQLITE_NULL; }
bool Statement::is_integer(int column) const { return sqlite3_column_type(handle(), column) == SQLITE_INTEGER; }
bool Statement::is_blob(int column) const { return sqlite3_column_type(handle(), column) == SQLITE_BLOB; }
std::int64_t Statement::integer(int column) const { return sqlite3_column_int64(handle(), column); }

std::string_view Statement::text(int column) const {
  const unsigned char* bytes = sqlite3_column_text(handle(), column);
  if (!bytes) return {};
  return {reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(sqlite3_column_bytes(handle(), column))};
}

Transaction::Transaction(Database& database) : database_(database) { database.run("BEGIN IMMEDIATE"); }

Transaction::~Transaction() {
  // Where the file is gone or full SQLite may have rolled back by itself: then there is nothing to undo.
  if (open_) sqlite3_exec(database_.handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

void Transaction::commit() {
  database_.run("COMMIT");
  open_ = false;
}

}  // namespace weir
