#pragma once

#include "base/json.h"

#include <optional>
#include <string>

namespace penstock::cli {

class Session;

// Prints a resource as a table of its properties, or the one that was asked for alone. Links are left out. Throws
// NotFound for a property there is none of.
void print_properties(Session& session, const Json& resource, const std::optional<std::string>& property);

// A project or an environment with its settings: they are a resource of their own, but people look for them there.
Json with_settings(Session& session, const std::string& path);
// Sets a property or a setting of the resource at `path`, and says so.
void set_property(Session& session, const std::string& path, const std::string& property, const std::string& value);

// A value as a cell: texts as they are, the rest as JSON.
std::string cell(const Json& value);

}  // namespace penstock::cli
