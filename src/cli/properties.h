#pragma once

#include "base/json.h"

#include <optional>
#include <string>

namespace penstock::cli {

class Session;

// Prints a resource as a table of its properties, or the one that was asked for alone. Links are left out. Throws
// NotFound for a property there is none of.
void print_properties(Session& session, const Json& resource, const std::optional<std::string>& property);

// The verbs `… [property] [value]` of the project or environment at `path`: shows all of its properties or one, or sets
// one. Its settings are among them: they are a resource of their own, but people look for them there.
int show_or_set_properties(Session& session, const std::string& path);

// A value as a cell: texts as they are, the rest as JSON.
std::string cell(const Json& value);

}  // namespace penstock::cli
