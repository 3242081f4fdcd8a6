#include "runtime/router/files/static_files.h"

#include <algorithm>

namespace penstock::router {
namespace {

constexpr std::string_view kScriptEnding = ".php";

bool is_source(std::string_view path) {
  return path.size() >= kScriptEnding.size() &&
         equal_ignoring_case(path.substr(path.size() - kScriptEnding.size()), kScriptEnding);
}

bool is_script(const LocationOptions& options, std::string_view path) {
  return options.scripts && path.ends_with(kScriptEnding);
}

bool below(std::string_view path, std::string_view directory) {
  return path.starts_with(directory) && (path.size() == directory.size() || path[directory.size()] == '/');
}

// `path` in the application's directory, without slashes at its beginning.
std::string place_of(const Location& location, std::string_view path) {
  std::string place = location.root.value_or("");
  place.append(path.substr(location.prefix.size()));
  place.erase(0, place.find_first_not_of('/'));
  return place;
}

// The innermost mount that holds `place`; null when it is in the artifact.
const WritableDirectory* mount_of(const Upstream& upstream, std::string_view place) {
  const WritableDirectory* innermost = nullptr;
  for (const WritableDirectory& mount : upstream.mounts) {
    if (below(place, mount.path) && (innermost == nullptr || mount.path.size() > innermost->path.size())) {
      innermost = &mount;
    }
  }
  return innermost;
}

std::string inside(const WritableDirectory& mount, std::string_view place) {
  place.remove_prefix(mount.path.size());
  while (place.starts_with('/')) place.remove_prefix(1);
  return std::string(place);
}

}  // namespace

const Location* location_of(const Upstream& upstream, std::string_view path) {
  const auto found = std::find_if(upstream.locations.begin(), upstream.locations.end(),
                                  [&](const Location& location) { return below(path, location.prefix); });
  return found == upstream.locations.end() ? nullptr : &*found;
}

const LocationOptions& options_of(const Location& location, std::string_view path) {
  for (const LocationRule& rule : location.rules) {
    if (rule.path.matches(path)) return rule.options;
  }
  return location.options;
}

StaticFiles::Answer StaticFiles::find(const RequestHead& request, std::string_view path) {
  const Location* location = location_of(upstream_, path);
  if (location == nullptr) return {.kind = Kind::NotFound};
  if (runs_scripts()) {
    if (auto script = find_script(*location, path)) return {.kind = Kind::PassOn, .script = std::move(*script)};
  }
  if (request.is_get() || request.is_head()) return look_up(*location, path);
  const LocationOptions& options = options_of(*location, path);
  if (runs_scripts()) {
    Answer answer = look_up(*location, path);
    return answer.kind == Kind::PassOn ? std::move(answer) : fall_back(options, Kind::WrongMethod);
  }
  const bool pass_on = options.passthru.enabled || is_script(options, path);
  return {.kind = pass_on ? Kind::PassOn : Kind::WrongMethod};
}

// What lies in a mount is never run: it may have been uploaded.
std::optional<Script> StaticFiles::find_script(const Location& location, std::string_view path) {
  if (!location.root || upstream_.root.empty()) return std::nullopt;
  for (std::size_t at = path.find(kScriptEnding); at != std::string_view::npos; at = path.find(kScriptEnding, at + 1)) {
    const std::size_t end = at + kScriptEnding.size();
    if (end < path.size() && path[end] != '/') continue;
    const std::string_view name = path.substr(0, end);
    if (!options_of(location, name).scripts || mount_of(upstream_, place_of(location, name)) != nullptr) continue;
    if (open(location, name)) return script_at(location, name, path.substr(end));
  }
  return std::nullopt;
}

Script StaticFiles::script_at(const Location& location, std::string_view path, std::string_view path_info) const {
  const std::string root = location.root.value_or("");
  return {.file = upstream_.directory + "/" + place_of(location, path),
          .root = root.empty() ? upstream_.directory : upstream_.directory + "/" + root,
          .name = std::string(path),
          .path_info = std::string(path_info)};
}

StaticFiles::Answer StaticFiles::look_up(const Location& location, std::string_view path) {
  const LocationOptions& options = options_of(location, path);
  if (!location.root || upstream_.root.empty()) return fall_back(options, Kind::NotFound);
  if (!runs_scripts() && is_script(options, path)) return {.kind = Kind::PassOn};
  if (auto file = open(location, path)) {
    if (!options.allow || (runs_scripts() && is_source(path))) return fall_back(options, Kind::Forbidden);
    return {.kind = Kind::File, .file = std::move(file), .options = &options};
  }
  if (!location.index.empty() && has_directory(location, path)) return look_in_directory(location, path);
  return fall_back(options, Kind::NotFound);
}

StaticFiles::Answer StaticFiles::look_in_directory(const Location& location, std::string_view path) {
  const bool complete = path.ends_with('/');
  for (const std::string& index : location.index) {
    const std::string candidate = std::string(path) + (complete ? "" : "/") + index;
    const LocationOptions& options = options_of(location, candidate);
    auto file = open(location, candidate);
    const bool runs = is_script(options, candidate);
    if (!file || (!options.allow && !(runs && runs_scripts()))) continue;
    if (!runs && runs_scripts() && is_source(candidate)) continue;
    if (runs && runs_scripts() && mount_of(upstream_, place_of(location, candidate)) != nullptr) continue;
    if (!complete) return {.kind = Kind::Directory};
    if (runs) return {.kind = Kind::PassOn, .script = script_at(location, candidate)};
    return {.kind = Kind::File, .file = std::move(file), .options = &options};
  }
  return fall_back(options_of(location, path), Kind::NotFound);
}

std::shared_ptr<ServedFile> StaticFiles::open(const Location& location, std::string_view path) {
  const std::string place = place_of(location, path);
  if (place.empty() || place.ends_with('/')) return nullptr;
  const WritableDirectory* mount = mount_of(upstream_, place);
  return mount == nullptr ? files_.open(upstream_.root, place)
                          : FileCache::open_changing(mount->directory, inside(*mount, place));
}

bool StaticFiles::has_directory(const Location& location, std::string_view path) {
  const std::string place = place_of(location, path);
  const WritableDirectory* mount = mount_of(upstream_, place);
  return mount == nullptr ? files_.has_directory(upstream_.root, place)
                          : FileCache::has_changing_directory(mount->directory, inside(*mount, place));
}

StaticFiles::Answer StaticFiles::fall_back(const LocationOptions& options, Kind otherwise) {
  if (!options.passthru.enabled) return {.kind = otherwise};
  const std::string& path = options.passthru.front_controller;
  const Location* location = path.empty() ? nullptr : location_of(upstream_, path);
  if (runs_scripts() && (path.empty() || is_source(path))) return run_front_controller(path);
  if (location != nullptr && location->root && !upstream_.root.empty()) {
    const LocationOptions& its = options_of(*location, path);
    auto file = is_script(its, path) || !its.allow ? nullptr : open(*location, path);
    if (file) return {.kind = Kind::File, .file = std::move(file), .options = &its};
  }
  return {.kind = Kind::PassOn};
}

// Whether it exists is left to the application, which says so in its log.
StaticFiles::Answer StaticFiles::run_front_controller(const std::string& path) const {
  const std::string script = path.empty() ? "/index.php" : path;
  const Location* location = location_of(upstream_, script);
  if (location == nullptr) return {.kind = Kind::NotFound};
  return {.kind = Kind::PassOn, .script = script_at(*location, script)};
}

}  // namespace penstock::router
