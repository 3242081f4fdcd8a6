#include "runtime/volumes/copied_volumes.h"

#include "base/error.h"
#include "base/file.h"
#include "base/process.h"

#include <fcntl.h>
#include <linux/fs.h>
#include <sys/ioctl.h>

namespace penstock {

namespace fs = std::filesystem;

void CopiedVolumes::create(const fs::path& path) {
  fs::create_directory(path);
}

void CopiedVolumes::copy(const fs::path& from, const fs::path& to) {
  const fs::path unfinished = to.parent_path() / ("." + to.filename().string() + ".unfinished");
  remove_tree(unfinished);
  run_checked({"cp", "--archive", "--reflink=auto", "--no-target-directory", "--", from, unfinished});
  run_checked({"sync", "--file-system", "--", unfinished});
  remove_tree(to);
  fs::rename(unfinished, to);
  fsync_directory(to.parent_path());
}

void CopiedVolumes::remove(const fs::path& path) {
  remove_tree(path);
}

bool can_reflink(const fs::path& directory) {
  const TemporaryDirectory trial(directory);
  const Fd from(::open((trial.path() / "from").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  const Fd to(::open((trial.path() / "to").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!from || !to) throw SystemError("create a file in " + directory.string());
  write_all(from.get(), "shared");
  return ::ioctl(to.get(), FICLONE, from.get()) == 0;
}

}  // namespace penstock
