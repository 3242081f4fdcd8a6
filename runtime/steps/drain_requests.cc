#include "runtime/steps/drain_requests.h"

#include "runtime/application_container.h"
#include "runtime/deployer_context.h"

namespace penstock {
namespace {

DrainLimits limits_of(const EnvironmentSettings& settings, bool patient) {
  const std::chrono::seconds drain(settings.drain_timeout_s);
  if (patient) return {.requests = drain, .streams = drain};
  return {.requests = std::chrono::seconds(settings.stop_grace_s), .streams = {}};
}

}  // namespace

DrainReport DrainRequests::run(const std::stop_token& stop) const {
  RouterClient& router = context.parts.router;
  const EnvironmentSettings& settings = environment.settings;
  std::vector<std::string> endpoints;
  for (const Instance& container : containers) {
    endpoints.push_back(tcp_endpoint(container.address));
    endpoints.push_back(unix_endpoint(context.parts.engine, container.id));
  }
  const auto report = router.drain(endpoints, limits_of(settings, patient), stop);
  return report ? *report : router.drain(endpoints, limits_of(settings, false), {}).value();
}

}  // namespace penstock
