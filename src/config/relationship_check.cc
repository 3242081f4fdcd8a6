#include "config/checks.h"
#include "config/draft.h"
#include "config/nearest.h"
#include "config/report.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace penstock::config {

namespace {

class RelationshipCheck {
 public:
  RelationshipCheck(const Draft& draft, Report& report)
      : draft_(draft), configuration_(draft.configuration), report_(report) {}

  void run();

 private:
  void check(const std::string& owner, const std::map<std::string, Relationship>& relationships);
  std::string why_not(const Relationship& relationship) const;
  void follow(const std::string& application);
  void report_circle(const std::string& from, const std::string& relationship, const std::string& to);
  void report(const std::string& owner, const std::string& name, const std::string& why);

  const Draft& draft_;
  const Configuration& configuration_;
  Report& report_;
  std::vector<std::string> path_;  // the applications on the way to the one being followed
  std::set<std::string> followed_;
};

void RelationshipCheck::run() {
  for (const auto& [name, application] : configuration_.applications) {
    check("applications." + name, application.relationships);
  }
  for (const auto& [name, service] : configuration_.services) check("services." + name, service.relationships);
  for (const auto& [name, application] : configuration_.applications) follow(name);
}

void RelationshipCheck::check(const std::string& owner, const std::map<std::string, Relationship>& relationships) {
  for (const auto& [name, relationship] : relationships) {
    const std::string why = why_not(relationship);
    if (!why.empty()) report(owner, name, why);
  }
}

std::string RelationshipCheck::why_not(const Relationship& relationship) const {
  const std::string& target = relationship.target;
  if (configuration_.applications.count(target) > 0) {
    return relationship.endpoint == "http" ? ""
                                           : fmt::format("expected the endpoint 'http' of application '{}'", target);
  }
  if (configuration_.services.count(target) > 0) {
    return relationship.endpoint.empty() ? fmt::format("expected an endpoint: service '{}' has no default", target)
                                         : "";
  }
  std::vector<std::string> known;
  for (const auto& [name, application] : configuration_.applications) known.push_back(name);
  for (const auto& [name, service] : configuration_.services) known.push_back(name);
  return fmt::format("there is no service or application {}{}", in_quotes(target), did_you_mean(target, known));
}

void RelationshipCheck::follow(const std::string& application) {
  if (!followed_.insert(application).second) return;
  path_.push_back(application);
  for (const auto& [name, relationship] : configuration_.applications.at(application).relationships) {
    if (configuration_.applications.count(relationship.target) == 0) continue;
    report_circle(application, name, relationship.target);
    follow(relationship.target);
  }
  path_.pop_back();
}

void RelationshipCheck::report_circle(const std::string& from, const std::string& relationship, const std::string& to) {
  const auto start = std::find(path_.begin(), path_.end(), to);
  if (start == path_.end()) return;
  const std::vector<std::string> circle(start, path_.end());
  report("applications." + from, relationship,
         fmt::format("applications depend on each other in a circle: {} -> {}", fmt::join(circle, " -> "), to));
}

void RelationshipCheck::report(const std::string& owner, const std::string& name, const std::string& why) {
  const std::string field = fmt::format("{}.relationships.{}", owner, name);
  report_.invalid(draft_.places.find(field), field, fmt::format("{}: {}", field, why));
}

}  // namespace

void check_relationships(const Draft& draft, Report& report) {
  RelationshipCheck(draft, report).run();
}

}  // namespace penstock::config
