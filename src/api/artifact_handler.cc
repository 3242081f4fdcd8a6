#include "api/artifact_handler.h"

#include "api/artifact_json.h"
#include "base/error.h"
#include "pipeline/artifact/artifact_store.h"
#include "store/store.h"

#include <nlohmann/json.hpp>

namespace penstock::api {

Response ArtifactHandler::list(const Request&) const {
  const std::set<std::string> in_use = store.artifacts().in_use(kept_deployments);
  Json list = Json::array();
  for (const Artifact& artifact : store.artifacts().list()) {
    list.push_back(artifact_json(artifact, in_use.contains(artifact.digest)));
  }
  return Response::json(list);
}

Response ArtifactHandler::get(const Request& request) const {
  const Artifact artifact = store.artifacts().get(request.param("artifact"));
  return Response::json(artifact_json(artifact, store.artifacts().in_use(kept_deployments).contains(artifact.digest)));
}

Response ArtifactHandler::verify(const Request& request) const {
  const Artifact artifact = store.artifacts().get(request.param("artifact"));
  try {
    artifacts.verify(artifact.digest);
  } catch (const Error& error) {
    return Response::json({{"intact", false}, {"message", error.what()}});
  }
  return Response::json({{"intact", true}, {"message", ""}});
}

}  // namespace penstock::api
