#pragma once

#include <string_view>

namespace penstock::router {

// Whether files of this media type get smaller by compression, as the reference lists them: HTML, JavaScript, JSON,
// PDF, PostScript, SVG, CSS, CSV, plain text and XML, and what is built on JSON or XML.
bool is_compressible(std::string_view content_type);

}  // namespace penstock::router
