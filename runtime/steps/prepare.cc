#include "runtime/steps/prepare.h"

#include "runtime/certificates/site_certificates.h"
#include "runtime/deployer_context.h"
#include "runtime/services/environment_services.h"
#include "runtime/site.h"
#include "runtime/volumes/volume_pool.h"

namespace penstock {

void Prepare::run() const {
  output.line("  Preparing deployment");
  const Release& release = containers.release();
  for (const std::string& problem :
       context.parts.certificates.provide(release.environment, https_hosts_of(release, context.settings))) {
    output.line("    W: " + problem);
  }
  if (makes_containers) {
    EnvironmentServices(context, release).create(output);
    containers.create(output);
  }
  context.parts.volumes.flush();
}

}  // namespace penstock
