// Turns a directory into an EROFS image: the same tree gives the same bytes.
#pragma once

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>

namespace penstock::erofs {

struct Image {
  std::string sha256;  // of the whole file
  std::uint64_t size = 0;
};

// Owners become 10000:10000, times later than `clamp` become `clamp`, set-user and set-group bits, extended attributes
// and the fraction of times are dropped; hard links stay. `source` must not change meanwhile.
struct Writer {
  std::filesystem::path source;
  int output = -1;  // an empty file
  std::int64_t clamp = 0;
  std::uint64_t max_size = std::uint64_t{8} << 30;  // of the image
  unsigned threads = 0;                             // that read and write beside the one that digests; 0: one per core

  // Throws UserError for what cannot be frozen, Cancelled, SystemError.
  Image write(std::stop_token stop = {}) const;
};

}  // namespace penstock::erofs
