#include "runtime/router/client/stored_body.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

namespace penstock::router {
namespace {

constexpr std::size_t kMostInMemory = std::size_t{64} << 10;

bool write_at(int file, std::string_view bytes, std::uint64_t offset) {
  while (!bytes.empty()) {
    const ssize_t wrote = ::pwrite(file, bytes.data(), bytes.size(), static_cast<off_t>(offset));
    if (wrote <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(wrote));
    offset += static_cast<std::uint64_t>(wrote);
  }
  return true;
}

}  // namespace

StoredBody::~StoredBody() {
  space_.left += taken_;
}

bool StoredBody::append(std::string_view bytes) {
  if (!file_ && size_ + bytes.size() <= kMostInMemory) {
    memory_.append(bytes);
    size_ += bytes.size();
    return true;
  }
  if (!file_) {
    const auto directory = space_.directory.empty() ? std::filesystem::temp_directory_path() : space_.directory;
    file_.reset(::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
    size_ = 0;
    if (!file_ || !spill(std::exchange(memory_, {}))) return false;
  }
  return spill(bytes);
}

bool StoredBody::spill(std::string_view bytes) {
  if (space_.left < bytes.size()) return false;
  space_.left -= bytes.size();
  taken_ += bytes.size();
  if (!write_at(file_.get(), bytes, size_)) return false;
  size_ += bytes.size();
  return true;
}

std::string_view StoredBody::read(std::span<char> into) {
  if (!file_) {
    const std::string_view piece = std::string_view(memory_).substr(offset_, into.size());
    offset_ += piece.size();
    return piece;
  }
  const ssize_t got = ::pread(file_.get(), into.data(), into.size(), static_cast<off_t>(offset_));
  if (got <= 0) return {};
  offset_ += static_cast<std::uint64_t>(got);
  return {into.data(), static_cast<std::size_t>(got)};
}

}  // namespace penstock::router
