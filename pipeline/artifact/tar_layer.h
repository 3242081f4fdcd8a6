// A frozen tree as a tar archive: the portable form of an artifact.
#pragma once

#include <cstdint>
#include <string>

namespace penstock {

class FileTree;

struct TarLayer {
  std::string sha256;
  std::uint64_t size = 0;
};

// Writes `tree` to `output`, its root named `prefix`, owners 10000:10000. The same tree gives the same bytes.
TarLayer write_tar(const FileTree& tree, const std::string& prefix, int output);

}  // namespace penstock
