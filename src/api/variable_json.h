#pragma once

#include "base/json.h"

#include <optional>
#include <string>

namespace penstock {
struct Variable;
}

namespace penstock::api {

// The value of a sensitive variable is left out. `inherited`: shown on an environment that it was not set on.
Json variable_json(const Variable& variable, const std::optional<std::string>& shown_on = std::nullopt);

// Changes what `patch` names. Throws UserError for a wrong type or name, and when a sensitive variable would stop
// being one.
void apply_variable(Variable& variable, const Json& patch);

}  // namespace penstock::api
