#include "runtime/router/files/static_files.h"

#include <fmt/format.h>

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <algorithm>

namespace penstock::router {
namespace {

const LocationOptions& options_for(const Location& location, std::string_view path) {
  for (const LocationRule& rule : location.rules) {
    if (rule.path.matches(path)) return rule.options;
  }
  return location.options;
}

bool is_script(const LocationOptions& options, std::string_view path) {
  return options.scripts && path.ends_with(".php");
}

// Opens `path` below `root`; symbolic links may lead anywhere inside it and nowhere else.
Fd open_beneath(int root, const std::string& path) {
  open_how how{};
  how.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK;
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS;
  return Fd(static_cast<int>(::syscall(SYS_openat2, root, path.c_str(), &how, sizeof how)));
}

}  // namespace

StaticFiles::Answer StaticFiles::find(const RequestHead& request, std::string_view path) const {
  const Location* location = location_of(path);
  if (location == nullptr) return {.kind = Kind::NotFound, .file = {}};
  if (request.is_get() || request.is_head()) return look_up(*location, path);
  const bool pass_on = options_for(*location, path).passthru.enabled;
  return {.kind = pass_on ? Kind::PassOn : Kind::WrongMethod, .file = {}};
}

const Location* StaticFiles::location_of(std::string_view path) const {
  const auto found =
      std::find_if(upstream_.locations.begin(), upstream_.locations.end(), [&](const Location& location) {
        const std::string& prefix = location.prefix;
        return path.starts_with(prefix) && (path.size() == prefix.size() || path[prefix.size()] == '/');
      });
  return found == upstream_.locations.end() ? nullptr : &*found;
}

StaticFiles::Answer StaticFiles::look_up(const Location& location, std::string_view path) const {
  const LocationOptions& options = options_for(location, path);
  if (!location.root || upstream_.root.empty()) return fall_back(options, Kind::NotFound);
  if (is_script(options, path)) return {.kind = Kind::PassOn, .file = {}};
  if (auto file = open(location, path, S_IFREG)) {
    if (!options.allow) return fall_back(options, Kind::Forbidden);
    file->options = &options;
    return {.kind = Kind::File, .file = std::move(*file)};
  }
  if (!location.index.empty() && open(location, path, S_IFDIR)) return look_in_directory(location, path);
  return fall_back(options, Kind::NotFound);
}

StaticFiles::Answer StaticFiles::look_in_directory(const Location& location, std::string_view path) const {
  const bool complete = path.ends_with('/');
  for (const std::string& index : location.index) {
    const std::string candidate = std::string(path) + (complete ? "" : "/") + index;
    const LocationOptions& options = options_for(location, candidate);
    auto file = open(location, candidate, S_IFREG);
    if (!file || !options.allow) continue;
    if (!complete) return {.kind = Kind::Directory, .file = {}};
    if (is_script(options, candidate)) return {.kind = Kind::PassOn, .file = {}};
    file->options = &options;
    return {.kind = Kind::File, .file = std::move(*file)};
  }
  return fall_back(options_for(location, path), Kind::NotFound);
}

std::optional<OpenFile> StaticFiles::open(const Location& location, std::string_view path, mode_t type) const {
  std::string below = *location.root;
  below.append(path.substr(location.prefix.size()));
  while (below.starts_with('/')) below.erase(0, 1);
  if (type == S_IFREG && (below.empty() || below.ends_with('/'))) return std::nullopt;
  OpenFile file{.fd = open_beneath(roots_.open(upstream_.root), below.empty() ? "." : below),
                .etag = {},
                .path = std::string(path)};
  struct stat status {};
  if (!file.fd || ::fstat(file.fd.get(), &status) != 0 || (status.st_mode & S_IFMT) != type) return std::nullopt;
  file.size = status.st_size;
  file.modified = status.st_mtime;
  // All files of an artifact have the time of its commit: only together with the artifact do they name a content.
  const std::string_view artifact = std::string_view(upstream_.root).substr(upstream_.root.rfind('/') + 1);
  file.etag = fmt::format("\"{}-{:x}-{:x}-{:x}\"", artifact.substr(0, 16), status.st_ino, file.modified, file.size);
  return file;
}

StaticFiles::Answer StaticFiles::fall_back(const LocationOptions& options, Kind otherwise) const {
  if (!options.passthru.enabled) return {.kind = otherwise, .file = {}};
  const std::string& path = options.passthru.front_controller;
  const Location* location = path.empty() ? nullptr : location_of(path);
  if (location != nullptr && location->root && !upstream_.root.empty()) {
    const LocationOptions& its = options_for(*location, path);
    auto file = is_script(its, path) || !its.allow ? std::nullopt : open(*location, path, S_IFREG);
    if (file) {
      file->options = &its;
      return {.kind = Kind::File, .file = std::move(*file)};
    }
  }
  return {.kind = Kind::PassOn, .file = {}};
}

}  // namespace penstock::router
