// A small C++ face of SQLite. Only the record files of this folder include it.
#pragma once

#include "base/clock.h"
#include "base/json.h"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace penstock {

class Database;

// A prepared statement with its parameters bound. Holds the database's lock while it lives, so keep it short. Columns
// are read from left to right, each call takes the next one of the current row.
class Statement {
 public:
  Statement(Statement&& other) noexcept;
  Statement& operator=(Statement&&) = delete;
  ~Statement();

  // Moves to the next row; false after the last. Throws Conflict when a uniqueness or reference rule is broken, Error
  // otherwise.
  bool step();

  std::string text();
  std::optional<std::string> optional_text();
  std::int64_t integer();
  bool flag() { return integer() != 0; }
  WallTime time();
  std::optional<WallTime> optional_time();
  Json json();

  // Binds the next parameter.
  void bind(std::string_view value);
  void bind(const char* value) { bind(std::string_view(value)); }
  void bind(const std::string& value) { bind(std::string_view(value)); }
  void bind(std::int64_t value);
  void bind(int value) { bind(std::int64_t{value}); }
  void bind(bool value) { bind(std::int64_t{value}); }
  void bind(WallTime value);
  void bind(const Json& value);
  void bind(std::nullopt_t);
  template <typename T>
  void bind(const std::optional<T>& value) {
    value ? bind(*value) : bind(std::nullopt);
  }

 private:
  friend class Database;
  Statement(Database& database, std::string_view sql);

  Database* database_;
  std::unique_lock<std::recursive_mutex> lock_;
  std::string_view sql_;
  sqlite3_stmt* statement_;
  int next_parameter_ = 1;
  int next_column_ = 0;
};

// All or nothing: rolled back by the destructor unless commit() was called. Other threads wait meanwhile, so nothing
// slow belongs inside. One inside another is a part of it that can be rolled back alone.
class Transaction {
 public:
  explicit Transaction(Database& database);
  Transaction(const Transaction&) = delete;
  ~Transaction();

  // Durable when it returns, unless inside another transaction.
  void commit();

 private:
  Database& database_;
  std::unique_lock<std::recursive_mutex> lock_;
  bool open_ = true;
};

// One connection to a database file, used by all threads in turn. Every change is on disk when the call that made it
// (or the transaction around it) returns.
class Database {
 public:
  // Creates the file with mode 0600. Throws Error.
  explicit Database(const std::filesystem::path& path);
  Database(const Database&) = delete;
  ~Database();

  // `sql` must outlive the statement, as a literal does; prepared statements are kept by their text.
  template <typename... Args>
  Statement query(std::string_view sql, const Args&... args) {
    Statement statement(*this, sql);
    (statement.bind(args), ...);
    return statement;
  }

  // Runs to the end and returns the number of rows changed.
  template <typename... Args>
  int run(std::string_view sql, const Args&... args) {
    Statement statement = query(sql, args...);
    statement.step();
    return changes();
  }

  // Several statements without parameters, as in a migration.
  void execute(const std::string& script);

 private:
  friend class Statement;
  friend class Transaction;
  struct Connection;

  int changes() const;

  std::recursive_mutex mutex_;
  std::unique_ptr<Connection> connection_;
  int depth_ = 0;  // of transactions
};

}  // namespace penstock
