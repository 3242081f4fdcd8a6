#include "runtime/access_logs.h"

#include "base/file.h"

#include <catch2/catch.hpp>

#include <sys/stat.h>

namespace penstock::test {

namespace fs = std::filesystem;

TEST_CASE("the file of an environment's access log is made once, and removed with what is beside it") {
  const TemporaryDirectory root;
  const AccessLogs logs(root.path() / "access", root.path() / "router", "combined");
  const fs::path file = logs.prepare("project-main");
  replace_file(file, "a line\n");
  CHECK(logs.prepare("project-main") == file);
  CHECK(read_file(file) == "a line\n");
  CHECK(logs.file("project-main") == file);
  logs.remove("project-main");
  CHECK_FALSE(fs::exists(file.parent_path()));
  logs.remove("project-main");
}

TEST_CASE("the router's group may write to an access log, and rename nothing that is not its own") {
  const TemporaryDirectory root;
  fs::create_directory(root.path() / "router");
  const AccessLogs logs(root.path() / "access", root.path() / "router", "combined");
  const fs::path file = logs.prepare("env");
  struct stat status {};
  REQUIRE(::stat(file.parent_path().c_str(), &status) == 0);
  CHECK((status.st_mode & 07777) == 01770);
  REQUIRE(::stat(file.c_str(), &status) == 0);
  CHECK((status.st_mode & 07777) == 0664);
}

TEST_CASE("a link in the place of an access log is not followed") {
  const TemporaryDirectory root;
  const AccessLogs logs(root.path() / "access", root.path() / "router", "combined");
  const fs::path file = logs.prepare("env");
  fs::remove(file);
  fs::create_symlink(root.path() / "elsewhere", file);
  CHECK_THROWS_AS(logs.prepare("env"), std::exception);
  CHECK_FALSE(fs::exists(root.path() / "elsewhere"));
}

}  // namespace penstock::test
