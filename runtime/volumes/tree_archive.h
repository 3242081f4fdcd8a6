// Trees of files as tar archives, while whoever owns the tree may be changing it: every name is opened on its own, and
// no link is followed. Threads: one at a time per object.
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

struct archive;
struct archive_entry;

namespace penstock {

// Writes tar archives piece by piece to where `write` puts them; what it throws comes out of the call that wrote.
class TarStream {
 public:
  explicit TarStream(std::function<void(std::string_view)> write);
  TarStream(const TarStream&) = delete;
  ~TarStream();

  // Everything below a directory, with names that begin with `prefix`. Files, directories and links are taken; sockets
  // and the like are left out.
  void add_tree(int directory, const std::string& prefix);
  void add_file(const std::string& name, std::string_view content);
  // Without it the archive is not whole.
  void finish();

 private:
  void add_children(int directory, const std::string& path, int depth);
  void add_child(int directory, const std::string& name, const std::string& path, int depth);
  void add_content(int file, std::uint64_t size);
  void check(long code);
  static long write_block(archive* archive, void* self, const void* bytes, std::size_t size);

  const std::function<void(std::string_view)> write_;
  archive* archive_;
};

struct UnpackLimits {
  std::uint64_t bytes = 0;                         // of all files together
  std::optional<std::pair<uid_t, gid_t>> owner{};  // of all that is made; none: as the archive says
};

// Reads a tar archive as it comes.
class TarReader {
 public:
  // `read` fills a buffer and returns how much it put there; 0 is the end. It may throw.
  explicit TarReader(std::function<std::size_t(char* buffer, std::size_t size)> read);
  TarReader(const TarReader&) = delete;
  ~TarReader();

  // Moves to the next entry; false after the last. Throws UserError when it is no archive.
  bool next();
  // Its name, without "./" before it.
  std::string name() const;
  // All of a file's content. Throws UserError when it is larger than `limit` bytes.
  std::string content(std::size_t limit);

  // Makes the entry, as `name`, below a directory; what is in its place goes, unless both are directories. Throws
  // UserError for a name that leads out of the directory, kinds of files that make no sense in a volume, and when
  // all entries together have more bytes than the limits allow.
  void unpack(int directory, const std::string& name, const UnpackLimits& limits);

 private:
  struct Place;

  void make_directory(const Place& place, const UnpackLimits& limits);
  void make_file(const Place& place, const UnpackLimits& limits);
  void make_link(const Place& place, const UnpackLimits& limits);
  void make_further_name(const Place& place, int directory);
  void write_content(int file, const std::string& name, const UnpackLimits& limits);
  void own(int file, const UnpackLimits& limits) const;
  long check(long code) const;
  static long read_block(archive* archive, void* self, const void** bytes);

  const std::function<std::size_t(char*, std::size_t)> read_;
  std::string buffer_;
  std::string prefix_;
  std::uint64_t unpacked_ = 0;
  archive* archive_;
  archive_entry* entry_ = nullptr;
};

// What a tree takes on the disk, in bytes, links not followed.
std::uint64_t size_of_tree(int directory);

}  // namespace penstock
