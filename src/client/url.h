// Percent-encoding (RFC 3986) of what stands between the slashes of a path and in a query.
#pragma once

#include <string>
#include <string_view>

namespace penstock::client {

// "feature/x" becomes "feature%2Fx".
std::string percent_encode(std::string_view text);
// Throws UserError when an escape is cut short or not hexadecimal.
std::string percent_decode(std::string_view text);

}  // namespace penstock::client
