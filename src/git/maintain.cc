#include "git/maintain.h"

#include "git/plumbing.h"

#include <algorithm>

namespace penstock::git {
namespace {

namespace fs = std::filesystem;

std::size_t packs_in(const fs::path& repository) {
  const fs::directory_iterator entries(repository / "objects/pack");
  return static_cast<std::size_t>(std::count_if(begin(entries), end(entries), [](const fs::directory_entry& entry) {
    return entry.path().extension() == ".pack";
  }));
}

}  // namespace

bool Maintain::run() const {
  if (packs_in(path) <= most_packs) return false;
  Plumbing{path, user}.checked("join the packs of " + path.string(), {"repack", "-d", "-q", "--geometric=2"});
  return true;
}

}  // namespace penstock::git
