#include "api/project_json.h"

#include "api/urls.h"
#include "store/project.h"

#include <nlohmann/json.hpp>

namespace penstock::api {
namespace {

Json links(const std::string& self) {
  const auto below = [&self](const char* name) { return Json{{"href", self + name}}; };
  return {{"self", {{"href", self}}},
          {"#edit", {{"href", self}}},
          {"#delete", {{"href", self}}},
          {"environments", below("/environments")},
          {"activities", below("/activities")},
          {"#activities", below("/activities")},
          {"variables", below("/variables")},
          {"#variables", below("/variables")},
          {"#manage-variables", below("/variables")},
          {"certificates", below("/certificates")},
          {"settings", below("/settings")},
          {"capabilities", below("/capabilities")},
          {"#clear-build-cache", below("/clear_build_cache")}};
}

}  // namespace

Json project_json(const Project& project, const Urls& urls) {
  return {{"id", project.id},
          {"title", project.title},
          {"description", ""},
          {"region", kRegion},
          {"organization", kOrganization},
          {"vendor", "upsun"},
          {"default_branch", project.default_branch},
          {"default_domain", nullptr},
          {"timezone", "UTC"},
          {"status", {{"code", "provisioned"}, {"message", "ok"}}},
          {"repository", {{"url", urls.repository(project.id)}, {"client_ssh_key", nullptr}}},
          {"subscription", {{"license_uri", urls.api + "/subscriptions/" + project.id}, {"plan", "self-hosted"}}},
          {"created_at", iso8601(project.created_at)},
          {"updated_at", iso8601(project.updated_at)},
          {"_links", links(project_path(project.id))}};
}

Json project_reference_json(const Project& project) {
  return {{"id", project.id},
          {"region", kRegion},
          {"title", project.title},
          {"status", "active"},
          {"organization_id", kOrganization},
          {"subscription_id", project.id},
          {"vendor", "upsun"},
          {"created_at", iso8601(project.created_at)},
          {"updated_at", iso8601(project.updated_at)}};
}

}  // namespace penstock::api
