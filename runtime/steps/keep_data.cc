#include "runtime/steps/keep_data.h"

#include "base/log.h"
#include "runtime/live_release.h"
#include "runtime/router_client.h"
#include "runtime/router_entry.h"
#include "runtime/services/environment_services.h"
#include "runtime/steps/hold_requests.h"
#include "runtime/volumes/volume_pool.h"

#include <nlohmann/json.hpp>

namespace penstock {
namespace {

// Requests wait as long as it lives.
class Holding {
 public:
  Holding(DeployerContext& context, const ReleaseContainers& live) : context_(context), live_(live) {
    HoldRequests{context_, live_.release().environment, &live_}.run();
  }
  Holding(const Holding&) = delete;
  ~Holding() {
    try {
      context_.parts.router.put(router_entry(context_, live_, Hold::Off));
    } catch (const std::exception& error) {
      // The next table that the router is told lets them go, and the limit of a hold does.
      log_of("runtime")->error("hold not ended: environment={} error={}", live_.release().environment.key(),
                               error.what());
    }
  }

 private:
  DeployerContext& context_;
  const ReleaseContainers& live_;
};

}  // namespace

void KeepData::run() const {
  VolumePool& volumes = context.parts.volumes;
  volumes.flush();
  const auto live = live_release(context, environment);
  std::optional<Holding> holding;
  if (live && held) holding.emplace(context, *live);
  if (live) EnvironmentServices(context, live->release()).quiesce({});
  volumes.keep(environment.key(), name);
}

}  // namespace penstock
