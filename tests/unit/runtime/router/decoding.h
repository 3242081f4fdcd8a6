#pragma once

#include <string>
#include <string_view>

namespace penstock::router::test {

// What a client makes of a body with this Content-Encoding; throws Error when it is cut off or not valid.
std::string decode(std::string_view coding, const std::string& body);

}  // namespace penstock::router::test
