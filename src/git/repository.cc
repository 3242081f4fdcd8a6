#include "git/repository.h"

#include "base/error.h"
#include "git/handles.h"

#include <algorithm>
#include <array>

namespace penstock::git {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kRawIdSize = GIT_OID_RAWSZ;

EntryKind kind_of(git_filemode_t mode) {
  switch (mode) {
    case GIT_FILEMODE_TREE:
      return EntryKind::Directory;
    case GIT_FILEMODE_BLOB_EXECUTABLE:
      return EntryKind::Executable;
    case GIT_FILEMODE_LINK:
      return EntryKind::Symlink;
    case GIT_FILEMODE_COMMIT:
      return EntryKind::Submodule;
    default:
      return EntryKind::File;
  }
}

TreeEntry to_entry(const git_tree_entry* entry) {
  return {.name = git_tree_entry_name(entry),
          .kind = kind_of(git_tree_entry_filemode(entry)),
          .id = hex_of(*git_tree_entry_id(entry))};
}

// Without slashes at its ends.
std::string trimmed(const std::string& path) {
  const std::size_t begin = path.find_first_not_of('/');
  if (begin == std::string::npos) return {};
  return path.substr(begin, path.find_last_not_of('/') + 1 - begin);
}

TreeHandle open_tree(git_repository* repository, const ObjectId& commit_or_tree) {
  const git_oid oid = oid_of(commit_or_tree);
  ObjectHandle object;
  check(git_object_lookup(out_ptr(object), repository, &oid, GIT_OBJECT_ANY), "find " + commit_or_tree);
  ObjectHandle tree;
  check(git_object_peel(out_ptr(tree), object.get(), GIT_OBJECT_TREE), "find the tree of " + commit_or_tree);
  return TreeHandle(reinterpret_cast<git_tree*>(tree.release()));
}

Commit to_commit(const git_commit* commit) {
  const git_signature* author = git_commit_author(commit);
  Commit result{.id = hex_of(*git_commit_id(commit)),
                .tree = hex_of(*git_commit_tree_id(commit)),
                .author = {.name = author->name, .email = author->email},
                .time = std::chrono::system_clock::from_time_t(git_commit_time(commit)),
                .message = git_commit_message(commit)};
  for (unsigned i = 0; i < git_commit_parentcount(commit); ++i) {
    result.parents.push_back(hex_of(*git_commit_parent_id(commit, i)));
  }
  return result;
}

CommitHandle open_commit(git_repository* repository, const ObjectId& id) {
  const git_oid oid = oid_of(id);
  CommitHandle commit;
  check(git_commit_lookup(out_ptr(commit), repository, &oid), "find commit " + id);
  return commit;
}

bool has_commit(git_repository* repository, const ObjectId& id) {
  const git_oid oid = oid_of(id);
  CommitHandle commit;
  return git_commit_lookup(out_ptr(commit), repository, &oid) == 0;
}

// The content of a tree object is "<mode> <name>\0<raw id>" for each entry.
std::string without_entry(std::string_view tree, std::string_view name) {
  std::string result;
  while (!tree.empty()) {
    const std::size_t name_begin = tree.find(' ') + 1;
    const std::size_t name_end = tree.find('\0', name_begin);
    const std::string_view entry = tree.substr(0, name_end + 1 + kRawIdSize);
    if (tree.substr(name_begin, name_end - name_begin) != name) result += entry;
    tree.remove_prefix(entry.size());
  }
  return result;
}

std::optional<ObjectId> commit_of_reference(git_repository* repository, const std::string& name) {
  ReferenceHandle reference;
  if (git_reference_lookup(out_ptr(reference), repository, name.c_str()) != 0) return std::nullopt;
  ObjectHandle commit;
  if (git_reference_peel(out_ptr(commit), reference.get(), GIT_OBJECT_COMMIT) != 0) return std::nullopt;
  return hex_of(*git_object_id(commit.get()));
}

bool looks_like_id(const std::string& text) {
  return text.size() == GIT_OID_HEXSZ && text.find_first_not_of("0123456789abcdef") == std::string::npos;
}

}  // namespace

