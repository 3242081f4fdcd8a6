#pragma once

#include "base/json.h"

#include <optional>
#include <string>

namespace penstock::cli {

class Session;

// Prints a resource as a table of its properties, or the one that was asked for alone. Links are left out. Throws
// NotFound for a property there is none of.
void print_properties(Session& session, const Json& resource, const std::optional<std::string>& property);

// What a person types as a property's value: JSON where it is, text otherwise.
Json typed(const std::string& text);

// A value as a cell: texts as they are, the rest as JSON.
std::string cell(const Json& value);

}  // namespace penstock::cli
