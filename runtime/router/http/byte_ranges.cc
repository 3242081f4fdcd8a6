#include "runtime/router/http/byte_ranges.h"

#include "runtime/router/http/fields.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <optional>
#include <random>
#include <utility>

namespace penstock::router {
namespace {

constexpr std::size_t kMostParts = 16;

// Empty `text` is no number; neither is one that does not fit.
std::optional<std::uint64_t> parse_offset(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

struct Specified {
  bool valid = false;
  std::optional<ByteRange> range;  // none: lies outside
};

Specified read_one(std::string_view text, std::uint64_t size) {
  const std::size_t dash = text.find('-');
  if (dash == std::string_view::npos) return {};
  const auto first = parse_offset(text.substr(0, dash));
  const auto last = parse_offset(text.substr(dash + 1));
  if ((!first && dash != 0) || (!last && dash + 1 != text.size()) || (!first && !last)) return {};
  if (!first) {
    if (*last == 0 || size == 0) return {.valid = true, .range = {}};
    return {.valid = true, .range = ByteRange{size - std::min(*last, size), size - 1}};
  }
  if (last && *last < *first) return {};
  if (*first >= size) return {.valid = true, .range = {}};
  return {.valid = true, .range = ByteRange{*first, last ? std::min(*last, size - 1) : size - 1}};
}

// Not to be guessed by who made the representation.
std::string new_boundary() {
  static const std::uint64_t seed = (std::uint64_t{std::random_device{}()} << 32) | std::random_device{}();
  static std::atomic<std::uint64_t> count = 0;
  return fmt::format("{:016x}{:016x}", seed, ++count);
}

}  // namespace

RangeResult parse_ranges(std::string_view field, std::uint64_t size, std::vector<ByteRange>& ranges) {
  constexpr std::string_view unit = "bytes=";
  ranges.clear();
  if (!field.starts_with(unit)) return RangeResult::Whole;
  field.remove_prefix(unit.size());
  std::vector<ByteRange> found;
  std::uint64_t bytes = 0;
  std::size_t parts = 0;
  while (!field.empty()) {
    const Specified each = read_one(next_element(field), size);
    if (!each.valid || ++parts > kMostParts) return RangeResult::Whole;
    if (!each.range) continue;
    bytes += each.range->size();
    if (bytes > size) return RangeResult::Whole;
    found.push_back(*each.range);
  }
  if (parts == 0) return RangeResult::Whole;
  ranges = std::move(found);
  return ranges.empty() ? RangeResult::Unsatisfiable : RangeResult::Parts;
}

std::string content_range(const ByteRange& range, std::uint64_t size) {
  return fmt::format("bytes {}-{}/{}", range.first, range.last, size);
}

MultipartRanges::MultipartRanges(std::string_view content_type, std::uint64_t size)
    : part_type_(content_type), size_(size), boundary_(new_boundary()) {}

std::string MultipartRanges::content_type() const {
  return "multipart/byteranges; boundary=" + boundary_;
}

std::string MultipartRanges::opening(const ByteRange& range) const {
  return fmt::format("\r\n--{}\r\nContent-Type: {}\r\nContent-Range: {}\r\n\r\n", boundary_, part_type_,
                     content_range(range, size_));
}

std::string MultipartRanges::closing() const {
  return "\r\n--" + boundary_ + "--\r\n";
}

}  // namespace penstock::router
