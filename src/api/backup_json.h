#pragma once

#include "base/json.h"

namespace penstock {
struct Backup;
}

namespace penstock::api {

Json backup_json(const Backup& backup);

}  // namespace penstock::api
