#include "git/combine.h"

#include "base/error.h"

#include <fmt/format.h>

namespace penstock::git {
namespace {

constexpr std::size_t kMostCommits = 1000;

using Texts = std::vector<std::string>;

Texts split(std::string_view text, char separator) {
  Texts parts;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    if (end > 0) parts.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

Texts people(const Person& author, const Person& committer) {
  return {"GIT_AUTHOR_NAME=" + author.name, "GIT_AUTHOR_EMAIL=" + author.email, "GIT_COMMITTER_NAME=" + committer.name,
          "GIT_COMMITTER_EMAIL=" + committer.email};
}

ObjectId commit_tree(const Plumbing& git, const ObjectId& tree, const Texts& parents, const Texts& environment,
                     const std::string& message) {
  Texts arguments = {"commit-tree", tree};
  for (const ObjectId& parent : parents) arguments.insert(arguments.end(), {"-p", parent});
  return git.checked("make a commit", std::move(arguments), environment, message);
}

// The tree of both. `what` begins the sentence about a conflict.
ObjectId merged_tree(const Plumbing& git, const ObjectId& into, const ObjectId& from, const std::string& what) {
  const CommandResult result =
      git.run({"merge-tree", "--write-tree", "--name-only", "--no-messages", "-z", into, from});
  Texts lines = split(result.out, '\0');
  if (result.status.success() && lines.size() == 1) return lines.front();
  constexpr int kConflict = 1;
  if (result.status.code != kConflict || lines.size() < 2) throw Error("cannot " + what + ": " + result.err);
  lines.erase(lines.begin());
  throw Conflict(fmt::format("cannot {}: both changed {}", what, fmt::join(lines, ", ")));
}

}  // namespace

ObjectId Merge::run() const {
  if (repository.is_ancestor(from, into)) return into;
  if (repository.is_ancestor(into, from)) return from;
  return commit_tree(git, merged_tree(git, into, from, "merge"), {into, from}, people(who, who), message);
}

ObjectId Rebase::run() const {
  if (repository.is_ancestor(onto, branch)) return branch;
  const Texts commits =
      split(git.checked("list commits", {"rev-list", "--reverse", "--topo-order", "--no-merges", onto + ".." + branch}),
            '\n');
  if (commits.size() > kMostCommits) {
    throw UserError(fmt::format("cannot rebase: {} commits are more than {}", commits.size(), kMostCommits));
  }
  ObjectId head = onto;
  for (const ObjectId& id : commits) head = pick(repository.commit(id), head);
  return head;
}

// Merging needs a common ancestor: three commits made for it alone say that the change's parent is.
ObjectId Rebase::pick(const Commit& commit, const ObjectId& parent) const {
  const Texts ours = people(who, who);
  const auto stand_in = [&](const ObjectId& of, const Texts& parents) {
    return commit_tree(git, repository.tree_of(of), parents, ours, "");
  };
  const ObjectId empty = git.checked("make an empty tree", {"mktree"});
  const ObjectId base = stand_in(commit.parents.empty() ? empty : commit.parents.front(), {});
  const std::string what = fmt::format("rebase {} ({})", commit.id.substr(0, 7), commit.subject());
  const ObjectId tree = merged_tree(git, stand_in(parent, {base}), stand_in(commit.id, {base}), what);
  if (tree == repository.tree_of(parent)) return parent;
  Texts environment = people(commit.author, who);
  environment.push_back("GIT_AUTHOR_DATE=" + git.checked("read a commit", {"show", "-s", "--format=%aI", commit.id}));
  return commit_tree(git, tree, {parent}, environment, commit.message);
}

}  // namespace penstock::git
