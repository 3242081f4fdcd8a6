#include "api/artifact_json.h"

#include "store/artifact.h"

#include <nlohmann/json.hpp>

namespace penstock::api {

Json artifact_json(const Artifact& artifact, bool in_use) {
  const std::string self = "/artifacts/" + artifact.digest;
  const auto fact = [&artifact](const char* name) { return artifact.manifest.value(name, Json(nullptr)); };
  return {{"id", artifact.digest},
          {"size", artifact.size},
          {"application", fact("application")},
          {"commit", fact("commit")},
          {"in_use", in_use},
          {"created_at", iso8601(artifact.created_at)},
          {"manifest", artifact.manifest},
          {"_links",
           {{"self", {{"href", self}}},
            {"export", {{"href", self + "/export"}}},
            {"#verify", {{"href", self + "/verify"}}}}}};
}

}  // namespace penstock::api
