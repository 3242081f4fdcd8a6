#include "runtime/steps/start_again.h"

#include "base/error.h"
#include "runtime/services/environment_services.h"

namespace penstock {

std::string StartAgain::run() const {
  const EnvironmentServices services(context, containers.release());
  containers.stop();
  try {
    services.start(output, {});
    containers.create(output);
    containers.expose();
    containers.start(output, {});
    services.connect(containers, {});
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

}  // namespace penstock
