#include "store/database.h"

#include "base/error.h"
#include "base/handle.h"

#include <nlohmann/json.hpp>
#include <sqlite3.h>

#include <fcntl.h>

#include <map>
#include <utility>

namespace penstock {
namespace {

using Sqlite = Handle<sqlite3, sqlite3_close>;

constexpr int kBusyTimeoutMs = 10'000;
constexpr int kOpenFlags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX;  // we lock ourselves

[[noreturn]] void fail(sqlite3* connection, std::string_view action) {
  const std::string message = "cannot " + std::string(action) + ": " + sqlite3_errmsg(connection);
  if (sqlite3_errcode(connection) == SQLITE_CONSTRAINT) throw Conflict(message);
  throw Error(message);
}

void create_private(const std::filesystem::path& path) {
  const Fd file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!file) throw SystemError("open " + path.string());
}

}  // namespace

struct Database::Connection {
  Sqlite sqlite;
  std::multimap<std::string, sqlite3_stmt*, std::less<>> idle;  // statements, by their text

  ~Connection() {
    for (const auto& [sql, statement] : idle) sqlite3_finalize(statement);
  }

  sqlite3_stmt* take(std::string_view sql) {
    sqlite3_stmt* statement = nullptr;
    if (const auto kept = idle.find(sql); kept != idle.end()) {
      statement = kept->second;
      idle.erase(kept);
      return statement;
    }
    if (sqlite3_prepare_v3(sqlite.get(), sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                           &statement, nullptr) != SQLITE_OK) {
      fail(sqlite.get(), "prepare \"" + std::string(sql) + "\"");
    }
    return statement;
  }

  void give_back(std::string_view sql, sqlite3_stmt* statement) {
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
    idle.emplace(sql, statement);
  }
};

Statement::Statement(Database& database, std::string_view sql)
    : database_(&database), lock_(database.mutex_), sql_(sql), statement_(database.connection_->take(sql)) {}

Statement::Statement(Statement&& other) noexcept
    : database_(other.database_),
      lock_(std::move(other.lock_)),
      sql_(other.sql_),
      statement_(std::exchange(other.statement_, nullptr)),
      next_parameter_(other.next_parameter_),
      next_column_(other.next_column_) {}

Statement::~Statement() {
  if (statement_ != nullptr) database_->connection_->give_back(sql_, statement_);
}

bool Statement::step() {
  next_column_ = 0;
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) fail(database_->connection_->sqlite.get(), "use the database");
  return false;
}

std::string Statement::text() {
  return optional_text().value_or("");
}

std::optional<std::string> Statement::optional_text() {
  const int column = next_column_++;
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  if (bytes == nullptr) return std::nullopt;
  return std::string(bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)));
}

std::int64_t Statement::integer() {
  return sqlite3_column_int64(statement_, next_column_++);
}

WallTime Statement::time() {
  return WallTime(std::chrono::microseconds(integer()));
}

std::optional<WallTime> Statement::optional_time() {
  if (sqlite3_column_type(statement_, next_column_) != SQLITE_NULL) return time();
  ++next_column_;
  return std::nullopt;
}

Json Statement::json() {
  return Json::parse(text());
}

void Statement::bind(std::string_view value) {
  // Never a null pointer, which would bind NULL.
  const char* bytes = value.empty() ? "" : value.data();
  sqlite3_bind_text64(statement_, next_parameter_++, bytes, value.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
}

void Statement::bind(std::int64_t value) {
  sqlite3_bind_int64(statement_, next_parameter_++, value);
}

void Statement::bind(WallTime value) {
  bind(std::int64_t{value.time_since_epoch().count()});
}

void Statement::bind(const Json& value) {
  bind(value.dump(-1, ' ', false, Json::error_handler_t::replace));
}

void Statement::bind(std::nullopt_t) {
  sqlite3_bind_null(statement_, next_parameter_++);
}

Transaction::Transaction(Database& database) : database_(database), lock_(database.mutex_) {
  database_.execute(database_.depth_ == 0 ? "BEGIN IMMEDIATE" : "SAVEPOINT inner_" + std::to_string(database_.depth_));
  ++database_.depth_;
}

void Transaction::commit() {
  const int outer = database_.depth_ - 1;
  database_.execute(outer == 0 ? "COMMIT" : "RELEASE inner_" + std::to_string(outer));
  database_.depth_ = outer;
  open_ = false;
  lock_.unlock();
}

Transaction::~Transaction() {
  if (!open_) return;
  const int outer = --database_.depth_;
  const std::string name = "inner_" + std::to_string(outer);
  const std::string script = outer == 0 ? "ROLLBACK" : "ROLLBACK TO " + name + "; RELEASE " + name;
  // SQLite may have rolled back by itself already, then there is nothing left to do.
  sqlite3_exec(database_.connection_->sqlite.get(), script.c_str(), nullptr, nullptr, nullptr);
}

Database::Database(const std::filesystem::path& path) : connection_(std::make_unique<Connection>()) {
  create_private(path);
  if (sqlite3_open_v2(path.c_str(), out_ptr(connection_->sqlite), kOpenFlags, nullptr) != SQLITE_OK) {
    fail(connection_->sqlite.get(), "open " + path.string());
  }
  sqlite3_busy_timeout(connection_->sqlite.get(), kBusyTimeoutMs);
  execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON");
}

Database::~Database() = default;

void Database::execute(const std::string& script) {
  const std::lock_guard lock(mutex_);
  sqlite3* connection = connection_->sqlite.get();
  if (sqlite3_exec(connection, script.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
    fail(connection, "use the database");
  }
}

int Database::changes() const {
  return sqlite3_changes(connection_->sqlite.get());
}

}  // namespace penstock
