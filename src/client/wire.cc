#include "client/wire.h"

#include "base/error.h"

namespace penstock::client {
namespace {

std::string text(const Json& document, const char* key) {
  const auto found = document.find(key);
  return found != document.end() && found->is_string() ? found->get<std::string>() : std::string();
}

bool truth(const Json& document, const char* key, bool otherwise = false) {
  const auto found = document.find(key);
  return found != document.end() && found->is_boolean() ? found->get<bool>() : otherwise;
}

std::uint64_t number(const Json& document, const char* key) {
  const auto found = document.find(key);
  return found != document.end() && found->is_number() ? found->get<std::uint64_t>() : 0;
}

bool any_command_failed(const Json& activity) {
  const auto commands = activity.find("commands");
  if (commands == activity.end() || !commands->is_array()) return false;
  for (const Json& command : *commands) {
    if (number(command, "exit_code") != 0) return true;
  }
  return false;
}

}  // namespace

Project Project::from_json(const Json& document) {
  Project project{text(document, "id"), text(document, "title"), text(document, "default_branch"), "", document};
  const auto repository = document.find("repository");
  if (repository != document.end()) project.git_url = text(*repository, "url");
  return project;
}

Environment Environment::from_json(const Json& document) {
  return {.id = text(document, "id"),
          .name = text(document, "name"),
          .title = text(document, "title"),
          .type = text(document, "type"),
          .status = text(document, "status"),
          .parent = text(document, "parent"),
          .can_roll = truth(document, "can_rolling_deploy"),
          .document = document};
}

bool Activity::is_finished() const {
  return completion_percent >= 100 || state == "cancelled" || state == "staged";
}

Activity Activity::from_json(const Json& document) {
  return {.id = text(document, "id"),
          .type = text(document, "type"),
          .description = text(document, "text"),
          .created_at = text(document, "created_at"),
          .state = text(document, "state"),
          .result = text(document, "result"),
          .completion_percent = static_cast<int>(number(document, "completion_percent")),
          .command_failed = any_command_failed(document),
          .document = document};
}

Variable Variable::from_json(const Json& document) {
  return {.name = text(document, "name"),
          .level = document.contains("environment") ? "environment" : "project",
          .value = text(document, "value"),
          .is_sensitive = truth(document, "is_sensitive"),
          .is_enabled = truth(document, "is_enabled", true),
          .is_inherited = truth(document, "inherited"),
          .document = document};
}

Certificate Certificate::from_json(const Json& document) {
  Certificate certificate;
  certificate.id = document.value("id", "");
  certificate.domains = document.value("domains", certificate.domains);
  for (const Json& part : document.value("issuer", Json::array())) {
    if (part.value("alias", "") == "commonName") certificate.issuer = part.value("value", "");
  }
  certificate.created_at = document.value("created_at", "");
  certificate.expires_at = document.value("expires_at", "");
  certificate.is_provisioned = document.value("is_provisioned", false);
  certificate.is_expired = document.value("is_invalid", false);
  return certificate;
}

Artifact Artifact::from_json(const Json& document) {
  return {.digest = text(document, "id"),
          .created_at = text(document, "created_at"),
          .application = text(document, "application"),
          .commit = text(document, "commit"),
          .size = number(document, "size"),
          .in_use = truth(document, "in_use"),
          .document = document};
}

LogItem LogItem::from_line(std::string_view line) {
  const Json document = Json::parse(line, nullptr, false);
  if (!document.is_object()) throw Error("cannot read the activity's log: a line of it is not JSON");
  LogItem item;
  item.is_seal = truth(document, "seal");
  item.id = text(document, "_id");
  const auto data = document.find("data");
  if (data != document.end()) {
    item.timestamp = text(*data, "timestamp");
    item.message = text(*data, "message");
  }
  return item;
}

}  // namespace penstock::client
