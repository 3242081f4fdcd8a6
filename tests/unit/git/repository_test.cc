#include "git/repository.h"

#include "base/error.h"
#include "support/git_sandbox.h"

#include <catch2/catch.hpp>

namespace penstock::git {
namespace {

struct RepositoryFixture {
  test::GitSandbox work;

  RepositoryFixture() {
    work.write("index.js", "server");
    work.write("lib/util.js", "util");
    work.write("lib/.upsun/old.yaml", "nested");
    work.write(".upsun/config.yaml", "applications: {}");
    work.write("readme", "read me");
    first = work.commit("First\n\nWith a body");
  }

  Repository open() const { return Repository(work.path() / ".git"); }

  std::string first;
};

}  // namespace

TEST_CASE_METHOD(RepositoryFixture, "branches, tags, full names and ids resolve to commits") {
  work.git({"tag", "-a", "-m", "release", "v1"});
  const std::string second = work.commit("Second");
  const Repository repository = open();
  CHECK(repository.resolve("main") == second);
  CHECK(repository.resolve("refs/heads/main") == second);
  CHECK(repository.resolve("HEAD") == second);
  CHECK(repository.resolve("v1") == first);
  CHECK(repository.resolve(first) == first);
  CHECK_FALSE(repository.resolve("none"));
  CHECK_FALSE(repository.resolve("../etc"));
  CHECK_FALSE(repository.resolve(std::string(40, 'a')));
}

TEST_CASE_METHOD(RepositoryFixture, "branches are listed by name") {
  work.git({"branch", "feature/x"});
  const std::vector<Branch> branches = open().branches();
  REQUIRE(branches.size() == 2);
  CHECK(branches[0].name == "feature/x");
  CHECK(branches[0].commit == first);
  CHECK(branches[1].name == "main");
}

TEST_CASE_METHOD(RepositoryFixture, "a commit is read whole") {
  const std::string second = work.commit("Second");
  const Commit commit = open().commit(second);
  CHECK(commit.parents == std::vector<ObjectId>{first});
  CHECK(commit.subject() == "Second");
  CHECK(commit.author.email == "tester@example.com");
  CHECK(commit.time == std::chrono::system_clock::from_time_t(1700000000));
  CHECK(commit.tree == work.git({"rev-parse", "HEAD^{tree}"}));
  CHECK(open().tree_of(second) == commit.tree);
  CHECK_THROWS_AS(open().commit(std::string(40, 'a')), NotFound);
}

TEST_CASE_METHOD(RepositoryFixture, "files and directories are found by path") {
  const Repository repository = open();
  CHECK(repository.read(first, "lib/util.js") == "util");
  CHECK(repository.read(first, "/.upsun/config.yaml") == "applications: {}");
  CHECK_FALSE(repository.read(first, "lib"));
  CHECK_FALSE(repository.read(first, "none/at/all"));
  CHECK_THROWS_WITH(repository.read(first, "readme", 3), "cannot read readme: larger than 3 bytes");
  REQUIRE(repository.list(first, "lib/").size() == 2);
  CHECK(repository.list(first, "lib")[1].name == "util.js");
  CHECK(repository.list(first, "lib")[0].kind == EntryKind::Directory);
  CHECK(repository.list(first).size() == 4);
  CHECK(repository.list(first, "none").empty());
  CHECK(repository.entry(first, "/")->kind == EntryKind::Directory);
}

TEST_CASE_METHOD(RepositoryFixture, "the source tree is what git mktree makes without .upsun") {
  const std::string listing = work.git({"ls-tree", "HEAD"});
  std::string kept;
  for (std::size_t begin = 0; begin < listing.size();) {
    const std::size_t end = std::min(listing.find('\n', begin), listing.size());
    const std::string line = listing.substr(begin, end - begin);
    if (!line.ends_with("\t.upsun")) kept += line + "\n";
    begin = end + 1;
  }
  CHECK(open().source_tree(first, "/") == work.git({"mktree"}, kept));
  CHECK(open().source_tree(first, "/") != open().tree_of(first));
}

TEST_CASE_METHOD(RepositoryFixture, "the source tree changes with its own files alone") {
  const ObjectId before = open().source_tree(first, "/");
  const ObjectId lib_before = open().source_tree(first, "lib");
  work.write(".upsun/config.yaml", "changed");
  const std::string second = work.commit("Configuration");
  CHECK(open().source_tree(second, "/") == before);
  work.write("index.js", "changed");
  const std::string third = work.commit("Code");
  CHECK(open().source_tree(third, "") != before);
  CHECK(open().source_tree(third, "/lib") == lib_before);
  CHECK_THROWS_AS(open().source_tree(third, "readme"), NotFound);
}

TEST_CASE_METHOD(RepositoryFixture, "history is compared") {
  const std::string second = work.commit("Second");
  const std::string third = work.commit("Third");
  const Repository repository = open();
  CHECK(repository.is_ancestor(first, third));
  CHECK(repository.is_ancestor(third, third));
  CHECK_FALSE(repository.is_ancestor(third, first));
  const CommitRange range = repository.commits_between(first, third, 1);
  CHECK(range.count == 2);
  REQUIRE(range.newest.size() == 1);
  CHECK(range.newest[0].subject() == "Third");
  CHECK(repository.commits_between(std::nullopt, third).count == 3);
  CHECK(repository.commits_between(std::string(40, '0'), second).count == 2);
}

TEST_CASE_METHOD(RepositoryFixture, "objects in quarantine are seen only by who knows of it") {
  const test::GitSandbox other;
  other.write("new", "new");
  const std::string id = other.commit("Elsewhere");
  CHECK_FALSE(open().resolve(id));
  const auto quarantine = Quarantine::of(other.path() / ".git/objects", work.path() / ".git/objects");
  const Repository repository(work.path() / ".git", quarantine);
  CHECK(repository.read(id, "new") == "new");
  CHECK(repository.resolve("main") == first);
}

TEST_CASE("quarantine directories come from the hook's environment") {
  CHECK_FALSE(Quarantine::of("", "/a"));
  CHECK(Quarantine::of("/q", "")->alternates.empty());
  CHECK(Quarantine::of("/q", "/a:/b")->alternates == std::vector<std::filesystem::path>{"/a", "/b"});
}

TEST_CASE("a directory that is no repository is an error that names it") {
  const TemporaryDirectory directory;
  CHECK_THROWS_WITH(Repository(directory.path()), Catch::Contains(directory.path().string()));
}

TEST_CASE_METHOD(RepositoryFixture, "what is no id is the caller's mistake") {
  CHECK_THROWS_AS(open().commit("main"), UserError);
}

}  // namespace penstock::git
