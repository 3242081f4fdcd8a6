#pragma once

#include "runtime/volumes/data_origin.h"
#include "store/deployment.h"

#include <optional>
#include <string>

namespace penstock {

class Store;
class VolumePool;
struct Environment;

// The release that a rollback of the environment returns to: the one named by number or id, which was live before; else
// the last one before what is live now that is not the same once more. Throws UserError saying what is kept when that
// cannot be, Conflict when there is none.
Deployment rollback_target(Store& store, const Environment& environment, const std::optional<std::string>& named);

// The data as the release left it. Throws UserError when it is not kept.
DataOrigin rollback_data(Store& store, const VolumePool& volumes, const Environment& environment,
                         const Deployment& target);

}  // namespace penstock
