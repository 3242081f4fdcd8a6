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

Commands commands_from_json(const Json& json) {
  return {json.value("pre_start", ""), json.value("start", ""), json.value("post_start", "")};
}

void add_overrides(const Overrides& overrides, Json& json) {
  if (overrides.relationships) json["relationships"] = relationships_to_json(*overrides.relationships);
  if (overrides.mounts) json["mounts"] = mounts_to_json(*overrides.mounts);
  if (overrides.variables) json["variables"] = *overrides.variables;
  if (overrides.additional_hosts) json["additional_hosts"] = *overrides.additional_hosts;
  for (const auto& [key, value] : overrides.other.items()) json[key] = value;
}

Overrides overrides_from_json(const Json& json) {
  Overrides overrides;
  if (json.contains("relationships")) overrides.relationships = relationships_from_json(json["relationships"]);
  if (json.contains("mounts")) overrides.mounts = mounts_from_json(json["mounts"]);
  if (json.contains("variables")) overrides.variables = json["variables"].get<Variables>();
  if (json.contains("additional_hosts")) {
    overrides.additional_hosts = json["additional_hosts"].get<std::map<std::string, std::string>>();
  }
  for (const char* const key : {"container_profile", "access", "firewall", "resources", "disk", "size"}) {
    if (json.contains(key)) overrides.other[key] = json[key];
  }
  return overrides;
}

Json web_to_json(const Web& web) {
  Json json;
  json["commands"] = commands_to_json(web.commands);
  json["upstream"] = {{"socket_family", web.socket_family == SocketFamily::Unix ? "unix" : "tcp"},
                      {"protocol", web.protocol == Protocol::FastCgi ? "fastcgi" : "http"}};
  json["locations"] = Json::object();
  for (const auto& [prefix, location] : web.locations) json["locations"][prefix] = location.to_json();
  add_overrides(web.overrides, json);
  return json;
}

Web web_from_json(const Json& json) {
  Web web;
  web.commands = commands_from_json(json_member(json, "commands"));
  const Json& upstream = json_member(json, "upstream");
  if (upstream.value("socket_family", "tcp") == "unix") web.socket_family = SocketFamily::Unix;
  if (upstream.value("protocol", "http") == "fastcgi") web.protocol = Protocol::FastCgi;
  for (const auto& [prefix, location] : json_member(json, "locations").items()) {
    web.locations[prefix] = Location::from_json(location);
  }
  web.overrides = overrides_from_json(json);
  return web;
}

Json workers_to_json(const std::map<std::string, Worker>& workers) {
  Json json = Json::object();
  for (const auto& [name, worker] : workers) {
    json[name]["commands"] = commands_to_json(worker.commands);
    add_overrides(worker.overrides, json[name]);
  }
  return json;
}

std::map<std::string, Worker> workers_from_json(const Json& json) {
  std::map<std::string, Worker> workers;
  for (const auto& [name, worker] : json.items()) {
    workers[name] = {commands_from_json(json_member(worker, "commands")), overrides_from_json(worker)};
  }
  return workers;
}

Hooks hooks_from_json(const Json& json) {
  return {json.value("build", ""), json.value("deploy", ""), json.value("post_deploy", "")};
}

std::map<std::string, Cron> crons_from_json(const Json& json) {
  std::map<std::string, Cron> crons;
  for (const auto& [name, cron] : json.items()) crons[name] = Cron::from_json(cron);
  return crons;
}

bool is_typed(const std::string& key) {
  static const std::array<const char*, 14> keys{"name",      "type",     "source", "relationships",   "mounts",
                                                "web",       "workers",  "hooks",  "build",           "dependencies",
                                                "variables", "timezone", "crons",  "additional_hosts"};
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

// The mounts of parts, which need their places in the artifact.
Json part_of_slug(const Overrides& overrides) {
  Json json = Json::object();
  if (overrides.mounts) json["mounts"] = mounts_to_json(*overrides.mounts);
  return json;
}

}  // namespace

Json commands_to_json(const Commands& commands) {
  return {{"pre_start", commands.pre_start}, {"start", commands.start}, {"post_start", commands.post_start}};
}

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
  for (const auto& [cron, what] : crons) json["crons"][cron] = what.to_json();
  json["timezone"] = timezone;
  json["additional_hosts"] = additional_hosts;
  json["web"] = web_to_json(web);
  if (!workers.empty()) json["workers"] = workers_to_json(workers);
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
  app.crons = crons_from_json(json_member(json, "crons"));
  app.timezone = json.value("timezone", app.timezone);
  app.additional_hosts = json.value("additional_hosts", app.additional_hosts);
  app.web = web_from_json(json_member(json, "web"));
  app.workers = workers_from_json(json_member(json, "workers"));
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
  if (const Json part = part_of_slug(web.overrides); !part.empty()) json["web"] = part;
  for (const auto& [worker, declared] : workers) {
    if (const Json part = part_of_slug(declared.overrides); !part.empty()) json["workers"][worker] = part;
  }
  return json;
}

}  // namespace penstock::config
