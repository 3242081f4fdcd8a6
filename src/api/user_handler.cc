#include "api/user_handler.h"

#include "api/project_json.h"
#include "base/error.h"
#include "store/store.h"

#include <fmt/format.h>

#include <sstream>

namespace penstock::api {
namespace {

std::vector<std::string> ids_of(const Request& request) {
  std::vector<std::string> ids;
  std::istringstream list(request.query_value("in").value_or(""));
  for (std::string id; std::getline(list, id, ',');) ids.push_back(id);
  return ids;
}

Json organization_json() {
  return {{"id", kOrganization}, {"name", "penstock"}, {"label", "Penstock"}, {"type", "flexible"}, {"owner_id", ""}};
}

Json user_json(const Principal& principal) {
  return {{"id", principal.id},
          {"username", principal.name},
          {"email", principal.name + "@localhost"},
          {"first_name", principal.name},
          {"last_name", ""}};
}

Json access_json(const Project& project, const Principal& principal) {
  return {{"user_id", principal.id},
          {"resource_id", project.id},
          {"resource_type", "project"},
          {"organization_id", kOrganization},
          {"permissions", {"admin"}},
          {"granted_at", iso8601(project.created_at)},
          {"updated_at", iso8601(project.updated_at)}};
}

}  // namespace

Response UserHandler::me(const Request& request) const {
  Json user = user_json(request.principal);
  user["phone_number_verified"] = true;
  user["mfa_enabled"] = false;
  user["_links"] = {{"self", {{"href", "/users/" + request.principal.id}}}};
  return Response::json(user);
}

Response UserHandler::legacy_me(const Request& request) const {
  return Response::json({{"id", request.principal.id},
                         {"uuid", request.principal.id},
                         {"username", request.principal.name},
                         {"mail", request.principal.name + "@localhost"},
                         {"display_name", request.principal.name},
                         {"projects", Json::array()},
                         {"ssh_keys", Json::array()}});
}

Response UserHandler::extended_access(const Request& request) const {
  Json items = Json::array();
  std::string ids;
  for (const Project& project : store.projects().list()) {
    items.push_back(access_json(project, request.principal));
    ids += (ids.empty() ? "" : ",") + project.id;
  }
  Json links = Json::object();
  if (!ids.empty()) links["ref:projects:0"] = {{"href", "/ref/projects?in=" + ids}};
  links["ref:organizations:0"] = {{"href", fmt::format("/ref/organizations?in={}", kOrganization)}};
  return Response::json({{"count", items.size()}, {"items", items}, {"_links", links}});
}

Response UserHandler::referenced_projects(const Request& request) const {
  Json found = Json::object();
  for (const std::string& id : ids_of(request)) {
    if (const std::optional<Project> project = store.projects().find(id)) found[id] = project_reference_json(*project);
  }
  return Response::json(found);
}

Response UserHandler::referenced_organizations(const Request&) const {
  return Response::json({{kOrganization, organization_json()}});
}

Response UserHandler::referenced_users(const Request& request) const {
  Json found = Json::object();
  for (const std::string& id : ids_of(request)) {
    if (id == request.principal.id) found[id] = user_json(request.principal);
  }
  return Response::json(found);
}

Response UserHandler::organization(const Request& request) const {
  if (request.param("organization") != kOrganization) throw NotFound("cannot find the organization: there is only one");
  return Response::json(organization_json());
}

}  // namespace penstock::api
