#include "pipeline/artifact/file_tree.h"

#include "base/error.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <algorithm>
#include <climits>
#include <map>

namespace penstock {
namespace {

constexpr std::uint32_t kKeptPermissions = 01777;

Fd open_beneath(int root, const std::string& path) {
  open_how how{};
  how.flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS;
  Fd directory(static_cast<int>(::syscall(SYS_openat2, root, path.c_str(), &how, sizeof how)));
  if (!directory) throw SystemError("open directory " + path);
  return directory;
}

std::vector<std::string> sorted_names(Fd directory, const std::string& path) {
  const Handle<DIR, ::closedir> stream(::fdopendir(directory.get()));
  if (!stream) throw SystemError("list " + path);
  directory.release();
  std::vector<std::string> names;
  errno = 0;
  while (const dirent* child = ::readdir(stream.get())) {
    const std::string_view name = child->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  if (errno != 0) throw SystemError("list " + path);
  std::sort(names.begin(), names.end());
  return names;
}

std::string read_target(int directory, const std::string& name) {
  std::string target(PATH_MAX, '\0');
  const ssize_t length = ::readlinkat(directory, name.c_str(), target.data(), target.size());
  if (length < 0) throw SystemError("read link " + name);
  target.resize(static_cast<std::size_t>(length));
  return target;
}

}  // namespace

// Fills a tree, directory by directory.
class FileTree::Scan {
 public:
  Scan(FileTree& tree, std::int64_t clamp) : tree_(tree), clamp_(clamp) {}

  void run() {
    add_root();
    for (std::uint32_t node = 0; node < tree_.nodes_.size(); ++node) {
      if (tree_.nodes_[node].kind == FileKind::Directory) scan_directory(node);
    }
  }

 private:
  void add_root() {
    struct stat status {};
    if (::fstat(tree_.root_.get(), &status) != 0) throw SystemError("look up the directory to freeze");
    device_ = status.st_dev;
    FileNode root = node_from(status, "");
    root.links = 2;
    tree_.nodes_.push_back(std::move(root));
  }

  void scan_directory(std::uint32_t parent) {
    const Fd directory = tree_.open_directory(parent);
    const auto names = sorted_names(tree_.open_directory(parent), tree_.path_of(parent));
    tree_.nodes_[parent].first_entry = static_cast<std::uint32_t>(tree_.entries_.size());
    tree_.nodes_[parent].entry_count = static_cast<std::uint32_t>(names.size());
    for (const auto& name : names) tree_.entries_.push_back({name, node_of(directory.get(), name, parent)});
  }

  std::uint32_t node_of(int directory, const std::string& name, std::uint32_t parent) {
    struct stat status {};
    if (::fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) throw SystemError("look up " + name);
    if (status.st_dev != device_)
      throw Error("cannot freeze " + shown(parent, name) + ": a file system is mounted there");
    const bool shared = !S_ISDIR(status.st_mode) && status.st_nlink > 1;
    const auto next = static_cast<std::uint32_t>(tree_.nodes_.size());
    if (shared) {
      const auto [known, is_new] = shared_.emplace(status.st_ino, next);
      if (!is_new) {
        tree_.nodes_[known->second].links++;
        return known->second;
      }
    }
    add_node(status, directory, name, parent);
    return next;
  }

  void add_node(const struct stat& status, int directory, const std::string& name, std::uint32_t parent) {
    if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode) && !S_ISLNK(status.st_mode)) {
      throw UserError("cannot freeze " + shown(parent, name) + ": sockets, pipes and devices cannot be kept");
    }
    FileNode node = node_from(status, name);
    node.parent = parent;
    if (node.kind == FileKind::Directory) tree_.nodes_[parent].links++;
    if (node.kind == FileKind::Symlink) {
      node.target = read_target(directory, name);
      node.size = node.target.size();
    }
    tree_.nodes_.push_back(std::move(node));
  }

  FileNode node_from(const struct stat& status, std::string name) const {
    FileNode node;
    node.kind = S_ISDIR(status.st_mode)   ? FileKind::Directory
                : S_ISLNK(status.st_mode) ? FileKind::Symlink
                                          : FileKind::Regular;
    node.permissions = status.st_mode & kKeptPermissions;
    node.links = node.kind == FileKind::Directory ? 2 : 1;
    node.modified = std::clamp<std::int64_t>(status.st_mtim.tv_sec, 0, clamp_);
    node.size = node.kind == FileKind::Regular ? static_cast<std::uint64_t>(status.st_size) : 0;
    node.name = std::move(name);
    return node;
  }

  std::string shown(std::uint32_t parent, const std::string& name) const {
    return parent == 0 ? name : tree_.path_of(parent) + "/" + name;
  }

  FileTree& tree_;
  const std::int64_t clamp_;
  dev_t device_ = 0;
  std::map<ino_t, std::uint32_t> shared_;
};

FileTree::FileTree(const std::filesystem::path& root, std::int64_t clamp)
    : root_(::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
  if (!root_) throw SystemError("open " + root.string());
  Scan(*this, clamp).run();
}

std::string FileTree::path_of(std::uint32_t node) const {
  if (node == 0) return ".";
  std::string path = nodes_[node].name;
  for (std::uint32_t above = nodes_[node].parent; above != 0; above = nodes_[above].parent) {
    path.insert(0, nodes_[above].name + "/");
  }
  return path;
}

Fd FileTree::open_directory(std::uint32_t node) const {
  return open_beneath(root_.get(), path_of(node));
}

Fd FileTree::open_file(int directory, std::uint32_t node) const {
  Fd file(::openat(directory, nodes_[node].name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  if (!file) throw SystemError("open " + path_of(node));
  return file;
}

}  // namespace penstock
