// Brings two lines of history together. Nothing but objects is written: no branch moves.
#pragma once

#include "git/plumbing.h"
#include "git/repository.h"

#include <string>

namespace penstock::git {

// A commit that has all of both. That is one of them when it has the other already.
struct Merge {
  const Plumbing& git;
  const Repository& repository;
  ObjectId into;
  ObjectId from;
  Person who;
  std::string message;

  // Throws Conflict, naming the files, when both changed the same lines.
  ObjectId run() const;
};

// The commits that `branch` has and `onto` has not, made again after `onto`, with their authors; merges are left out.
struct Rebase {
  const Plumbing& git;
  const Repository& repository;
  ObjectId branch;
  ObjectId onto;
  Person who;

  // The last of them. Throws Conflict, naming the commit and the files, when one changes what `onto` has changed too.
  ObjectId run() const;

 private:
  // `parent` with the change of `commit`.
  ObjectId pick(const Commit& commit, const ObjectId& parent) const;
};

}  // namespace penstock::git
