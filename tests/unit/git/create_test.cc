#include "git/create.h"

#include "base/error.h"
#include "git/repository.h"
#include "support/git_sandbox.h"

#include <catch2/catch.hpp>

#include <sys/stat.h>

namespace penstock::git {
namespace {

struct CreateFixture {
  test::GitSandbox work;
  TemporaryDirectory directory;
  std::filesystem::path hooks = directory.path() / "hooks";
  std::filesystem::path bare = directory.path() / "repositories" / "p.git";

  std::string config(const std::string& key) const { return work.git({"-C", bare, "config", key}); }
};

}  // namespace

TEST_CASE_METHOD(CreateFixture, "a new repository takes a push of its default branch") {
  CreateRepository{.path = bare, .hooks = hooks, .default_branch = "trunk"}.run();
  work.write("file", "content");
  const std::string id = work.commit("first");
  work.git({"push", "-q", bare, "HEAD:trunk"});
  CHECK(Repository(bare).resolve("HEAD") == id);
  CHECK(work.git({"-C", bare, "fsck", "--strict"}).empty());
}

TEST_CASE_METHOD(CreateFixture, "a new repository is durable and bounded") {
  CreateRepository{.path = bare, .hooks = hooks, .max_input_bytes = 1000}.run();
  CHECK(config("core.fsync") == "committed,reference");
  CHECK(config("core.hooksPath") == hooks);
  CHECK(config("core.bare") == "true");
  CHECK(config("receive.unpackLimit") == "1");
  CHECK(config("receive.fsckObjects") == "true");
  CHECK(config("receive.maxInputSize") == "1000");
  CHECK(config("receive.advertisePushOptions") == "true");
  CHECK(config("receive.advertiseAtomic") == "true");
  CHECK(config("gc.auto") == "0");
}

TEST_CASE_METHOD(CreateFixture, "a repository belongs to the user who serves it") {
  if (::geteuid() != 0) return;
  CreateRepository{.path = bare, .hooks = hooks, .owner = std::pair<uid_t, gid_t>(12345, 12346)}.run();
  for (const char* inner : {"", "HEAD", "config", "objects/pack", "refs/heads"}) {
    struct stat status {};
    REQUIRE(::stat((bare / inner).c_str(), &status) == 0);
    CHECK(status.st_uid == 12345);
    CHECK(status.st_gid == 12346);
  }
  CHECK_NOTHROW(Repository(bare));
}

TEST_CASE_METHOD(CreateFixture, "a repository that exists is left alone") {
  CreateRepository{.path = bare, .hooks = hooks}.run();
  CHECK_THROWS_AS((CreateRepository{.path = bare, .hooks = hooks}.run()), Conflict);
  CHECK(std::distance(std::filesystem::directory_iterator(bare.parent_path()), {}) == 1);
}

}  // namespace penstock::git
