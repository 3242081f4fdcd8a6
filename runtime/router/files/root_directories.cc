#include "runtime/router/files/root_directories.h"

#include <fcntl.h>

namespace penstock::router {

int RootDirectories::open(const std::string& path) {
  const auto found = open_.find(path);
  if (found != open_.end()) return found->second.get();
  Fd directory(::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!directory) return -1;
  return open_.emplace(path, std::move(directory)).first->second.get();
}

}  // namespace penstock::router
