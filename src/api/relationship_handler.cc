#include "api/relationship_handler.h"

#include "store/store.h"

#include <nlohmann/json.hpp>

namespace penstock::api {

Response RelationshipHandler::list(const Request& request) const {
  return Response::json(
      relationships(store.environments().get(request.param("project"), request.param("environment"))));
}

}  // namespace penstock::api
