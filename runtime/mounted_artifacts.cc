#include "runtime/mounted_artifacts.h"

#include "base/error.h"
#include "runtime/release.h"
#include "store/store.h"

namespace penstock {

std::map<std::string, std::filesystem::path> MountedArtifacts::mount(const Release& release) {
  const auto turn = turn_.lock();
  std::map<std::string, std::filesystem::path> paths;
  for (const auto& [application, digest] : release.deployment.artifacts) paths[application] = mounts_.mount(digest);
  return paths;
}

std::size_t MountedArtifacts::sweep() {
  const auto turn = turn_.lock();
  const std::set<std::string> used = store_.artifacts().in_use(0);
  std::size_t unmounted = 0;
  for (const std::string& digest : mounts_.mounted()) {
    if (used.count(digest) == 1) continue;
    try {
      mounts_.unmount(digest);
      ++unmounted;
    } catch (const Conflict&) {
      // The router still sends a file of it to a slow client.
    }
  }
  return unmounted;
}

}  // namespace penstock
