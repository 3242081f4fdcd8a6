#include "pipeline/workspace/build_directory.h"

#include "base/error.h"
#include "container/container_spec.h"

#include <unistd.h>

namespace penstock {
namespace {

namespace fs = std::filesystem;

void make_for_containers(const fs::path& path) {
  fs::create_directories(path);
  if (::lchown(path.c_str(), kAppUid, kAppGid) != 0) throw SystemError("change the owner of " + path.string());
}

}  // namespace

BuildDirectory::BuildDirectory(const fs::path& parent) : directory_(parent) {
  make_for_containers(application());
  make_for_containers(temporary());
  fs::permissions(temporary(), fs::perms::all | fs::perms::sticky_bit);
}

fs::path make_cache_directory(const fs::path& path) {
  make_for_containers(path);
  return path;
}

}  // namespace penstock
