#include "api/project_handler.h"

#include "api/activity_json.h"
#include "api/operations.h"
#include "api/project_json.h"
#include "api/urls.h"
#include "base/error.h"
#include "store/store.h"

#include <fmt/format.h>

#include <algorithm>

namespace penstock::api {
namespace {

constexpr std::size_t kTitleLimit = 256;

std::string text_of(const Json& document, const char* key, const std::string& otherwise) {
  const auto found = document.find(key);
  if (found == document.end() || found->is_null()) return otherwise;
  if (!found->is_string() || found->get<std::string>().empty() || found->get<std::string>().size() > kTitleLimit) {
    throw UserError(fmt::format("cannot set {}: it must be a text of 1 to {} characters", key, kTitleLimit));
  }
  return found->get<std::string>();
}

// What git check-ref-format forbids in a branch name, as far as a name can be typed by a person.
std::string checked_branch(const std::string& name) {
  const bool odd = name.front() == '-' || name.front() == '/' || name.back() == '/' || name.ends_with(".lock") ||
                   name.find("..") != std::string::npos || name.find("//") != std::string::npos ||
                   std::any_of(name.begin(), name.end(), [](unsigned char c) {
                     return c <= ' ' || c == 127 ||
                            std::string_view("~^:?*[\\").find(static_cast<char>(c)) != std::string_view::npos;
                   });
  if (odd) throw UserError(fmt::format("cannot use \"{}\" as the default branch: it is no branch name", name));
  return name;
}

Json settings_json(const Project& project) {
  const std::string self = project_path(project.id) + "/settings";
  return {{"sizing_api_enabled", false},
          {"allow_rolling_deployments", project.settings.allow_rolling_deployments},
          {"allow_manual_deployments", true},
          {"cron_minimum_interval", project.settings.cron_minimum_interval},
          {"cron_maximum_jitter", 0},
          {"variables_prefix", "PLATFORM_"},
          {"_links", {{"self", {{"href", self}}}, {"#edit", {{"href", self}}}}}};
}

void apply(ProjectSettings& settings, const std::string& name, const Json& value) {
  if (name == "allow_rolling_deployments") {
    if (!value.is_boolean()) throw UserError(fmt::format("cannot set {}: it must be true or false", name));
    settings.allow_rolling_deployments = value.get<bool>();
  } else if (name == "cron_minimum_interval") {
    const bool fits = value.is_number_integer() && value.get<std::int64_t>() >= 1 && value.get<std::int64_t>() <= 60;
    if (!fits) throw UserError(fmt::format("cannot set {}: it must be a number of minutes from 1 to 60", name));
    settings.cron_minimum_interval = value.get<int>();
  } else {
    throw UserError(fmt::format("cannot set {}: it is as it is", name));
  }
}

}  // namespace

Response ProjectHandler::list(const Request&) const {
  Json projects = Json::array();
  for (const Project& project : store.projects().list()) projects.push_back(project_json(project, urls));
  return Response::json(projects);
}

Response ProjectHandler::create(const Request& request) const {
  const Json body = request.json();
  const std::string branch = checked_branch(text_of(body, "default_branch", "main"));
  const Project project = operations.create_project(text_of(body, "title", "Untitled Project"), branch);
  return Response::json(project_json(project, urls), 201);
}

Response ProjectHandler::get(const Request& request) const {
  return Response::json(project_json(store.projects().get(request.param("project")), urls));
}

Response ProjectHandler::update(const Request& request) const {
  Project project = store.projects().get(request.param("project"));
  const Json patch = request.json();
  for (const auto& [name, value] : patch.items()) {
    if (name != "title") throw UserError(fmt::format("cannot set {}: only a project's title can be changed", name));
  }
  project.title = text_of(patch, "title", project.title);
  store.projects().update(project);
  return Response::json(accepted({}, project_json(store.projects().get(project.id), urls)));
}

Response ProjectHandler::remove(const Request& request) const {
  const Project project = store.projects().get(request.param("project"));
  operations.delete_project(project);
  return Response::json(accepted({}, project_json(project, urls)));
}

Response ProjectHandler::settings(const Request& request) const {
  return Response::json(settings_json(store.projects().get(request.param("project"))));
}

Response ProjectHandler::update_settings(const Request& request) const {
  Project project = store.projects().get(request.param("project"));
  const Json patch = request.json();
  for (const auto& [name, value] : patch.items()) apply(project.settings, name, value);
  store.projects().update(project);
  return Response::json(accepted({}, settings_json(project)));
}

Response ProjectHandler::capabilities(const Request& request) const {
  store.projects().get(request.param("project"));
  return Response::json({{"custom_domains", {{"enabled", false}}},
                         {"source_operations", {{"enabled", false}}},
                         {"runtime_operations", {{"enabled", false}}},
                         {"guaranteed_resources", {{"enabled", false}}},
                         {"build_resources", {{"enabled", false}}}});
}

Response ProjectHandler::clear_build_cache(const Request& request) const {
  const Project project = store.projects().get(request.param("project"));
  operations.clear_build_cache(project);
  return Response::json(accepted({}, project_json(project, urls)));
}

}  // namespace penstock::api
