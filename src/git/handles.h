// Owners of libgit2's objects, and the one place where its errors become ours. Only .cc files include it.
#pragma once

#include "base/handle.h"

#include <git2.h>

#include <string>
#include <string_view>

namespace penstock::git {

using RepositoryHandle = Handle<git_repository, git_repository_free>;
using OdbHandle = Handle<git_odb, git_odb_free>;
using OdbObjectHandle = Handle<git_odb_object, git_odb_object_free>;
using ReferenceHandle = Handle<git_reference, git_reference_free>;
using BranchIteratorHandle = Handle<git_branch_iterator, git_branch_iterator_free>;
using ObjectHandle = Handle<git_object, git_object_free>;
using CommitHandle = Handle<git_commit, git_commit_free>;
using TreeHandle = Handle<git_tree, git_tree_free>;
using TreeEntryHandle = Handle<git_tree_entry, git_tree_entry_free>;
using BlobHandle = Handle<git_blob, git_blob_free>;
using RevwalkHandle = Handle<git_revwalk, git_revwalk_free>;

// Before any other use of libgit2; again does nothing.
void initialise();

// Throws NotFound or Error "cannot <action>: <libgit2's reason>" when `code` is negative; returns it otherwise.
int check(int code, std::string_view action);

// 40 hexadecimal digits to libgit2's form. Throws UserError.
git_oid oid_of(std::string_view hex);
std::string hex_of(const git_oid& oid);

}  // namespace penstock::git
