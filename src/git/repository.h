#pragma once

#include "git/tree_entry.h"

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

struct git_repository;

namespace penstock::git {

// Where git keeps the objects of a push until its hook accepts it. Taken from the hook's environment.
struct Quarantine {
  std::filesystem::path objects;                  // GIT_OBJECT_DIRECTORY
  std::vector<std::filesystem::path> alternates;  // GIT_ALTERNATE_OBJECT_DIRECTORIES

  // From the values of the two variables; `alternates` are separated by colons.
  static std::optional<Quarantine> of(const std::string& objects, const std::string& alternates);
};

struct Branch {
  std::string name;  // without refs/heads/
  ObjectId commit;
};

// Whether git takes it as the name of a branch; at most 200 bytes.
bool is_branch_name(const std::string& name);

struct Person {
  std::string name;
  std::string email;
};

struct Commit {
  ObjectId id;
  ObjectId tree;
  std::vector<ObjectId> parents;
  Person author;
  std::chrono::system_clock::time_point time;  // of the committer
  std::string message;

  std::string subject() const;
};

struct CommitRange {
  std::size_t count = 0;
  std::vector<Commit> newest;  // newest first, at most the limit asked for
};

// A repository opened for reading. Opening takes microseconds: open one per job. Not thread safe. What does not exist
// throws NotFound. Files of any owner are accepted, so only open repositories whose configuration we wrote.
class Repository {
 public:
  explicit Repository(const std::filesystem::path& path, const std::optional<Quarantine>& quarantine = std::nullopt);
  Repository(Repository&& other) noexcept;
  ~Repository();

  // The commit that a full ref name, a branch, a tag or an id means.
  std::optional<ObjectId> resolve(const std::string& revision) const;
  // By name.
  std::vector<Branch> branches() const;

  Commit commit(const ObjectId& id) const;
  // The tree itself, or that of a commit.
  ObjectId tree_of(const ObjectId& commit_or_tree) const;

  // Paths are relative to `tree` and separated by slashes; "" and "/" mean the tree itself. `tree` may be a commit.
  std::optional<TreeEntry> entry(const ObjectId& tree, const std::string& path) const;
  // Empty when there is no such directory.
  std::vector<TreeEntry> list(const ObjectId& tree, const std::string& path = {}) const;
  // Empty when there is no such file. Throws UserError when it is larger than `limit` bytes.
  std::optional<std::string> read(const ObjectId& tree, const std::string& path,
                                  std::size_t limit = std::size_t{16} << 20) const;

  // Identity of an application's code: the id that the directory `source_root` of `tree` has without its `.upsun`, as
  // by `git ls-tree | grep -v .upsun | git mktree`. Nothing is written. Throws NotFound without such a directory.
  ObjectId source_tree(const ObjectId& tree, const std::string& source_root) const;

  bool is_ancestor(const ObjectId& ancestor, const ObjectId& descendant) const;
  // The commits that `to` has and `from` has not; all of `to` when `from` is empty or unknown.
  CommitRange commits_between(const std::optional<ObjectId>& from, const ObjectId& to, std::size_t limit = 20) const;

  // For the other files of this folder.
  git_repository* handle() const { return handle_.get(); }

 private:
  struct Free {
    void operator()(git_repository* repository) const;
  };
  std::unique_ptr<git_repository, Free> handle_;
};

}  // namespace penstock::git
