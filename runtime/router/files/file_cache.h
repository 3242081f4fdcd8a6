#pragma once

#include "runtime/router/files/served_file.h"

#include <cstddef>
#include <list>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>

namespace penstock::router {

// Opens files below directories. Those of artifacts, which never change, are kept: the small ones in memory, the others
// open. Belongs to one thread.
class FileCache {
 public:
  FileCache() = default;
  FileCache(const FileCache&) = delete;
  FileCache& operator=(const FileCache&) = delete;

  // The regular file `path` below the artifact at `root`, with what lies compressed beside it; null when there is none.
  // Symbolic links may lead anywhere inside of the artifact and nowhere else.
  std::shared_ptr<ServedFile> open(const std::string& root, const std::string& path);
  bool has_directory(const std::string& root, const std::string& path);
  // The same of a directory that somebody writes to.
  static std::shared_ptr<ServedFile> open_changing(const std::string& directory, const std::string& path);
  static bool has_changing_directory(const std::string& directory, const std::string& path);

  // Keeps `made`, the content of `file` in a coding, if there is room. Only of files that open() gave.
  void keep(ServedFile& file, Coding coding, std::shared_ptr<const Representation> made);

  // Forgets the artifacts that are not in `roots`, which may change or be unmounted then.
  void retain(const std::set<std::string>& roots);

 private:
  struct Kept {
    std::string key;
    std::string root;
    std::shared_ptr<ServedFile> file;
    std::size_t bytes;
  };

  int root_of(const std::string& root);
  void add(const std::string& root, std::shared_ptr<ServedFile> file);
  void drop(std::list<Kept>::iterator kept);

  std::unordered_map<std::string, Fd> roots_;
  std::list<Kept> kept_;  // the one used last first
  std::unordered_map<std::string_view, std::list<Kept>::iterator> by_key_;
  std::size_t bytes_ = 0;
  std::string key_;  // scratch
};

}  // namespace penstock::router
