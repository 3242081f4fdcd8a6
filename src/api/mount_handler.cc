#include "api/mount_handler.h"

#include "base/error.h"
#include "runtime/release.h"
#include "runtime/volumes/application_mounts.h"
#include "runtime/volumes/tree_archive.h"
#include "runtime/volumes/volume_pool.h"
#include "store/store.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <istream>
#include <memory>

namespace penstock::api {
namespace {

constexpr std::uint64_t kLeftFree = 10;  // a tenth of the pool, for everybody else

Release live_release(Store& store, const Request& request) {
  const Environment environment = store.environments().get(request.param("project"), request.param("environment"));
  auto current = store.deployments().current(environment.project, environment.name);
  if (!current) throw NotFound(fmt::format("the environment {} has no mounts: nothing is deployed", environment.name));
  return release_of(environment, *std::move(current));
}

const config::Application& application_of(const Release& release, const std::string& name) {
  const auto found = release.configuration.applications.find(name);
  if (found == release.configuration.applications.end()) {
    throw NotFound(fmt::format("there is no application {} in {}", name, release.environment.name));
  }
  return found->second;
}

std::string wanted_mount(const Request& request) {
  const std::optional<std::string> mount = request.query_value("mount");
  if (!mount) throw UserError("which mount? Name it in the query: mount=PATH");
  return mount->substr(mount->find_first_not_of('/') == std::string::npos ? 0 : mount->find_first_not_of('/'));
}

Json mount_json(const std::string& application, const std::string& path, const config::Mount& mount) {
  return {{"application", application},
          {"path", path},
          {"source", mount.source == config::MountSource::Temporary  ? "tmp"
                     : mount.source == config::MountSource::Instance ? "instance"
                     : mount.source == config::MountSource::Service  ? "service"
                                                                     : "storage"},
          {"source_path", mount.source_path},
          {"service", mount.service}};
}

}  // namespace

Response MountHandler::list(const Request& request) const {
  const Release release = live_release(store, request);
  const bool sizes = request.query_value("sizes").has_value();
  Json list = Json::array();
  for (const auto& [name, application] : release.configuration.applications) {
    std::optional<ApplicationMounts> opened;
    if (sizes) opened.emplace(volumes, release, Slot{name});
    for (const auto& [path, mount] : application.mounts) {
      list.push_back(mount_json(name, path, mount));
      if (opened) list.back()["size"] = size_of_tree(opened->directory(path));
    }
  }
  return Response::json(list);
}

Response MountHandler::download(const Request& request) const {
  const Release release = live_release(store, request);
  const std::string& application = application_of(release, request.param("application")).name;
  const auto mounts = std::make_shared<ApplicationMounts>(volumes, release, Slot{application});
  const int directory = mounts->directory(wanted_mount(request));
  return Response::streamed("application/x-tar", [mounts, directory](Reader& reader) {
    TarStream tar([&reader](std::string_view bytes) {
      if (!reader.send(bytes)) throw Error("cannot send the archive: the client is gone");
    });
    tar.add_tree(directory, "");
    tar.finish();
  });
}

Response MountHandler::upload(const Request& request) const {
  const Release release = live_release(store, request);
  const std::string& application = application_of(release, request.param("application")).name;
  const ApplicationMounts mounts(volumes, release, Slot{application});
  const int directory = mounts.directory(wanted_mount(request));
  TarReader tar([stream = request.stream](char* buffer, std::size_t size) {
    stream->read(buffer, static_cast<std::streamsize>(size));
    return static_cast<std::size_t>(stream->gcount());
  });
  const UnpackLimits limits{.bytes = volumes.available() - volumes.available() / kLeftFree,
                            .owner = std::pair(kAppUid, kAppGid)};
  std::size_t entries = 0;
  for (; tar.next(); ++entries) tar.unpack(directory, tar.name(), limits);
  return Response::json({{"entries", entries}});
}

}  // namespace penstock::api
