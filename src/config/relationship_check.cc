#include "config/checks.h"
#include "config/declared.h"
#include "config/draft.h"
#include "config/nearest.h"
#include "config/report.h"
#include "config/service_setup.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace penstock::config {

namespace {

constexpr const char* kNoDefault = "targets a service without a valid default endpoint configuration.";

class RelationshipCheck {
 public:
  RelationshipCheck(const Draft& draft, const ServiceTypes& available, Report& report)
      : draft_(draft), configuration_(draft.configuration), available_(available), report_(report) {}

  void run();

 private:
  using Relationships = std::map<std::string, Relationship>;

  void check(const std::string& kind, const std::string& owner, const std::string& place,
             const Relationships& relationships);
  std::string why_not(const Relationship& relationship) const;
  std::string why_not_endpoint(const Service& service, const Relationship& relationship) const;
  std::string place_of(const std::string& owner) const;
  // What has to be there before it: only the web part of an application can be waited for.
  const Relationships& relationships_of(const std::string& owner) const;
  void follow(const std::string& owner);
  void report_circle(const std::string& from, const std::string& relationship, const std::string& to);
  void report(const std::string& place, const std::string& name, const std::string& why);

  const Draft& draft_;
  const Configuration& configuration_;
  const ServiceTypes& available_;
  Report& report_;
  std::vector<std::string> path_;  // the applications and services on the way to the one being followed
  std::set<std::string> followed_;
};

void RelationshipCheck::run() {
  for (const auto& [name, application] : configuration_.applications) {
    for (const auto& [place, relationships] :
         declared(application, &Application::relationships, &Overrides::relationships)) {
      check("application", name, place, relationships);
    }
  }
  for (const auto& [name, service] : configuration_.services)
    check("service", name, "services." + name, service.relationships);
  for (const auto& [name, application] : configuration_.applications) follow(name);
  for (const auto& [name, service] : configuration_.services) follow(name);
}

void RelationshipCheck::check(const std::string& kind, const std::string& owner, const std::string& place,
                              const Relationships& relationships) {
  for (const auto& [name, relationship] : relationships) {
    std::string why = why_not(relationship);
    if (why == kNoDefault) why = fmt::format("Relationship '{}' of {} '{}' {}", name, kind, owner, kNoDefault);
    if (!why.empty()) report(place, name, why);
  }
}

std::string RelationshipCheck::why_not(const Relationship& relationship) const {
  const std::string& target = relationship.target;
  if (configuration_.applications.count(target) > 0) {
    return relationship.endpoint == "http" ? ""
                                           : fmt::format("expected the endpoint 'http' of application '{}'", target);
  }
  if (const auto service = configuration_.services.find(target); service != configuration_.services.end()) {
    return why_not_endpoint(service->second, relationship);
  }
  std::vector<std::string> known;
  for (const auto& [name, application] : configuration_.applications) known.push_back(name);
  for (const auto& [name, service] : configuration_.services) known.push_back(name);
  return fmt::format("there is no service or application {}{}", in_quotes(target), did_you_mean(target, known));
}

std::string RelationshipCheck::why_not_endpoint(const Service& service, const Relationship& relationship) const {
  const ServiceType* type = find_service_type(available_, service.type);
  if (type == nullptr) return "";  // said elsewhere
  if (relationship.endpoint.empty()) return kNoDefault;
  const ServiceSetup setup = setup_of(service, *type);
  if (setup.endpoints.contains(relationship.endpoint)) return "";
  std::vector<std::string> endpoints;
  for (const auto& [name, endpoint] : setup.endpoints) endpoints.push_back(name);
  if (endpoints.empty()) return fmt::format("service '{}' has no endpoints, it is for mounts", service.name);
  return fmt::format("service '{}' has no endpoint {}, expected {}", service.name, in_quotes(relationship.endpoint),
                     alternatives(endpoints));
}

std::string RelationshipCheck::place_of(const std::string& owner) const {
  const auto application = configuration_.applications.find(owner);
  if (application == configuration_.applications.end()) return "services." + owner;
  return "applications." + owner + (application->second.web.overrides.relationships ? ".web" : "");
}

const RelationshipCheck::Relationships& RelationshipCheck::relationships_of(const std::string& owner) const {
  const auto application = configuration_.applications.find(owner);
  if (application == configuration_.applications.end()) return configuration_.services.at(owner).relationships;
  const Application& declared = application->second;
  return declared.web.overrides.relationships ? *declared.web.overrides.relationships : declared.relationships;
}

void RelationshipCheck::follow(const std::string& owner) {
  if (!followed_.insert(owner).second) return;
  path_.push_back(owner);
  for (const auto& [name, relationship] : relationships_of(owner)) {
    const std::string& target = relationship.target;
    if (!configuration_.applications.contains(target) && !configuration_.services.contains(target)) continue;
    report_circle(owner, name, target);
    follow(target);
  }
  path_.pop_back();
}

void RelationshipCheck::report_circle(const std::string& from, const std::string& relationship, const std::string& to) {
  const auto start = std::find(path_.begin(), path_.end(), to);
  if (start == path_.end()) return;
  const std::vector<std::string> circle(start, path_.end());
  report(place_of(from), relationship,
         fmt::format("{} depend on each other in a circle: {} -> {}",
                     configuration_.services.contains(from) || configuration_.services.contains(to)
                         ? "applications and services"
                         : "applications",
                     fmt::join(circle, " -> "), to));
}

void RelationshipCheck::report(const std::string& place, const std::string& name, const std::string& why) {
  const std::string field = fmt::format("{}.relationships.{}", place, name);
  report_.invalid(draft_.places.find(field), field, fmt::format("{}: {}", field, why));
}

}  // namespace

void check_relationships(const Draft& draft, const ServiceTypes& available, Report& report) {
  RelationshipCheck(draft, available, report).run();
}

}  // namespace penstock::config