std::optional<Quarantine> Quarantine::of(const std::string& objects, const std::string& alternates) {
  if (objects.empty()) return std::nullopt;
  Quarantine quarantine{.objects = objects, .alternates = {}};
  for (std::size_t begin = 0; begin < alternates.size();) {
    const std::size_t end = std::min(alternates.find(':', begin), alternates.size());
    if (end > begin) quarantine.alternates.emplace_back(alternates.substr(begin, end - begin));
    begin = end + 1;
  }
  return quarantine;
}

bool is_branch_name(const std::string& name) {
  constexpr std::size_t kLongest = 200;
  int valid = 0;
  initialise();
  return name.size() <= kLongest && git_branch_name_is_valid(&valid, name.c_str()) == 0 && valid == 1;
}

std::string Commit::subject() const {
  return message.substr(0, message.find('\n'));
}

void Repository::Free::operator()(git_repository* repository) const {
  git_repository_free(repository);
}

Repository::Repository(const fs::path& path, const std::optional<Quarantine>& quarantine) {
  initialise();
  check(git_repository_open_bare(out_ptr(handle_), path.c_str()), "open repository " + path.string());
  if (!quarantine) return;
  OdbHandle odb;
  check(git_repository_odb(out_ptr(odb), handle_.get()), "open the objects of " + path.string());
  check(git_odb_add_disk_alternate(odb.get(), quarantine->objects.c_str()), "open " + quarantine->objects.string());
  for (const fs::path& alternate : quarantine->alternates) {
    check(git_odb_add_disk_alternate(odb.get(), alternate.c_str()), "open " + alternate.string());
  }
}

Repository::Repository(Repository&& other) noexcept = default;
Repository::~Repository() = default;

std::optional<ObjectId> Repository::resolve(const std::string& revision) const {
  if (looks_like_id(revision) && has_commit(handle(), revision)) return revision;
  for (const char* prefix : {"", "refs/heads/", "refs/tags/"}) {
    if (auto commit = commit_of_reference(handle(), prefix + revision)) return commit;
  }
  return std::nullopt;
}

std::vector<Branch> Repository::branches() const {
  BranchIteratorHandle iterator;
  check(git_branch_iterator_new(out_ptr(iterator), handle(), GIT_BRANCH_LOCAL), "list the branches");
  std::vector<Branch> branches;
  while (true) {
    ReferenceHandle reference;
    git_branch_t type{};
    const int code = git_branch_next(out_ptr(reference), &type, iterator.get());
    if (code == GIT_ITEROVER) break;
    check(code, "list the branches");
    branches.push_back({.name = git_reference_shorthand(reference.get()),
                        .commit = commit_of_reference(handle(), git_reference_name(reference.get())).value_or("")});
  }
  std::sort(branches.begin(), branches.end(), [](const Branch& a, const Branch& b) { return a.name < b.name; });
  return branches;
}

Commit Repository::commit(const ObjectId& id) const {
  return to_commit(open_commit(handle(), id).get());
}

ObjectId Repository::tree_of(const ObjectId& commit_or_tree) const {
  return hex_of(*git_tree_id(open_tree(handle(), commit_or_tree).get()));
}

std::optional<TreeEntry> Repository::entry(const ObjectId& tree, const std::string& path) const {
  const TreeHandle root = open_tree(handle(), tree);
  const std::string inner = trimmed(path);
  if (inner.empty()) return TreeEntry{.name = "", .kind = EntryKind::Directory, .id = hex_of(*git_tree_id(root.get()))};
  TreeEntryHandle found;
  const int code = git_tree_entry_bypath(out_ptr(found), root.get(), inner.c_str());
  if (code == GIT_ENOTFOUND) return std::nullopt;
  check(code, "look up " + inner);
  return to_entry(found.get());
}

