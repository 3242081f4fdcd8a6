#pragma once

#include "base/json.h"

namespace penstock {
struct Artifact;
}

namespace penstock::api {

Json artifact_json(const Artifact& artifact, bool in_use);

}  // namespace penstock::api
