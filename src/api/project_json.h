#pragma once

#include "base/json.h"

namespace penstock {
struct Project;
}

namespace penstock::api {

struct Urls;

Json project_json(const Project& project, const Urls& urls);
// As the collections of references say it.
Json project_reference_json(const Project& project);

// The one organization and region that a Penstock has.
inline constexpr const char* kOrganization = "penstock";
inline constexpr const char* kRegion = "local";

}  // namespace penstock::api
