#include "pipeline/workspace/disk_guard.h"

#include "base/error.h"
#include "base/file.h"
#include "support/eventually.h"

#include <catch2/catch.hpp>

#include <fstream>

using namespace penstock;

TEST_CASE("the guard asks for a stop once too much is on disk") {
  TemporaryDirectory directory;
  const DiskGuard guard({{directory.path()}, std::uint64_t{1} << 20, {}, std::chrono::milliseconds(1)});
  CHECK_FALSE(guard.exceeded());
  std::ofstream(directory.path() / "large") << std::string(std::size_t{2} << 20, 'x') << std::flush;
  CHECK(test::eventually([&] { return guard.token().stop_requested(); }));
  CHECK(guard.exceeded());
}

TEST_CASE("the guard passes a stop on") {
  std::stop_source source;
  const DiskGuard guard({{}, 1, source.get_token()});
  source.request_stop();
  CHECK(guard.token().stop_requested());
  CHECK_FALSE(guard.exceeded());
}

TEST_CASE("disk usage counts what is stored, not what sparse files pretend") {
  TemporaryDirectory directory;
  std::ofstream(directory.path() / "sparse");
  std::filesystem::resize_file(directory.path() / "sparse", std::uintmax_t{1} << 30);
  CHECK(disk_usage(directory.path()) < (std::uint64_t{1} << 20));
}
