// Dates as HTTP writes them (RFC 9110 section 5.6.7).
#pragma once

#include <ctime>
#include <optional>
#include <string>
#include <string_view>

namespace penstock::router {

// "Sun, 06 Nov 1994 08:49:37 GMT".
std::string http_date(std::time_t time);
// "06/Nov/1994:08:49:37 +0000", as the common format of access logs has it.
std::string common_log_date(std::time_t time);

// Reads that form and the two obsolete ones; empty when it is neither.
std::optional<std::time_t> parse_http_date(std::string_view text);

}  // namespace penstock::router
