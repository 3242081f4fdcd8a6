#pragma once

#include <string>

namespace penstock::config {

// Empty when `expression` is a Perl-compatible regular expression, as the router takes them; else what is wrong.
std::string why_not_expression(const std::string& expression);

}  // namespace penstock::config
