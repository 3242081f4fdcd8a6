#pragma once

#include "base/json.h"

namespace penstock::config {

// The member of an object, or an empty object that lives forever: safe to iterate, as value() is not.
const Json& json_member(const Json& json, const char* key);

}  // namespace penstock::config
