#pragma once

#include <string>
#include <string_view>

namespace penstock {

// RFC 4648 section 4, padded, no line breaks.
std::string base64_encode(std::string_view bytes);
// Throws UserError when `text` is not base64.
std::string base64_decode(std::string_view text);

}  // namespace penstock
