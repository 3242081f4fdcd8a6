#include "config/utf8.h"

#include <cstddef>
#include <cstdint>

namespace penstock::config {

namespace {

struct Lead {
  std::size_t length;  // 0: not the first byte of a character
  std::uint32_t bits;
};

Lead lead_of(unsigned char byte) {
  if (byte < 0x80) return {1, byte};
  if (byte >= 0xc2 && byte < 0xe0) return {2, byte & 0x1fU};
  if (byte >= 0xe0 && byte < 0xf0) return {3, byte & 0x0fU};
  if (byte >= 0xf0 && byte < 0xf5) return {4, byte & 0x07U};
  return {0, 0};
}

bool is_character(std::size_t length, std::uint32_t code) {
  if (code == 0 || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return false;
  const bool overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  return !overlong;
}

}  // namespace

bool is_clean_utf8(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    Lead lead = lead_of(static_cast<unsigned char>(text[i]));
    if (lead.length == 0 || i + lead.length > text.size()) return false;
    for (std::size_t k = 1; k < lead.length; ++k) {
      const auto byte = static_cast<unsigned char>(text[i + k]);
      if ((byte & 0xc0) != 0x80) return false;
      lead.bits = (lead.bits << 6) | (byte & 0x3fU);
    }
    if (!is_character(lead.length, lead.bits)) return false;
    i += lead.length;
  }
  return true;
}

}  // namespace penstock::config
