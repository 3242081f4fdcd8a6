#include "service/definition_reader.h"

#include "base/error.h"
#include "image/source_reader.h"

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <functional>

namespace penstock {
namespace {

using Setter = std::function<void(const YAML::Node&)>;
using Setters = std::map<std::string, Setter>;

// Calls the setter of each key that is there.
void read_map(const YAML::Node& node, const Setters& setters) {
  require_map(node, "a map");
  for (const auto& entry : node) {
    const auto found = setters.find(entry.first.Scalar());
    if (found == setters.end()) refuse(entry.first, fmt::format("unknown key \"{}\"", entry.first.Scalar()));
    found->second(entry.second);
  }
}

template <typename T>
Setter to(T& target) {
  return [&target](const YAML::Node& node) {
    try {
      target = node.as<T>();
    } catch (const YAML::Exception&) {
      refuse(node, "a value of the wrong kind");
    }
  };
}

template <typename T>
Setter to(std::optional<T>& target) {
  return [&target](const YAML::Node& node) { to(target.emplace())(node); };
}

Setter to_query(Json& target) {
  return [&target](const YAML::Node& node) {
    require_map(node, "a map");
    for (const auto& entry : node) target[entry.first.Scalar()] = entry.second.as<bool>();
  };
}

config::ServiceOption read_option(const YAML::Node& node) {
  config::ServiceOption option;
  read_map(node, {{"default", to(option.initial)},
                  {"list", to(option.list)},
                  {"values", to(option.values)},
                  {"pattern", to(option.pattern)},
                  {"least", to(option.least)},
                  {"most", to(option.most)}});
  return option;
}

Setter to_options(std::map<std::string, config::ServiceOption>& options) {
  return [&options](const YAML::Node& node) {
    require_map(node, "a map of options");
    for (const auto& entry : node) options[entry.first.Scalar()] = read_option(entry.second);
  };
}

Setter to_databases(std::optional<config::DatabaseNames>& databases) {
  return [&databases](const YAML::Node& node) {
    config::DatabaseNames& names = databases.emplace();
    read_map(node, {{"key", to(names.key)},
                    {"pattern", to(names.pattern)},
                    {"initial", to(names.initial)},
                    {"default_key", to(names.default_key)},
                    {"privileges", to(names.privileges)},
                    {"endpoints_required", to(names.endpoints_required)},
                    {"in_path", to(names.in_path)}});
  };
}

Setter to_versions(ServiceDefinition& definition) {
  return [&definition](const YAML::Node& node) {
    definition.versions = read_versions(node);
    for (const auto& [version, source] : definition.versions) definition.rules.versions.push_back(version);
  };
}

Setters setters_of(ServiceDefinition& definition) {
  return {{"extends", [](const YAML::Node&) {}},
          {"versions", to_versions(definition)},
          {"endpoint", to(definition.rules.endpoint)},
          {"username", to(definition.rules.username)},
          {"scheme", to(definition.scheme)},
          {"port", to(definition.port)},
          {"query", to_query(definition.query)},
          {"keeps_data", to(definition.keeps_data)},
          {"holds_mounts", to(definition.rules.holds_mounts)},
          {"databases", to_databases(definition.rules.databases)},
          {"configuration", to_options(definition.rules.options)},
          {"start", to(definition.start)},
          {"ready", to(definition.ready)},
          {"configure", to(definition.configure)},
          {"quiesce", to(definition.quiesce)}};
}

YAML::Node load(const std::string& text) {
  try {
    YAML::Node node = YAML::Load(text);
    require_map(node, "a definition");
    return node;
  } catch (const YAML::ParserException& error) {
    throw UserError(fmt::format("line {}: {}", error.mark.line + 1, error.msg));
  }
}

// With what it leaves to the one that it extends.
YAML::Node whole(const std::string& type, const std::map<std::string, std::string>& texts) {
  YAML::Node node = load(texts.at(type));
  if (!node["extends"]) return node;
  const std::string base = node["extends"].Scalar();
  if (!texts.contains(base) || base == type) refuse(node["extends"], "there is no other type " + base);
  const YAML::Node inherited = load(texts.at(base));
  if (inherited["extends"]) refuse(node["extends"], base + " extends another type itself");
  for (const auto& entry : inherited) {
    if (!node[entry.first.Scalar()]) node[entry.first.Scalar()] = entry.second;
  }
  return node;
}

void check(const ServiceDefinition& definition) {
  if (definition.versions.empty()) throw UserError("\"versions\" is missing");
  if (!definition.start.empty() && definition.port == 0) throw UserError("\"port\" is missing");
  if (definition.start.empty() && !definition.rules.holds_mounts) throw UserError("\"start\" is missing");
}

}  // namespace

ServiceDefinition read_definition(const std::string& type, const std::map<std::string, std::string>& texts) {
  try {
    ServiceDefinition definition;
    definition.type = type;
    read_map(whole(type, texts), setters_of(definition));
    definition.rules.answers_http = definition.scheme == "http";
    check(definition);
    return definition;
  } catch (const UserError& error) {
    throw UserError(fmt::format("cannot use the definition of service {}: {}", type, error.what()));
  }
}

}  // namespace penstock
