// Parts of a representation (RFC 9110 section 14).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::router {

// Both ends included.
struct ByteRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;

  std::uint64_t size() const { return last - first + 1; }
};

enum class RangeResult { Whole, Parts, Unsatisfiable };

// Reads a Range field for a representation of `size` bytes. What asks for more than the whole, or for very many parts,
// gets the whole. `ranges` is filled for Parts only.
RangeResult parse_ranges(std::string_view field, std::uint64_t size, std::vector<ByteRange>& ranges);

// "bytes 0-9/100".
std::string content_range(const ByteRange& range, std::uint64_t size);

// The text around the parts of a multipart/byteranges body.
class MultipartRanges {
 public:
  MultipartRanges(std::string_view content_type, std::uint64_t size);

  // Of the whole response.
  std::string content_type() const;
  // What comes before a part.
  std::string opening(const ByteRange& range) const;
  std::string closing() const;

 private:
  std::string part_type_;
  std::uint64_t size_;
  std::string boundary_;
};

}  // namespace penstock::router
