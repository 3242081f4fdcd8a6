#include "base/error.h"
#include "base/x509.h"
#include "config/checks.h"
#include "config/draft.h"
#include "config/nearest.h"
#include "config/report.h"
#include "config/route_url.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace penstock::config {

namespace {

class RouteCheck {
 public:
  RouteCheck(const Draft& draft, const ServiceTypes& services, Report& report)
      : draft_(draft), services_(services), report_(report) {}

  void run();

 private:
  void check_upstream(const Route& route, const Json& declared);
  bool answers(const std::string& upstream) const;
  void check_to(const Route& route, const Json& declared);
  void check_circle(const Route& route);
  void check_tls(const Route& route);
  void check_primary();
  void report(const std::string& url, const std::string& key, const std::string& why);

  const Draft& draft_;
  const ServiceTypes& services_;
  Report& report_;
};

void RouteCheck::run() {
  const Configuration& configuration = draft_.configuration;
  if (configuration.routes.empty() && configuration.applications.size() > 1) {
    report_.invalid(draft_.places.find("applications"), "routes",
                    "routes: missing, expected with more than one application, to say which of them answers");
  }
  const Json& declared = draft_.json["routes"];
  for (const Route& route : configuration.routes) {
    if (!declared.contains(route.url)) continue;  // the default route
    if (route.type == RouteType::Upstream) {
      check_upstream(route, declared[route.url]);
    } else {
      check_to(route, declared[route.url]);
    }
    check_tls(route);
  }
  check_primary();
}

void RouteCheck::check_upstream(const Route& route, const Json& declared) {
  if (declared.contains("to")) report(route.url, "to", "only for routes of type redirect or proxy");
  if (!declared.contains("upstream")) {
    report(route.url, "upstream", "missing, expected 'APPLICATION:http'");
    return;
  }
  const auto& applications = draft_.configuration.applications;
  const auto upstream = declared["upstream"].get<std::string>();
  const std::string endpoint = upstream.substr(std::min(upstream.find(':'), upstream.size()));
  if (answers(route.upstream)) {
    if (!endpoint.empty() && endpoint != ":http") {
      report(route.url, "upstream", fmt::format("expected '{}:http', found {}", route.upstream, in_quotes(upstream)));
    }
    return;
  }
  if (draft_.configuration.services.contains(route.upstream)) {
    report(route.url, "upstream", fmt::format("service {} does not answer requests", in_quotes(route.upstream)));
    return;
  }
  std::vector<std::string> known;
  known.reserve(applications.size());
  for (const auto& [name, application] : applications) known.push_back(name);
  report(route.url, "upstream",
         fmt::format("there is no application {}{}", in_quotes(route.upstream), did_you_mean(route.upstream, known)));
}

// Services whose type is not known are up to other checks.
bool RouteCheck::answers(const std::string& upstream) const {
  if (draft_.configuration.applications.contains(upstream)) return true;
  const auto service = draft_.configuration.services.find(upstream);
  if (service == draft_.configuration.services.end()) return false;
  const ServiceType* type = find_service_type(services_, service->second.type);
  return type == nullptr || type->answers_http;
}

void RouteCheck::check_to(const Route& route, const Json& declared) {
  if (declared.contains("upstream")) report(route.url, "upstream", "only for routes of type upstream");
  if (!declared.contains("to")) {
    report(route.url, "to", fmt::format("missing, expected the URL to {} to", word_of(route.type)));
  } else if (!is_redirect_target(route.to)) {
    report(route.url, "to",
           fmt::format("expected a URL such as 'https://{{default}}/', found {}", in_quotes(route.to)));
  } else {
    check_circle(route);
  }
}

void RouteCheck::check_tls(const Route& route) {
  const Json authorities = route.tls.value("client_certificate_authorities", Json::array());
  if (route.tls.value("client_authentication", "") == "require" && authorities.empty()) {
    report(route.url, "tls.client_authentication", "nobody could get in, expected client_certificate_authorities");
  }
  for (const Json& authority : authorities) {
    try {
      read_certificates(authority.get<std::string>());
    } catch (const UserError&) {
      report(route.url, "tls.client_certificate_authorities", "expected certificates in PEM");
      return;
    }
  }
}

// Follows redirects from one to the next that was declared.
void RouteCheck::check_circle(const Route& route) {
  std::set<std::string> seen{route.url};
  const Route* current = &route;
  while (current->type == RouteType::Redirect) {
    const auto target = parse_route_url(current->to);
    if (!target) return;
    if (!seen.insert(target->text()).second) {
      if (target->text() == route.url) report(route.url, "to", "redirects lead back to this route");
      return;
    }
    const auto& routes = draft_.configuration.routes;
    const auto next =
        std::find_if(routes.begin(), routes.end(), [&](const Route& each) { return each.url == target->text(); });
    if (next == routes.end()) return;
    current = &*next;
  }
}

void RouteCheck::check_primary() {
  const Route* first = nullptr;
  for (const Route& route : draft_.configuration.routes) {
    if (!route.primary.value_or(false)) continue;
    if (first) report(route.url, "primary", fmt::format("{} is primary already, expected only one", first->url));
    if (!first) first = &route;
  }
}

void RouteCheck::report(const std::string& url, const std::string& key, const std::string& why) {
  const std::string field = fmt::format("routes.{}.{}", url, key);
  report_.invalid(draft_.places.find(field), field, fmt::format("{}: {}", field, why));
}

}  // namespace

void check_routes(const Draft& draft, const ServiceTypes& available, Report& report) {
  RouteCheck(draft, available, report).run();
}

}  // namespace penstock::config
