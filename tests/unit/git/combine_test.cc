#include "git/combine.h"

#include "base/error.h"
#include "support/git_sandbox.h"

#include <catch2/catch.hpp>

namespace penstock::git {
namespace {

// A branch that has left main: both have gone on since.
struct CombineFixture {
  CombineFixture() {
    work.write("file", "one\ntwo\nthree\nfour\nfive\n");
    work.commit("base");
    work.git({"checkout", "-q", "-b", "feature"});
  }

  ObjectId on(const std::string& branch, const std::string& file, const std::string& text) {
    work.git({"checkout", "-q", branch});
    work.write(file, text);
    return work.commit("change " + file);
  }
  ObjectId merge() const { return Merge{git, repository(), head("main"), head("feature"), ada, "Merge it"}.run(); }
  ObjectId rebase() const { return Rebase{git, repository(), head("feature"), head("main"), ada}.run(); }
  Repository repository() const { return Repository(git.path); }
  ObjectId head(const std::string& branch) const { return work.git({"rev-parse", branch}); }

  test::GitSandbox work;
  Plumbing git{work.path() / ".git", std::nullopt};
  Person ada{"Ada", "ada@example.com"};
};

}  // namespace

TEST_CASE_METHOD(CombineFixture, "a branch whose history has the other's is what they make together") {
  const ObjectId ahead = on("feature", "new", "x");
  CHECK(merge() == ahead);
  CHECK(rebase() == ahead);
  work.git({"update-ref", "refs/heads/main", ahead});
  on("main", "more", "x");
  CHECK(merge() == head("main"));
  CHECK(rebase() == head("main"));
}

TEST_CASE_METHOD(CombineFixture, "a merge has the changes of both, and both as parents") {
  on("feature", "file", "ONE\ntwo\nthree\nfour\nfive\n");
  on("main", "file", "one\ntwo\nthree\nfour\nFIVE\n");
  const Commit merged = repository().commit(merge());
  CHECK(repository().read(merged.id, "file") == "ONE\ntwo\nthree\nfour\nFIVE\n");
  CHECK(merged.parents == std::vector<ObjectId>{head("main"), head("feature")});
  CHECK(merged.author.name == "Ada");
  CHECK(merged.subject() == "Merge it");
}

TEST_CASE_METHOD(CombineFixture, "a conflict names the files, and no branch moves") {
  on("feature", "file", "of feature\n");
  on("feature", "a b", "of feature\n");
  on("main", "a b", "of main\n");
  const ObjectId before = on("main", "file", "of main\n");
  CHECK_THROWS_WITH(merge(), "cannot merge: both changed a b, file");
  CHECK_THROWS_WITH(rebase(), Catch::Contains("(change file): both changed file"));
  CHECK_THROWS_AS(merge(), Conflict);
  CHECK(head("main") == before);
}

TEST_CASE_METHOD(CombineFixture, "a rebase makes the branch's commits again, with their authors") {
  on("feature", "first", "1");
  work.git({"commit", "-q", "--allow-empty", "--author", "Grace <grace@example.com>", "-m", "nothing"});
  on("feature", "second", "2");
  const ObjectId main = on("main", "file", "changed\n");
  const Repository repository = this->repository();
  const Commit last = repository.commit(rebase());
  const Commit first = repository.commit(last.parents.at(0));
  CHECK(first.parents == std::vector<ObjectId>{main});
  CHECK(last.subject() == "change second");
  CHECK(last.author.email == "tester@example.com");
  CHECK(repository.read(last.id, "file") == "changed\n");
  CHECK(repository.read(last.id, "first") == "1");
}

}  // namespace penstock::git
