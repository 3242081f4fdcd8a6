#include "pipeline/artifact/tar_layer.h"

#include "base/digest.h"
#include "base/error.h"
#include "base/file.h"
#include "base/handle.h"
#include "pipeline/artifact/file_tree.h"

#include <archive.h>
#include <archive_entry.h>

#include <unistd.h>

#include <vector>

namespace penstock {
namespace {

using ArchiveWriter = Handle<archive, archive_write_free>;
using Entry = Handle<archive_entry, archive_entry_free>;

constexpr int kOwner = 10000;
constexpr std::size_t kBufferSize = std::size_t{1} << 18;

void check(archive* archive, la_ssize_t code, const std::string& action) {
  if (code < 0) throw Error("cannot " + action + ": " + archive_error_string(archive));
}

struct Target {
  int output;
  Sha256 digest;
  std::uint64_t size = 0;
};

// libarchive's callback: no exception may pass through it.
la_ssize_t write_block(archive* archive, void* data, const void* bytes, std::size_t size) {
  auto& target = *static_cast<Target*>(data);
  try {
    const std::string_view block(static_cast<const char*>(bytes), size);
    target.digest.update(block);
    write_all(target.output, block);
    target.size += size;
    return static_cast<la_ssize_t>(size);
  } catch (const std::exception& error) {
    archive_set_error(archive, EIO, "%s", error.what());
    return -1;
  }
}

class TarWriter {
 public:
  TarWriter(const FileTree& tree, std::string prefix, Target& target)
      : tree_(tree), prefix_(std::move(prefix)), archive_(archive_write_new()) {
    check(archive_.get(), archive_write_set_format_pax_restricted(archive_.get()), "write a tar archive");
    check(archive_.get(), archive_write_set_bytes_in_last_block(archive_.get(), 1), "write a tar archive");
    check(archive_.get(), archive_write_open(archive_.get(), &target, nullptr, write_block, nullptr),
          "write a tar archive");
  }

  void run() {
    add(0, prefix_, false);
    for (std::uint32_t node = 0; node < tree_.nodes().size(); ++node) {
      if (tree_.nodes()[node].kind == FileKind::Directory) add_children(node);
    }
    check(archive_.get(), archive_write_close(archive_.get()), "finish the tar archive");
  }

 private:
  void add_children(std::uint32_t directory) {
    const FileNode& node = tree_.nodes()[directory];
    for (std::uint32_t i = 0; i < node.entry_count; ++i) {
      const FileEntry& entry = tree_.entries()[node.first_entry + i];
      const FileNode& child = tree_.nodes()[entry.node];
      const bool first_name = child.parent == directory && child.name == entry.name;
      add(entry.node, path_in_archive(directory) + "/" + entry.name, !first_name);
    }
  }

  void add(std::uint32_t index, const std::string& path, bool further_name) {
    const FileNode& node = tree_.nodes()[index];
    const Entry entry(archive_entry_new());
    archive_entry_set_pathname(entry.get(), path.c_str());
    archive_entry_set_perm(entry.get(), node.permissions);
    archive_entry_set_uid(entry.get(), kOwner);
    archive_entry_set_gid(entry.get(), kOwner);
    archive_entry_set_mtime(entry.get(), node.modified, 0);
    archive_entry_set_filetype(entry.get(), type_of(node.kind));
    if (node.kind == FileKind::Symlink) archive_entry_set_symlink(entry.get(), node.target.c_str());
    if (further_name) archive_entry_set_hardlink(entry.get(), path_in_archive(index).c_str());
    const bool has_content = node.kind == FileKind::Regular && !further_name;
    archive_entry_set_size(entry.get(), has_content ? static_cast<la_int64_t>(node.size) : 0);
    check(archive_.get(), archive_write_header(archive_.get(), entry.get()), "add " + path);
    if (has_content) add_content(index);
  }

  void add_content(std::uint32_t index) {
    const Fd file = tree_.open_file(tree_.open_directory(tree_.nodes()[index].parent).get(), index);
    while (true) {
      const ssize_t got = ::read(file.get(), buffer_.data(), buffer_.size());
      if (got < 0) throw SystemError("read " + tree_.path_of(index));
      if (got == 0) return;
      check(archive_.get(), archive_write_data(archive_.get(), buffer_.data(), static_cast<std::size_t>(got)),
            "add " + tree_.path_of(index));
    }
  }

  std::string path_in_archive(std::uint32_t node) const {
    return node == 0 ? prefix_ : prefix_ + "/" + tree_.path_of(node);
  }

  static unsigned type_of(FileKind kind) {
    switch (kind) {
      case FileKind::Directory:
        return AE_IFDIR;
      case FileKind::Symlink:
        return AE_IFLNK;
      case FileKind::Regular:
        break;
    }
    return AE_IFREG;
  }

  const FileTree& tree_;
  const std::string prefix_;
  ArchiveWriter archive_;
  std::vector<char> buffer_ = std::vector<char>(kBufferSize);
};

}  // namespace

TarLayer write_tar(const FileTree& tree, const std::string& prefix, int output) {
  Target target{output, Sha256(), 0};
  TarWriter(tree, prefix, target).run();
  return {target.digest.hex(), target.size};
}

}  // namespace penstock
