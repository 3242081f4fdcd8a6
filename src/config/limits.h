// What bounds the work that a hostile configuration can cause.
#pragma once

#include <cstddef>

namespace penstock::config {

constexpr std::size_t kMaxFileBytes = std::size_t{1} << 20;
constexpr std::size_t kMaxFiles = 200;                    // read in one load, also by !include and !archive
constexpr std::size_t kMaxWeight = std::size_t{8} << 20;  // of all documents, aliases and includes written out
constexpr std::size_t kNodeWeight = 32;                   // of a node beside its text
constexpr std::size_t kMaxDepth = 64;                     // of lists and maps in each other
constexpr std::size_t kMaxIncludeDepth = 8;               // of files that include files
constexpr std::size_t kMaxProblems = 200;                 // reported; the rest is only counted
constexpr std::size_t kMaxNameLength = 63;                // a label of a host name
constexpr std::size_t kMaxTextLength = std::size_t{64} << 10;
constexpr std::size_t kMaxEntries = 1000;  // of one list or map, unless it says otherwise
constexpr std::size_t kMaxHeaders = 100;
constexpr std::size_t kMaxEnvironmentVariable = 131'071;  // bytes of "NAME=value" that the kernel takes

// What is left of the limits of one load.
struct Budget {
  std::size_t files = kMaxFiles;
  std::size_t weight = kMaxWeight;

  // False, and nothing taken, when less is left.
  bool take_weight(std::size_t amount) {
    if (amount > weight) return false;
    weight -= amount;
    return true;
  }
  bool take_file() { return files > 0 && files-- > 0; }
};

}  // namespace penstock::config
