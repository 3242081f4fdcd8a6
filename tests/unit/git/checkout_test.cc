#include "git/checkout.h"

#include "base/error.h"
#include "support/git_sandbox.h"

#include <catch2/catch.hpp>

#include <sys/stat.h>

namespace penstock::git {
namespace {

namespace fs = std::filesystem;

struct CheckoutFixture {
  test::GitSandbox work;
  TemporaryDirectory destination;

  Repository open() const { return Repository(work.path() / ".git"); }

  void check_out(const std::string& commit, const std::string& path = {}) const {
    const Repository repository = open();
    Checkout{.repository = repository,
             .tree = commit,
             .path = path,
             .destination = destination.path(),
             .omit = {".upsun"},
             .time = std::chrono::system_clock::from_time_t(1700000000)}
        .run();
  }

  struct stat status_of(const std::string& name) const {
    struct stat status {};
    REQUIRE(::lstat((destination.path() / name).c_str(), &status) == 0);
    return status;
  }

  // A commit of a tree made by hand, with entries that git add refuses.
  std::string commit_of(const std::string& mktree_lines) const {
    const std::string tree = work.git({"mktree", "--missing"}, mktree_lines);
    return work.git({"commit-tree", tree, "-m", "by hand"});
  }
};

}  // namespace

TEST_CASE_METHOD(CheckoutFixture, "a checkout has the files, modes, links and one time") {
  work.write("run.sh", "#!/bin/sh\n");
  fs::permissions(work.path() / "run.sh", fs::perms(0755));
  work.write("a/b/c.txt", "deep");
  fs::create_symlink("../a/b", work.path() / "a/link");
  work.write(".upsun/config.yaml", "left out");
  work.write("a/.upsun/kept", "kept");
  check_out(work.commit("files"));
  CHECK(read_file(destination.path() / "a/b/c.txt") == "deep");
  CHECK((status_of("run.sh").st_mode & 07777) == 0755);
  CHECK((status_of("a/b/c.txt").st_mode & 07777) == 0644);
  CHECK((status_of("a/b").st_mode & 07777) == 0755);
  CHECK(fs::read_symlink(destination.path() / "a/link") == "../a/b");
  for (const char* name : {"", "run.sh", "a", "a/b", "a/b/c.txt", "a/link"}) {
    CHECK(status_of(name).st_mtime == 1700000000);
  }
  CHECK_FALSE(fs::exists(destination.path() / ".upsun"));
  CHECK(fs::exists(destination.path() / "a/.upsun/kept"));
}

TEST_CASE_METHOD(CheckoutFixture, "a directory can be checked out alone") {
  work.write("front/index.html", "front");
  work.write("back/main.py", "back");
  check_out(work.commit("two"), "front");
  CHECK(read_file(destination.path() / "index.html") == "front");
  CHECK_FALSE(fs::exists(destination.path() / "main.py"));
  CHECK_THROWS_AS(check_out("HEAD", "none"), UserError);
}

TEST_CASE_METHOD(CheckoutFixture, "a checkout belongs to whom it should") {
  if (::geteuid() != 0) return;
  work.write("a/file", "x");
  fs::create_symlink("file", work.path() / "a/link");
  const std::string commit = work.commit("owned");
  const Repository repository = open();
  Checkout{.repository = repository,
           .tree = commit,
           .destination = destination.path(),
           .owner = std::pair<uid_t, gid_t>(10000, 10001)}
      .run();
  for (const char* name : {"", "a", "a/file", "a/link"}) {
    CHECK(status_of(name).st_uid == 10000);
    CHECK(status_of(name).st_gid == 10001);
  }
}

TEST_CASE_METHOD(CheckoutFixture, "a submodule is refused with a way out") {
  const std::string commit = commit_of("160000 commit " + std::string(40, '1') + "\tvendor\n");
  CHECK_THROWS_WITH(check_out(commit), Catch::Contains("vendor: it is a submodule"));
}

TEST_CASE_METHOD(CheckoutFixture, "names that lead elsewhere are refused") {
  work.write("file", "x");
  work.commit("file");
  const std::string blob = work.git({"rev-parse", "HEAD:file"});
  for (const char* name : {".git", ".GIT", "..", "."}) {
    const std::string commit = commit_of("100644 blob " + blob + "\t" + name + "\n");
    CHECK_THROWS_AS(check_out(commit), Error);
  }
  CHECK(fs::is_empty(destination.path()));
}

TEST_CASE_METHOD(CheckoutFixture, "directories within each other without end are refused") {
  work.write("file", "x");
  work.commit("file");
  std::string tree = work.git({"rev-parse", "HEAD^{tree}"});
  for (int i = 0; i < 201; ++i) tree = work.git({"mktree"}, "040000 tree " + tree + "\td\n");
  const std::string commit = work.git({"commit-tree", tree, "-m", "deep"});
  CHECK_THROWS_WITH(check_out(commit), Catch::Contains("too many directories"));
}

}  // namespace penstock::git
