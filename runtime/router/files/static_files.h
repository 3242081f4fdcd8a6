#pragma once

#include "base/handle.h"
#include "runtime/router/files/root_directories.h"
#include "runtime/router/http/request_head.h"
#include "runtime/router/table/environment.h"

#include <sys/types.h>

#include <ctime>
#include <optional>
#include <string>
#include <string_view>

namespace penstock::router {

// A file to serve.
struct OpenFile {
  Fd fd;
  off_t size = 0;
  std::time_t modified = 0;
  std::string etag;
  std::string path;                          // as requested, for its content type
  const LocationOptions* options = nullptr;  // that apply to it
};

// Finds files by the `web.locations` of an application. Nothing outside its artifact can be reached.
class StaticFiles {
 public:
  enum class Kind { File, Directory, PassOn, NotFound, Forbidden, WrongMethod };
  struct Answer {
    Kind kind = Kind::NotFound;
    OpenFile file;  // of Kind::File
  };

  StaticFiles(const Upstream& upstream, RootDirectories& roots) : upstream_(upstream), roots_(roots) {}

  // `path` is normalized.
  Answer find(const RequestHead& request, std::string_view path) const;

 private:
  const Location* location_of(std::string_view path) const;
  Answer look_up(const Location& location, std::string_view path) const;
  Answer look_in_directory(const Location& location, std::string_view path) const;
  std::optional<OpenFile> open(const Location& location, std::string_view path, mode_t type) const;
  Answer fall_back(const LocationOptions& options, Kind otherwise) const;

  const Upstream& upstream_;
  RootDirectories& roots_;
};

}  // namespace penstock::router
