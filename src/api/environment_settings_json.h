#pragma once

#include "base/json.h"

namespace penstock {
struct Environment;
struct EnvironmentSettings;
}  // namespace penstock

namespace penstock::api {

Json settings_json(const Environment& environment);

// Changes what `patch` names. Throws UserError for what is no setting or has no such value; `settings` may have been
// changed in part then.
void apply_settings(EnvironmentSettings& settings, const Json& patch);

}  // namespace penstock::api
