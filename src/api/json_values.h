// Members of what clients send, which may be of any kind.
#pragma once

#include "base/json.h"

#include <optional>
#include <string>

namespace penstock::api {

// Throws UserError "cannot set NAME: it must be …" for a value of another kind.
std::string text_value(const Json& value, const std::string& name);
// The CLI sends what people type as text: "true", "1", "false" and "0" are taken too.
bool truth_value(const Json& value, const std::string& name);

// The same of a member of `object`; none when it is absent or null.
std::optional<std::string> optional_text(const Json& object, const std::string& name);
std::optional<bool> optional_truth(const Json& object, const std::string& name);

}  // namespace penstock::api
