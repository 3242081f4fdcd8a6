#include "base/file_lock.h"

#include "base/error.h"
#include "base/file.h"

#include <catch2/catch.hpp>

#include <optional>
#include <thread>

namespace penstock::test {

TEST_CASE("a lock is held by one at a time") {
  const TemporaryDirectory directory;
  const auto path = directory.path() / "lock";
  std::optional<FileLock> first(path);
  std::stop_source waited;
  // Gives up as soon as it finds the lock taken.
  CHECK_THROWS_AS(FileLock(
                      path, [&] { waited.request_stop(); }, waited.get_token()),
                  Cancelled);
  first.reset();
  CHECK_NOTHROW(FileLock(path, [] { FAIL("nobody holds it"); }));
}

TEST_CASE("a waiter gets the lock when it is released") {
  const TemporaryDirectory directory;
  const auto path = directory.path() / "lock";
  std::optional<FileLock> first(path);
  std::thread waiter([&] { FileLock(path, [&] { first.reset(); }); });
  waiter.join();
  CHECK_FALSE(first);
}

}  // namespace penstock::test
