#pragma once

#include <string>

namespace penstock::git {

// 40 hexadecimal digits. Of zeros in a ref update: the ref does not exist.
using ObjectId = std::string;

inline bool is_null(const ObjectId& id) {
  return id.find_first_not_of('0') == std::string::npos;
}

enum class EntryKind { Directory, File, Executable, Symlink, Submodule };

struct TreeEntry {
  std::string name;  // the last part of its path
  EntryKind kind = EntryKind::File;
  ObjectId id;
};

}  // namespace penstock::git
