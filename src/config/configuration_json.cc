#include "base/error.h"
#include "config/configuration.h"
#include "config/json_member.h"
#include "config/relationship_json.h"

#include <array>
#include <utility>

namespace penstock::config {

namespace {

constexpr std::array<std::pair<RouteType, const char*>, 3> kRouteTypes{
    {{RouteType::Upstream, "upstream"}, {RouteType::Redirect, "redirect"}, {RouteType::Proxy, "proxy"}}};

RouteType route_type_of(const std::string& word) {
  for (const auto& [type, name] : kRouteTypes) {
    if (word == name) return type;
  }
  throw Error("cannot read a route: unknown type '" + word + "'");
}

bool is_typed_route_key(const std::string& key) {
  for (const char* const typed :
       {"url", "type", "upstream", "to", "primary", "id", "attributes", "redirects", "tls", "cache"}) {
    if (key == typed) return true;
  }
  return false;
}

}  // namespace

const char* word_of(RouteType type) {
  return kRouteTypes.at(static_cast<std::size_t>(type)).second;
}

Json Route::to_json() const {
  Json json;
  json["url"] = url;
  json["type"] = word_of(type);
  if (!upstream.empty()) json["upstream"] = upstream + ":http";
  if (!to.empty()) json["to"] = to;
  if (primary) json["primary"] = *primary;
  if (id) json["id"] = *id;
  json["attributes"] = attributes;
  if (!redirects.empty()) json["redirects"] = redirects;
  if (!tls.empty()) json["tls"] = tls;
  if (!cache.empty()) json["cache"] = cache;
  for (const auto& [key, value] : other.items()) json[key] = value;
  return json;
}

Route Route::from_json(const Json& json) {
  Route route;
  route.url = json.value("url", "");
  route.type = route_type_of(json.value("type", "upstream"));
  const std::string upstream = json.value("upstream", "");
  route.upstream = upstream.substr(0, upstream.find(':'));
  route.to = json.value("to", "");
  if (json.contains("primary")) route.primary = json.at("primary").get<bool>();
  if (json.contains("id")) route.id = json.at("id").get<std::string>();
  route.attributes = json.value("attributes", route.attributes);
  route.redirects = json_member(json, "redirects");
  route.tls = json_member(json, "tls");
  route.cache = json_member(json, "cache");
  for (const auto& [key, value] : json.items()) {
    if (!is_typed_route_key(key)) route.other[key] = value;
  }
  return route;
}

Json Service::to_json() const {
  Json json;
  json["name"] = name;
  json["type"] = type;
  json["configuration"] = configuration;
  json["relationships"] = relationships_to_json(relationships);
  if (!container_profile.empty()) json["container_profile"] = container_profile;
  return json;
}

Service Service::from_json(const Json& json) {
  Service service;
  service.name = json.value("name", "");
  service.type = json.value("type", "");
  service.configuration = json_member(json, "configuration");
  service.relationships = relationships_from_json(json_member(json, "relationships"));
  service.container_profile = json.value("container_profile", "");
  return service;
}

Json Configuration::to_json() const {
  Json json{{"applications", Json::object()}, {"services", Json::object()}, {"routes", Json::array()}};
  for (const auto& [name, application] : applications) json["applications"][name] = application.to_json();
  for (const auto& [name, service] : services) json["services"][name] = service.to_json();
  for (const Route& route : routes) json["routes"].push_back(route.to_json());
  return json;
}

Configuration Configuration::from_json(const Json& json) {
  Configuration configuration;
  try {
    for (const auto& [name, application] : json.at("applications").items()) {
      configuration.applications[name] = Application::from_json(application);
    }
    for (const auto& [name, service] : json.at("services").items()) {
      configuration.services[name] = Service::from_json(service);
    }
    for (const Json& route : json.at("routes")) configuration.routes.push_back(Route::from_json(route));
  } catch (const Json::exception& e) {
    throw Error(std::string("cannot read a stored configuration: ") + e.what());
  }
  return configuration;
}

}  // namespace penstock::config
