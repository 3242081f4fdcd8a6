#include "runtime/router/http/content_type.h"

#include <algorithm>
#include <array>
#include <string>

namespace penstock::router {
namespace {

struct Ending {
  std::string_view name;
  std::string_view type;
};

// In alphabetical order.
constexpr auto kEndings = std::to_array<Ending>({{"aac", "audio/aac"},
                                                 {"atom", "application/atom+xml"},
                                                 {"avif", "image/avif"},
                                                 {"bmp", "image/bmp"},
                                                 {"css", "text/css; charset=utf-8"},
                                                 {"csv", "text/csv; charset=utf-8"},
                                                 {"eot", "application/vnd.ms-fontobject"},
                                                 {"gif", "image/gif"},
                                                 {"gz", "application/gzip"},
                                                 {"htm", "text/html; charset=utf-8"},
                                                 {"html", "text/html; charset=utf-8"},
                                                 {"ico", "image/x-icon"},
                                                 {"jpeg", "image/jpeg"},
                                                 {"jpg", "image/jpeg"},
                                                 {"js", "text/javascript; charset=utf-8"},
                                                 {"json", "application/json"},
                                                 {"map", "application/json"},
                                                 {"md", "text/markdown; charset=utf-8"},
                                                 {"mjs", "text/javascript; charset=utf-8"},
                                                 {"mp3", "audio/mpeg"},
                                                 {"mp4", "video/mp4"},
                                                 {"ogg", "audio/ogg"},
                                                 {"otf", "font/otf"},
                                                 {"pdf", "application/pdf"},
                                                 {"png", "image/png"},
                                                 {"rss", "application/rss+xml"},
                                                 {"svg", "image/svg+xml"},
                                                 {"tar", "application/x-tar"},
                                                 {"ttf", "font/ttf"},
                                                 {"txt", "text/plain; charset=utf-8"},
                                                 {"wasm", "application/wasm"},
                                                 {"wav", "audio/wav"},
                                                 {"webm", "video/webm"},
                                                 {"webmanifest", "application/manifest+json"},
                                                 {"webp", "image/webp"},
                                                 {"woff", "font/woff"},
                                                 {"woff2", "font/woff2"},
                                                 {"xhtml", "application/xhtml+xml"},
                                                 {"xml", "application/xml"},
                                                 {"zip", "application/zip"}});

}  // namespace

std::string_view content_type_of(std::string_view path) {
  constexpr std::string_view unknown = "application/octet-stream";
  const std::string_view file = path.substr(path.rfind('/') + 1);
  const std::size_t dot = file.rfind('.');
  if (dot == std::string_view::npos) return unknown;
  std::string ending(file.substr(dot + 1));
  for (char& c : ending) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
  const auto* found = std::lower_bound(kEndings.begin(), kEndings.end(), ending,
                                       [](const Ending& e, const std::string& name) { return e.name < name; });
  return found != kEndings.end() && found->name == ending ? found->type : unknown;
}

}  // namespace penstock::router
