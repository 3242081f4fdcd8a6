#pragma once

#include "base/handle.h"
#include "runtime/router/http/content_coding.h"

#include <cstdint>
#include <ctime>
#include <memory>
#include <string>
#include <string_view>

namespace penstock::router {

// A file's content in one coding.
struct Representation {
  Fd fd;                // none: it is in memory
  std::string content;  // then
  std::uint64_t size = 0;
  std::string etag;
};

// A regular file, open. Belongs to one thread, but its representations may be sent by any.
struct ServedFile {
  std::shared_ptr<const Representation> identity;
  std::shared_ptr<const Representation> gzip;  // made before, or found beside it; may be null
  std::shared_ptr<const Representation> brotli;
  std::time_t modified = 0;
  std::string modified_text;
  std::string_view content_type;
  bool frozen = false;        // of an artifact: never changes
  bool compressible = false;  // its type is, and it is large enough

  // What Expires said last, and as a text.
  std::time_t expires = 0;
  std::string expires_text;
};

}  // namespace penstock::router
