// SQLite in the shape the house needs: a connection, a prepared statement, errors as exceptions with SQLite's own words.
// Both are for one thread at a time. Text given to bind() must live until the statement is reset or run.
#pragma once

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace weir {

struct SqlError : std::runtime_error {
  SqlError(int code_, const std::string& message) : std::runtime_error(message), code(code_) {}
  int code;  // SQLite's primary result code
};

class Database {
 public:
  enum class Access : std::uint8_t { read_only, read_write };
  static Database in_memory();
  static Database file(const std::string& path, Access access = Access::read_write);  // made when missing, unless read_only

  sqlite3* handle() const { return connection_.get(); }
  void run(const std::string& sql);  // any number of statements without results; after an error none of the rest is run

 private:
  struct Close {
    void operator()(sqlite3* connection) const;
  };
  explicit Database(sqlite3* connection) : connection_(connection) {}
  std::unique_ptr<sqlite3, Close> connection_;
};

class Statement {
 public:
  Statement(const Database& database, std::string_view sql);  // one statement, kept and run many times

  // Binds the next parameter.
  Statement& bind(std::int64_t value);
  Statement& bind(std::string_view text);
  Statement& bind_null();
  void run();   // to the end, results ignored; then the parameters start anew
  bool step();  // true: a row is there. Call reset() when done with the rows
  void reset();

  int columns() const;
  std::string_view column_name(int column) const;
  bool is_null(int column) const;
  bool is_integer(int column) const;
  bool is_blob(int column) const;
  std::int64_t integer(int column) const;
  std::string_view text(int column) const;  // valid until the next step or reset; a number as SQLite spells it

  sqlite3_stmt* handle() const { return statement_.get(); }

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const;
  };
  std::unique_ptr<sqlite3_stmt, Finalize> statement_;
  int next_ = 1;
};

// All or nothing: what happened since is rolled back unless commit() was reached.
class Transaction {
 public:
  explicit Transaction(Database& database);  // takes the right to write at once
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;
  ~Transaction();
  void commit();

 private:
  Database& database_;
  bool open_ = true;
};

}  // namespace weir
