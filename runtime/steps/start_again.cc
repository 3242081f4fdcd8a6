#include "runtime/steps/start_again.h"

#include "base/error.h"

namespace penstock {

std::string StartAgain::run() const {
  containers.stop();
  containers.create(output);
  containers.expose();
  try {
    containers.start(output, {});
  } catch (const UserError& error) {
    return error.what();
  }
  return "";
}

}  // namespace penstock
