#include "runtime/steps/prepare.h"

#include "runtime/deployer_context.h"
#include "runtime/volumes/volume_pool.h"

namespace penstock {

void Prepare::run() const {
  output.line("  Preparing deployment");
  containers.create(output);
  context.parts.volumes.flush();
}

}  // namespace penstock
