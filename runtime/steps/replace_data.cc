#include "runtime/steps/replace_data.h"

#include "runtime/deployer_context.h"
#include "runtime/services/environment_services.h"
#include "runtime/volumes/volume_pool.h"

#include <fmt/format.h>

namespace penstock {

void ReplaceData::run() const {
  output.line(fmt::format("  Starting environment with the data of {}", origin.shown));
  const EnvironmentServices services(context, containers.release());
  services.stop();
  context.parts.volumes.replace(containers.release().environment.key(), origin);
  services.create(output);
  containers.create(output);
  containers.expose();
}

}  // namespace penstock
