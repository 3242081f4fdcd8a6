#include "base/file_tail.h"

#include "base/error.h"
#include "base/handle.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>

namespace penstock {

std::string read_end_of_file(const std::filesystem::path& path, std::size_t bytes) {
  const Fd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file && errno == ENOENT) return {};
  struct stat status {};
  if (!file || ::fstat(file.get(), &status) != 0) throw SystemError("open " + path.string());
  std::string text(std::min(bytes, static_cast<std::size_t>(status.st_size)), '\0');
  const ssize_t got = ::pread(file.get(), text.data(), text.size(), status.st_size - static_cast<off_t>(text.size()));
  if (got < 0) throw SystemError("read " + path.string());
  text.resize(static_cast<std::size_t>(got));
  return text;
}

}  // namespace penstock
