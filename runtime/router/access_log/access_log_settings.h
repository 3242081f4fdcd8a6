#pragma once

#include <cstdint>
#include <filesystem>

namespace penstock::router {

enum class AccessLogFormat : std::uint8_t { Combined, Json };

// Where the requests of an environment are written, a line each. When the file is full its content moves to FILE.1,
// that of FILE.1 to FILE.2 and so on.
struct AccessLogSettings {
  std::filesystem::path file;  // which exists; empty: nowhere
  AccessLogFormat format = AccessLogFormat::Combined;
  std::uint64_t max_bytes = std::uint64_t{10} << 20;
  unsigned kept = 4;  // older files
};

}  // namespace penstock::router
