#include "config/json_member.h"
#include "config/location.h"

#include <nlohmann/json.hpp>

namespace penstock::config {

namespace {

Json passthru_to_json(const Passthru& passthru) {
  if (passthru.controller.empty()) return passthru.enabled;
  return passthru.controller;
}

Passthru passthru_from_json(const Json& json) {
  if (json.is_string()) return {true, json.get<std::string>()};
  return {json.get<bool>(), ""};
}

Json rule_to_json(const LocationRule& rule) {
  Json json = Json::object();
  if (rule.passthru) json["passthru"] = passthru_to_json(*rule.passthru);
  if (rule.expires) json["expires"] = *rule.expires;
  if (rule.allow) json["allow"] = *rule.allow;
  if (rule.scripts) json["scripts"] = *rule.scripts;
  if (rule.headers) json["headers"] = *rule.headers;
  return json;
}

LocationRule rule_from_json(const Json& json) {
  LocationRule rule;
  if (json.contains("passthru")) rule.passthru = passthru_from_json(json.at("passthru"));
  if (json.contains("expires")) rule.expires = json.at("expires").get<std::int64_t>();
  if (json.contains("allow")) rule.allow = json.at("allow").get<bool>();
  if (json.contains("scripts")) rule.scripts = json.at("scripts").get<bool>();
  if (json.contains("headers")) rule.headers = json.at("headers").get<std::map<std::string, std::string>>();
  return rule;
}

}  // namespace

Json Location::to_json() const {
  Json json;
  json["root"] = root ? Json(*root) : Json(nullptr);
  json["index"] = index;
  json["passthru"] = passthru_to_json(passthru);
  json["expires"] = expires;
  json["allow"] = allow;
  json["scripts"] = scripts;
  json["headers"] = headers;
  json["rules"] = Json::object();
  for (const auto& [expression, rule] : rules) json["rules"][expression] = rule_to_json(rule);
  json["request_buffering"] = {{"enabled", buffer_requests}, {"max_request_size", max_request_size}};
  return json;
}

Location Location::from_json(const Json& json) {
  Location location;
  if (json.contains("root") && !json.at("root").is_null()) location.root = json.at("root").get<std::string>();
  location.index = json.value("index", location.index);
  if (json.contains("passthru")) location.passthru = passthru_from_json(json.at("passthru"));
  location.expires = json.value("expires", location.expires);
  location.allow = json.value("allow", location.allow);
  location.scripts = json.value("scripts", location.scripts);
  location.headers = json.value("headers", location.headers);
  for (const auto& [expression, rule] : json_member(json, "rules").items()) {
    location.rules.emplace_back(expression, rule_from_json(rule));
  }
  const Json& buffering = json_member(json, "request_buffering");
  location.buffer_requests = buffering.value("enabled", location.buffer_requests);
  location.max_request_size = buffering.value("max_request_size", location.max_request_size);
  return location;
}

}  // namespace penstock::config
