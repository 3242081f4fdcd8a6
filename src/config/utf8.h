#pragma once

#include <string_view>

namespace penstock::config {

// Whether `text` is UTF-8 (RFC 3629) without NUL, which neither JSON nor an environment variable could carry.
bool is_clean_utf8(std::string_view text);

}  // namespace penstock::config
