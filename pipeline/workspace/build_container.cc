#include "pipeline/workspace/build_container.h"

#include "base/error.h"
#include "base/id.h"
#include "base/output_sink.h"
#include "container/engine.h"
#include "hooks/lifecycle/build_environment.h"
#include "pipeline/workspace/disk_guard.h"

#include <fmt/format.h>

#include <algorithm>

namespace penstock {

using std::chrono::milliseconds;

ExitStatus BuildContainer::run(const std::vector<std::string>& argv, const lifecycle::Variables& environment,
                               OutputSink& output, const std::stop_token& stop) const {
  ContainerSpec container = spec();
  container.argv = argv;
  container.environment = lifecycle::to_strings(environment);
  PrefixingSink out(output, "    ");
  PrefixingSink err(output, "    W: ");
  const DiskGuard guard({.paths = {application, temporary, cache}, .limit = limits.disk, .stop = stop});
  const auto left = std::chrono::duration_cast<milliseconds>(deadline - SteadyClock::now());
  try {
    return engine.run(container,
                      {.out = out, .err = err, .timeout = std::max(left, milliseconds(1)), .stop = guard.token()});
  } catch (const Cancelled&) {
    if (!guard.exceeded()) throw;
    throw UserError(fmt::format("No space left on device: the build takes more than {} MB", limits.disk >> 20));
  }
}

ContainerSpec BuildContainer::spec() const {
  ContainerSpec container;
  container.id = "build-" + random_id();
  container.rootfs = image.rootfs;
  container.hostname = "build";
  container.limits = limits.container;
  container.network = Network::Outbound;
  container.labels = labels;
  container.mounts = {
      Mount::bind(application, lifecycle::kAppDirectory),
      Mount::bind(temporary, "/tmp"),
      Mount::bind(cache, lifecycle::kCacheDirectory),
  };
  return container;
}

}  // namespace penstock
