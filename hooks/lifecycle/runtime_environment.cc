#include "hooks/lifecycle/runtime_environment.h"

#include "base/base64.h"
#include "hooks/lifecycle/provided.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cctype>

namespace penstock::lifecycle {
namespace {

std::string variable_prefix(const std::string& relationship) {
  std::string prefix;
  for (const unsigned char c : relationship) prefix += std::isalnum(c) != 0 ? static_cast<char>(std::toupper(c)) : '_';
  return prefix;
}

// As Upsun writes them: lists and maps as Python does, nothing for null.
std::string property_text(const Json& value) {
  if (value.is_null()) return "";
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_array()) return value.dump();
  std::string text;
  for (const auto& element : value) text += fmt::format("{}'{}'", text.empty() ? "" : ", ", element.get<std::string>());
  return "[" + text + "]";
}

Json or_null(const std::optional<std::string>& text) {
  return text ? Json(*text) : Json(nullptr);
}

// "pgsql://main:secret@database.internal:5432/main".
std::string url_of(const Endpoint& endpoint, const std::string& host) {
  const std::string who =
      endpoint.username ? fmt::format("{}:{}@", *endpoint.username, endpoint.password.value_or("")) : "";
  const bool own_port = endpoint.scheme == "http" && endpoint.port == 80;
  return fmt::format("{}://{}{}{}{}", endpoint.scheme, who, host, own_port ? "" : fmt::format(":{}", endpoint.port),
                     endpoint.path ? "/" + *endpoint.path : "");
}

Json endpoint_object(const std::string& relationship, const Endpoint& endpoint, const std::string& cluster) {
  const std::string host = relationship_host(relationship);
  return {
      {"username", or_null(endpoint.username)},
      {"scheme", endpoint.scheme},
      {"service", endpoint.service},
      {"fragment", nullptr},
      {"ip", endpoint.addresses.front()},
      {"instance_ips", endpoint.addresses},
      {"hostname", host},
      {"port", endpoint.port},
      {"cluster", cluster},
      {"host", host},
      {"rel", endpoint.rel},
      {"path", or_null(endpoint.path)},
      {"query", endpoint.query},
      {"password", or_null(endpoint.password)},
      {"type", endpoint.type},
      {"public", false},
      {"host_mapped", false},
      {"epoch", 0},
      {"url", url_of(endpoint, host)},
  };
}

// <RELATIONSHIP>_<PROPERTY> for each property of the first endpoint of each.
Variables relationship_variables(const Json& relationships) {
  Variables result;
  for (const auto& [name, endpoints] : relationships.items()) {
    for (const auto& [property, value] : endpoints.front().items()) {
      result[variable_prefix(name) + "_" + variable_prefix(property)] = property_text(value);
    }
  }
  return result;
}

// Only for commands there are.
Variables command_variables(const config::Commands& commands) {
  Variables result = {
      {"PLATFORM_APP_COMMAND", commands.start},
      {"PLATFORM_PRE_APP_COMMAND", commands.pre_start},
      {"PLATFORM_POST_APP_COMMAND", commands.post_start},
  };
  std::erase_if(result, [](const auto& variable) { return variable.second.empty(); });
  return result;
}

// Nothing connects to a worker.
Variables listen_variables(const RuntimeEnvironment& environment) {
  if (environment.component.is_worker()) return {};
  const bool unix = environment.component.application.web.socket_family == config::SocketFamily::Unix;
  if (unix) return {{"SOCKET", environment.socket}};
  return {{"PORT", std::to_string(environment.port)}};
}

std::string document_root(const config::Application& application) {
  const std::string root = application.document_root();
  return root.empty() ? kAppDirectory : std::string(kAppDirectory) + "/" + root;
}

}  // namespace

Variables RuntimeEnvironment::variables() const {
  const config::Application& application = common.application;
  const Json related = platform_relationships(relationships, common.project + "-" + machine_name);
  Json described = component.to_json();
  described["tree_id"] = common.tree_id;
  described["app_dir"] = kAppDirectory;

  Variables result = {
      {"PLATFORM_BRANCH", branch},
      {"PLATFORM_DOCUMENT_ROOT", document_root(application)},
      {"PLATFORM_ENVIRONMENT", machine_name},
      {"PLATFORM_ENVIRONMENT_TYPE", environment_type},
      {"PLATFORM_RELATIONSHIPS", base64_encode(related.dump())},
      {"PLATFORM_ROUTES", base64_encode(routes.dump())},
      {"PLATFORM_SMTP_HOST", ""},
  };
  result.merge(listen_variables(*this));
  result.merge(command_variables(component.commands));
  result.merge(provided_variables(common, described));
  result.merge(user_variables(common, Phase::Runtime));
  result.merge(relationship_variables(related));
  result.merge(default_variables(common));
  return result;
}

Json platform_relationships(const std::map<std::string, Endpoint>& relationships, const std::string& cluster) {
  Json result = Json::object();
  for (const auto& [name, endpoint] : relationships) {
    result[name] = Json::array({endpoint_object(name, endpoint, cluster)});
  }
  return result;
}

std::string relationship_host(const std::string& relationship) {
  return relationship + ".internal";
}

}  // namespace penstock::lifecycle
