#include "store/database.h"

#include "base/error.h"
#include "base/file.h"
#include "store/migrations.h"

#include <catch2/catch.hpp>

#include <sys/stat.h>

#include <thread>
#include <vector>

namespace penstock {
namespace {

struct DatabaseFixture {
  TemporaryDirectory directory;
  Database database{directory.path() / "test.db"};

  DatabaseFixture() { database.execute("CREATE TABLE t (a TEXT UNIQUE, b INTEGER)"); }

  std::int64_t count() {
    Statement row = database.query("SELECT count(*) FROM t");
    row.step();
    return row.integer();
  }
};

}  // namespace

TEST_CASE("a new database file is readable by its owner only") {
  const TemporaryDirectory directory;
  const Database database(directory.path() / "test.db");
  struct stat status {};
  REQUIRE(::stat((directory.path() / "test.db").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
}

TEST_CASE_METHOD(DatabaseFixture, "what was bound is read back, zero bytes and absence included") {
  const std::string odd("a\0b", 3);
  database.run("INSERT INTO t VALUES (?, ?), (?, ?)", odd, -7, "", std::optional<WallTime>());
  Statement row = database.query("SELECT a, b FROM t ORDER BY rowid");
  REQUIRE(row.step());
  CHECK(row.text() == odd);
  CHECK(row.integer() == -7);
  REQUIRE(row.step());
  CHECK(row.optional_text() == "");
  CHECK_FALSE(row.optional_time());
  CHECK_FALSE(row.step());
}

TEST_CASE_METHOD(DatabaseFixture, "a transaction that is not committed leaves nothing") {
  {
    Transaction transaction(database);
    database.run("INSERT INTO t VALUES ('a', 1)");
  }
  CHECK(count() == 0);
}

TEST_CASE_METHOD(DatabaseFixture, "an inner transaction can be rolled back alone") {
  Transaction outer(database);
  database.run("INSERT INTO t VALUES ('outer', 1)");
  {
    Transaction inner(database);
    database.run("INSERT INTO t VALUES ('inner', 1)");
  }
  outer.commit();
  CHECK(count() == 1);
}

TEST_CASE_METHOD(DatabaseFixture, "an inner commit is undone with the outer transaction") {
  {
    Transaction outer(database);
    Transaction inner(database);
    database.run("INSERT INTO t VALUES ('inner', 1)");
    inner.commit();
  }
  CHECK(count() == 0);
}

TEST_CASE_METHOD(DatabaseFixture, "a broken rule is a Conflict and the database stays usable") {
  database.run("INSERT INTO t VALUES ('a', 1)");
  CHECK_THROWS_AS(database.run("INSERT INTO t VALUES ('a', 2)"), Conflict);
  CHECK(count() == 1);
}

TEST_CASE_METHOD(DatabaseFixture, "the same statement can be under way twice") {
  database.run("INSERT INTO t VALUES ('a', 1), ('b', 2)");
  const std::string_view sql = "SELECT a FROM t ORDER BY a";
  Statement first = database.query(sql);
  REQUIRE(first.step());
  Statement second = database.query(sql);
  REQUIRE(second.step());
  CHECK(first.text() == "a");
  REQUIRE(second.step());
  CHECK(second.text() == "b");
}

TEST_CASE_METHOD(DatabaseFixture, "threads share a database") {
  std::vector<std::jthread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([this, thread] {
      for (int i = 0; i < 25; ++i) {
        Transaction transaction(database);
        database.run("INSERT INTO t VALUES (?, ?)", std::to_string(thread) + "-" + std::to_string(i), i);
        transaction.commit();
      }
    });
  }
  threads.clear();
  CHECK(count() == 100);
}

TEST_CASE("a schema newer than the program is refused") {
  const TemporaryDirectory directory;
  Database database(directory.path() / "test.db");
  migrate(database);
  migrate(database);
  database.execute("PRAGMA user_version = 1000");
  CHECK_THROWS_WITH(migrate(database), Catch::Contains("newer than this program"));
}

}  // namespace penstock