std::vector<TreeEntry> Repository::list(const ObjectId& tree, const std::string& path) const {
  const std::optional<TreeEntry> directory = entry(tree, path);
  if (!directory || directory->kind != EntryKind::Directory) return {};
  const TreeHandle handle_of_tree = open_tree(handle(), directory->id);
  std::vector<TreeEntry> entries;
  for (std::size_t i = 0; i < git_tree_entrycount(handle_of_tree.get()); ++i) {
    entries.push_back(to_entry(git_tree_entry_byindex(handle_of_tree.get(), i)));
  }
  return entries;
}

std::optional<std::string> Repository::read(const ObjectId& tree, const std::string& path, std::size_t limit) const {
  const std::optional<TreeEntry> file = entry(tree, path);
  if (!file || (file->kind != EntryKind::File && file->kind != EntryKind::Executable)) return std::nullopt;
  const git_oid oid = oid_of(file->id);
  OdbHandle odb;
  check(git_repository_odb(out_ptr(odb), handle()), "open the objects");
  std::size_t size = 0;
  git_object_t type{};
  check(git_odb_read_header(&size, &type, odb.get(), &oid), "read " + path);
  if (size > limit) throw UserError("cannot read " + path + ": larger than " + std::to_string(limit) + " bytes");
  OdbObjectHandle blob;
  check(git_odb_read(out_ptr(blob), odb.get(), &oid), "read " + path);
  return std::string(static_cast<const char*>(git_odb_object_data(blob.get())), git_odb_object_size(blob.get()));
}

ObjectId Repository::source_tree(const ObjectId& tree, const std::string& source_root) const {
  const std::optional<TreeEntry> root = entry(tree, source_root);
  if (!root || root->kind != EntryKind::Directory) throw NotFound("there is no directory " + source_root);
  OdbHandle odb;
  check(git_repository_odb(out_ptr(odb), handle()), "open the objects");
  const git_oid oid = oid_of(root->id);
  OdbObjectHandle object;
  check(git_odb_read(out_ptr(object), odb.get(), &oid), "read the tree of " + source_root);
  const std::string content = without_entry(
      {static_cast<const char*>(git_odb_object_data(object.get())), git_odb_object_size(object.get())}, ".upsun");
  git_oid id;
  check(git_odb_hash(&id, content.data(), content.size(), GIT_OBJECT_TREE), "hash the tree of " + source_root);
  return hex_of(id);
}

bool Repository::is_ancestor(const ObjectId& ancestor, const ObjectId& descendant) const {
  if (ancestor == descendant) return true;
  const git_oid below = oid_of(descendant);
  const git_oid above = oid_of(ancestor);
  return check(git_graph_descendant_of(handle(), &below, &above), "compare " + ancestor + " and " + descendant) == 1;
}

CommitRange Repository::commits_between(const std::optional<ObjectId>& from, const ObjectId& to,
                                        std::size_t limit) const {
  RevwalkHandle walk;
  check(git_revwalk_new(out_ptr(walk), handle()), "walk the history");
  git_revwalk_sorting(walk.get(), GIT_SORT_TOPOLOGICAL | GIT_SORT_TIME);
  const git_oid newest = oid_of(to);
  check(git_revwalk_push(walk.get(), &newest), "walk the history of " + to);
  if (from && has_commit(handle(), *from)) {
    const git_oid hidden = oid_of(*from);
    check(git_revwalk_hide(walk.get(), &hidden), "walk the history from " + *from);
  }
  CommitRange range;
  git_oid id;
  while (git_revwalk_next(&id, walk.get()) == 0) {
    if (range.newest.size() < limit) range.newest.push_back(commit(hex_of(id)));
    ++range.count;
  }
  return range;
}

}  // namespace penstock::git
