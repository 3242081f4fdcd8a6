#pragma once

#include "runtime/router/files/file_cache.h"
#include "runtime/router/files/script.h"
#include "runtime/router/http/request_head.h"
#include "runtime/router/table/environment.h"

#include <memory>
#include <string>
#include <string_view>

namespace penstock::router {

// The location of `path`, which is normalized: the one with the longest prefix. Null when there is none.
const Location* location_of(const Upstream& upstream, std::string_view path);
// What applies to `path` within it.
const LocationOptions& options_of(const Location& location, std::string_view path);

// Finds files by the `web.locations` of an application. Nothing outside its artifact and its mounts can be reached.
// With FastCGI it finds scripts too: those of the artifact, in locations with `scripts`, and the front controller.
class StaticFiles {
 public:
  enum class Kind { File, Directory, PassOn, NotFound, Forbidden, WrongMethod };
  struct Answer {
    Kind kind = Kind::NotFound;
    std::shared_ptr<ServedFile> file = nullptr;  // of Kind::File
    const LocationOptions* options = nullptr;    // that apply to it
    Script script = {};                          // of Kind::PassOn, to an application that speaks FastCGI
  };

  StaticFiles(const Upstream& upstream, FileCache& files) : upstream_(upstream), files_(files) {}

  // `path` is normalized.
  Answer find(const RequestHead& request, std::string_view path);

 private:
  bool runs_scripts() const { return upstream_.protocol == UpstreamProtocol::FastCgi; }
  // The first part of `path` that names a script, and what follows it.
  std::optional<Script> find_script(const Location& location, std::string_view path);
  Script script_at(const Location& location, std::string_view path, std::string_view path_info = {}) const;
  Answer look_up(const Location& location, std::string_view path);
  Answer look_in_directory(const Location& location, std::string_view path);
  std::shared_ptr<ServedFile> open(const Location& location, std::string_view path);
  bool has_directory(const Location& location, std::string_view path);
  Answer run_front_controller(const std::string& path) const;
  Answer fall_back(const LocationOptions& options, Kind otherwise);

  const Upstream& upstream_;
  FileCache& files_;
};

}  // namespace penstock::router
