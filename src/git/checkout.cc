#include "git/checkout.h"

#include "base/error.h"
#include "base/file.h"
#include "git/handles.h"

#include <fcntl.h>
#include <strings.h>
#include <sys/stat.h>

#include <array>

namespace penstock::git {
namespace {

constexpr int kDeepest = 200;  // directories within each other; each holds a file descriptor

void refuse_unsafe(std::string_view name, const std::string& shown) {
  const bool unsafe = name.empty() || name == "." || name == ".." || name.find('/') != std::string_view::npos ||
                      (name.size() == 4 && ::strncasecmp(name.data(), ".git", 4) == 0);
  if (unsafe) throw UserError("cannot check out " + shown + ": the name is not allowed");
}

class Writer {
 public:
  explicit Writer(const Checkout& options) : options_(options) {
    check(git_repository_odb(out_ptr(odb_), options.repository.handle()), "open the objects");
    const auto since_epoch = std::chrono::duration_cast<std::chrono::seconds>(options.time.time_since_epoch());
    times_.fill({.tv_sec = since_epoch.count(), .tv_nsec = 0});
  }

  void directory(int fd, const git_oid& id, const std::string& shown, int depth) {
    if (depth > kDeepest) throw UserError("cannot check out " + shown + ": too many directories within each other");
    TreeHandle tree;
    check(git_tree_lookup(out_ptr(tree), options_.repository.handle(), &id), "read " + shown);
    for (std::size_t i = 0; i < git_tree_entrycount(tree.get()); ++i) {
      const git_tree_entry* entry = git_tree_entry_byindex(tree.get(), i);
      const char* name = git_tree_entry_name(entry);
      if (depth == 0 && options_.omit.contains(name)) continue;
      const std::string path = shown.empty() ? name : shown + "/" + name;
      refuse_unsafe(name, path);
      write_entry(fd, entry, path, depth);
    }
    finish(fd, 0755, shown);
  }

 private:
  void write_entry(int parent, const git_tree_entry* entry, const std::string& shown, int depth) {
    const char* name = git_tree_entry_name(entry);
    const git_oid& id = *git_tree_entry_id(entry);
    switch (git_tree_entry_filemode(entry)) {
      case GIT_FILEMODE_TREE:
        return subdirectory(parent, name, id, {shown, depth + 1});
      case GIT_FILEMODE_LINK:
        return symlink(parent, name, id, shown);
      case GIT_FILEMODE_COMMIT:
        throw UserError("cannot check out " + shown + ": it is a submodule, and submodules are not supported; " +
                        "commit its files instead");
      case GIT_FILEMODE_BLOB_EXECUTABLE:
        return file(parent, name, id, {shown, 0755});
      default:
        return file(parent, name, id, {shown, 0644});
    }
  }

  struct Level {
    const std::string& shown;
    int depth;
  };
  void subdirectory(int parent, const char* name, const git_oid& id, Level level) {
    if (::mkdirat(parent, name, 0700) != 0) throw SystemError("create " + level.shown);
    const Fd fd(::openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    if (!fd) throw SystemError("open " + level.shown);
    directory(fd.get(), id, level.shown, level.depth);
  }

  struct Target {
    const std::string& shown;
    mode_t mode;
  };
  void file(int parent, const char* name, const git_oid& id, Target target) {
    const OdbObjectHandle blob = read(id, target.shown);
    const Fd fd(::openat(parent, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, target.mode));
    if (!fd) throw SystemError("create " + target.shown);
    write_all(fd.get(), content(blob));
    finish(fd.get(), target.mode, target.shown);
  }

  void symlink(int parent, const char* name, const git_oid& id, const std::string& shown) {
    const OdbObjectHandle blob = read(id, shown);
    const std::string target(content(blob));
    if (::symlinkat(target.c_str(), parent, name) != 0) throw SystemError("create " + shown);
    if (options_.owner &&
        ::fchownat(parent, name, options_.owner->first, options_.owner->second, AT_SYMLINK_NOFOLLOW) != 0) {
      throw SystemError("change the owner of " + shown);
    }
    ::utimensat(parent, name, times_.data(), AT_SYMLINK_NOFOLLOW);
  }

  OdbObjectHandle read(const git_oid& id, const std::string& shown) const {
    OdbObjectHandle blob;
    check(git_odb_read(out_ptr(blob), odb_.get(), &id), "read " + shown);
    return blob;
  }

  static std::string_view content(const OdbObjectHandle& blob) {
    return {static_cast<const char*>(git_odb_object_data(blob.get())), git_odb_object_size(blob.get())};
  }

  void finish(int fd, mode_t mode, const std::string& shown) const {
    if (options_.owner && ::fchown(fd, options_.owner->first, options_.owner->second) != 0) {
      throw SystemError("change the owner of " + shown);
    }
    if (::fchmod(fd, mode) != 0 || ::futimens(fd, times_.data()) != 0) throw SystemError("finish " + shown);
  }

  const Checkout& options_;
  OdbHandle odb_;
  std::array<timespec, 2> times_{};
};

}  // namespace

void Checkout::run() const {
  const std::optional<TreeEntry> root = repository.entry(tree, path);
  if (!root || root->kind != EntryKind::Directory) throw NotFound("there is no directory " + path);
  const Fd fd(::open(destination.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) throw SystemError("open " + destination.string());
  Writer(*this).directory(fd.get(), oid_of(root->id), "", 0);
}

}  // namespace penstock::git
