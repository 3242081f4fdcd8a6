#include "cli/git_remote.h"

#include <catch2/catch.hpp>

using namespace penstock::cli;

TEST_CASE("a remote at the API's address names its project, with credentials or without") {
  const std::string api = "http://127.0.0.1:7080";
  CHECK(project_of_remote("http://127.0.0.1:7080/abc.git", api) == "abc");
  CHECK(project_of_remote("http://user:secret@127.0.0.1:7080/abc.git", api) == "abc");
}

TEST_CASE("other remotes name none") {
  const std::string api = "http://127.0.0.1:7080";
  CHECK_FALSE(project_of_remote("http://127.0.0.1:7081/abc.git", api));
  CHECK_FALSE(project_of_remote("git@github.com:me/abc.git", api));
  CHECK_FALSE(project_of_remote("http://127.0.0.1:7080/a/b.git", api));
}
