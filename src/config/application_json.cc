#include "base/error.h"
#include "config/application.h"
#include "config/json_member.h"
#include "config/relationship_json.h"

#include <algorithm>
#include <array>
#include <utility>

namespace penstock::config {

namespace {

constexpr std::array<std::pair<MountSource, const char*>, 4> kMountSources{{{MountSource::Storage, "storage"},
                                                                            {MountSource::Instance, "instance"},
                                                                            {MountSource::Temporary, "tmp"},
                                                                            {MountSource::Service, "service"}}};

const char* word_of(MountSource source) {
  return std::find_if(kMountSources.begin(), kMountSources.end(), [&](const auto& p) { return p.first == source; })
      ->second;
}

MountSource mount_source_of(const std::string& word) {
  if (word == "temporary") return MountSource::Temporary;
  for (const auto& [source, name] : kMountSources) {
    if (word == name) return source;
  }
  throw Error("cannot read a mount: unknown source '" + word + "'");
}

Json mounts_to_json(const std::map<std::string, Mount>& mounts) {
  Json json = Json::object();
  for (const auto& [path, mount] : mounts) {
    json[path] = {{"source", word_of(mount.source)}, {"source_path", mount.source_path}};
    if (!mount.service.empty()) json[path]["service"] = mount.service;
  }
  return json;
}

std::map<std::string, Mount> mounts_from_json(const Json& json) {
  std::map<std::string, Mount> mounts;
  for (const auto& [path, mount] : json.items()) {
    mounts[path] = {mount_source_of(mount.value("source", "storage")), mount.value("source_path", ""),
                    mount.value("service", "")};
  }
  return mounts;
}

Json web_to_json(const Web& web) {
  Json json;
  json["commands"] = {
      {"pre_start", web.commands.pre_start}, {"start", web.commands.start}, {"post_start", web.commands.post_start}};
  json["upstream"] = {{"socket_family", web.socket_family == SocketFamily::Unix ? "unix" : "tcp"},
                      {"protocol", web.protocol == Protocol::FastCgi ? "fastcgi" : "http"}};
  json["locations"] = Json::object();
  for (const auto& [prefix, location] : web.locations) json["locations"][prefix] = location.to_json();
  return json;
}

Web web_from_json(const Json& json) {
  Web web;
  const Json& commands = json_member(json, "commands");
  web.commands = {commands.value("pre_start", ""), commands.value("start", ""), commands.value("post_start", "")};
  const Json& upstream = json_member(json, "upstream");
  if (upstream.value("socket_family", "tcp") == "unix") web.socket_family = SocketFamily::Unix;
  if (upstream.value("protocol", "http") == "fastcgi") web.protocol = Protocol::FastCgi;
  for (const auto& [prefix, location] : json_member(json, "locations").items()) {
    web.locations[prefix] = Location::from_json(location);
  }
  return web;
}

Hooks hooks_from_json(const Json& json) {
  return {json.value("build", ""), json.value("deploy", ""), json.value("post_deploy", "")};
}

bool is_typed(const std::string& key) {
  static const std::array<const char*, 12> keys{"name",         "type",      "source",   "relationships",
                                                "mounts",       "web",       "hooks",    "build",
                                                "dependencies", "variables", "timezone", "additional_hosts"};
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

}  // namespace

std::string Application::document_root() const {
  const auto location = web.locations.find("/");
  return location == web.locations.end() ? "" : location->second.root.value_or("");
}

Json Application::to_json() const {
  Json json;
  json["name"] = name;
  json["type"] = type;
  json["source"] = {{"root", source_root}};
  json["build"] = {{"flavor", flavor}};
  json["dependencies"] = dependencies;
  json["hooks"] = {{"build", hooks.build}, {"deploy", hooks.deploy}, {"post_deploy", hooks.post_deploy}};
  json["relationships"] = relationships_to_json(relationships);
  json["mounts"] = mounts_to_json(mounts);
  json["variables"] = variables;
  json["timezone"] = timezone;
  json["additional_hosts"] = additional_hosts;
  json["web"] = web_to_json(web);
  for (const auto& [key, value] : other.items()) json[key] = value;
  return json;
}

Application Application::from_json(const Json& json) {
  Application app;
  app.name = json.value("name", "");
  app.type = json.value("type", "");
  app.source_root = json_member(json, "source").value("root", "");
  app.flavor = json_member(json, "build").value("flavor", "none");
  app.dependencies = json.value("dependencies", app.dependencies);
  app.hooks = hooks_from_json(json_member(json, "hooks"));
  app.relationships = relationships_from_json(json_member(json, "relationships"));
  app.mounts = mounts_from_json(json_member(json, "mounts"));
  app.variables = json.value("variables", app.variables);
  app.timezone = json.value("timezone", app.timezone);
  app.additional_hosts = json.value("additional_hosts", app.additional_hosts);
  app.web = web_from_json(json_member(json, "web"));
  for (const auto& [key, value] : json.items()) {
    if (!is_typed(key)) app.other[key] = value;
  }
  return app;
}

Json Application::build_slug() const {
  Json json = to_json();
  for (const char* const key : {"access", "relationships", "firewall", "crons", "web", "workers"}) json.erase(key);
  json["hooks"].erase("deploy");
  json["hooks"].erase("post_deploy");
  return json;
}

}  // namespace penstock::config
