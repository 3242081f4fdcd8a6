#include "runtime/router/compression/compressible.h"

#include "runtime/router/http/fields.h"

#include <algorithm>
#include <array>

namespace penstock::router {
namespace {

constexpr auto kTypes = std::to_array<std::string_view>(
    {"application/javascript", "application/json", "application/pdf", "application/postscript", "application/xml",
     "text/css", "text/csv", "text/html", "text/javascript", "text/plain", "text/xml"});

bool ends_ignoring_case(std::string_view text, std::string_view ending) {
  return text.size() > ending.size() && equal_ignoring_case(text.substr(text.size() - ending.size()), ending);
}

}  // namespace

bool is_compressible(std::string_view content_type) {
  const std::string_view type = content_type.substr(0, content_type.find_first_of("; "));
  return ends_ignoring_case(type, "+xml") || ends_ignoring_case(type, "+json") ||
         std::any_of(kTypes.begin(), kTypes.end(),
                     [&](std::string_view each) { return equal_ignoring_case(type, each); });
}

}  // namespace penstock::router
