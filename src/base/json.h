// JSON, in the order written. Include <nlohmann/json.hpp> in the .cc files that build or read it.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace penstock {

using Json = nlohmann::ordered_json;

}  // namespace penstock
