#include "git/maintain.h"

#include "git/create.h"
#include "git/repository.h"
#include "support/git_sandbox.h"

#include <catch2/catch.hpp>

namespace penstock::git {
namespace {

struct MaintainFixture {
  test::GitSandbox work;
  TemporaryDirectory directory;
  std::filesystem::path bare = directory.path() / "p.git";

  MaintainFixture() {
    CreateRepository{.path = bare, .hooks = directory.path()}.run();
    for (int i = 0; i < 4; ++i) {
      work.write("file", std::to_string(i));
      work.commit(std::to_string(i));
      work.git({"push", "-q", bare, "main"});
    }
  }

  std::string packs() const { return work.git({"-C", bare, "count-objects", "-v"}); }
};

}  // namespace

TEST_CASE_METHOD(MaintainFixture, "many packs become few, and nothing is lost") {
  const Repository opened_before(bare);
  REQUIRE_THAT(packs(), Catch::Contains("packs: 4"));
  CHECK(Maintain{.path = bare, .most_packs = 3}.run());
  CHECK_THAT(packs(), Catch::Contains("packs: 1"));
  CHECK(opened_before.commits_between(std::nullopt, *opened_before.resolve("main")).count == 4);
}

TEST_CASE_METHOD(MaintainFixture, "few packs are left alone") {
  CHECK_FALSE(Maintain{.path = bare}.run());
  CHECK_THAT(packs(), Catch::Contains("packs: 4"));
}

}  // namespace penstock::git
