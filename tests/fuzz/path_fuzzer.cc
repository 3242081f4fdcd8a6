// Whatever a path says, what is served is below the root.
#include "fuzz/strict_http.h"
#include "runtime/router/http/path.h"

#include <string>

using penstock::fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string path = "/" + std::string(reinterpret_cast<const char*>(data), size);
  if (path.find('\0') != std::string::npos) return 0;  // no request has one
  std::string buffer;
  const auto normal = penstock::router::normalize_path(path, buffer);
  if (!normal) return 0;
  require(normal->starts_with('/'), "absolute", *normal);
  const std::string closed = std::string(*normal) + "/";
  require(closed.find("/../") == std::string::npos, "no way up", *normal);
  require(closed.find("/./") == std::string::npos, "no way nowhere", *normal);
  require(normal->find("//") == std::string_view::npos, "no empty segment", *normal);
  require(normal->find('\0') == std::string_view::npos, "no NUL", *normal);
  return 0;
}
