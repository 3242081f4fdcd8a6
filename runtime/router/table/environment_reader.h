#pragma once

#include "base/json.h"
#include "runtime/router/table/environment.h"

#include <memory>
#include <string>
#include <vector>

namespace penstock::router {

// A part of an environment that could not be used, and why. The rest is served.
struct DroppedEntry {
  std::string entry;
  std::string why;
};

// Reads one environment of the control protocol. Adds to `dropped` what it leaves out. Throws UserError when nothing of
// it can be used.
std::shared_ptr<const Environment> read_environment(const Json& json, std::vector<DroppedEntry>& dropped);

}  // namespace penstock::router
