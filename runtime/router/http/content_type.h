#pragma once

#include <string_view>

namespace penstock::router {

// The media type of a file by the ending of its name.
std::string_view content_type_of(std::string_view path);

}  // namespace penstock::router
