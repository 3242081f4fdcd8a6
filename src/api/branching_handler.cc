#include "api/branching_handler.h"

#include "api/activity_json.h"
#include "api/branch_operations.h"
#include "api/json_values.h"
#include "base/error.h"
#include "store/store.h"

#include <fmt/format.h>

namespace penstock::api {
namespace {

EnvironmentType type_in(const Json& body) {
  const EnvironmentType type = environment_type_of(optional_text(body, "type").value_or("development"));
  if (type == EnvironmentType::Production) {
    throw UserError("cannot use the type production: the default branch, and it alone, is production");
  }
  return type;
}

}  // namespace

Environment BranchingHandler::named(const Request& request) const {
  return store.environments().get(request.param("project"), request.param("environment"));
}

Response BranchingHandler::branch(const Request& request) const {
  const Environment parent = named(request);
  const Json body = request.json();
  const std::optional<std::string> name = optional_text(body, "name");
  if (!name || name->empty()) throw UserError("cannot branch: name says what the new environment is called");
  const NewBranch wanted{.name = *name,
                         .title = optional_text(body, "title").value_or(""),
                         .type = type_in(body),
                         .clone_parent = optional_truth(body, "clone_parent").value_or(true)};
  return Response::json(accepted({operations.branch(parent, wanted, request.principal)}, view.json(parent)));
}

Response BranchingHandler::synchronize(const Request& request) const {
  const Environment environment = named(request);
  const Json body = request.json();
  const auto wants = [&body](const char* name) { return optional_truth(body, name).value_or(false); };
  const Synchronization what{.code = wants("synchronize_code"),
                             .rebase = wants("rebase"),
                             .data = wants("synchronize_data"),
                             .resources = wants("synchronize_resources")};
  const Activity activity = operations.synchronize(environment, what, request.principal);
  return Response::json(accepted({activity}, view.json(environment)));
}

Response BranchingHandler::merge(const Request& request) const {
  const Environment environment = named(request);
  return Response::json(accepted({operations.merge(environment, request.principal)}, view.json(environment)));
}

Response BranchingHandler::pause(const Request& request) const {
  const Environment environment = named(request);
  return Response::json(accepted({operations.pause(environment, request.principal)}, view.json(environment)));
}

Response BranchingHandler::resume(const Request& request) const {
  const Environment environment = named(request);
  return Response::json(accepted({operations.resume(environment, request.principal)}, view.json(environment)));
}

}  // namespace penstock::api
