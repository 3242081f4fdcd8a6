#include "api/activity_handler.h"

#include "api/activity_json.h"
#include "api/operations.h"
#include "base/error.h"
#include "store/store.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace penstock::api {
namespace {

constexpr long kListLimit = 1000;
constexpr std::chrono::seconds kGoneCheck{5};

struct LogQuery {
  std::size_t start_at = 0;
  std::size_t max_items = 0;
  std::optional<SteadyClock::time_point> until;
};

LogQuery log_query_of(const Request& request) {
  static const std::set<std::string> known = {"start_at", "max_items", "max_delay"};
  for (const auto& [name, value] : request.query) {
    if (!known.contains(name)) throw UserError(fmt::format("cannot read the log: there is no parameter {}", name));
  }
  const long max_delay = request.query_number("max_delay", -1);
  LogQuery query;
  query.start_at = static_cast<std::size_t>(std::max(0L, request.query_number("start_at", 0)));
  query.max_items = static_cast<std::size_t>(std::max(0L, request.query_number("max_items", 0)));
  if (max_delay >= 0) query.until = SteadyClock::now() + std::chrono::seconds(max_delay);
  return query;
}

void stream_log(const std::shared_ptr<const ActivityLog>& log, const LogQuery& query, Reader& reader) {
  LogFollower follower(log, query.start_at);
  const std::size_t end = query.max_items == 0 ? 0 : query.start_at + query.max_items;
  while (!follower.ended() && (end == 0 || follower.position() < end)) {
    const auto check = SteadyClock::now() + kGoneCheck;
    const auto until = query.until ? std::min(*query.until, check) : check;
    const std::string lines = follower.next(reader.stop(), until, end == 0 ? 0 : end - follower.position());
    if (!lines.empty() && !reader.send(lines)) return;
    if (!lines.empty()) continue;
    if (reader.stop().stop_requested() || reader.is_gone()) return;
    if (query.until && SteadyClock::now() >= *query.until) return;
  }
}

}  // namespace

Response ActivityHandler::list_of_project(const Request& request) const {
  return list(request, std::nullopt);
}

Response ActivityHandler::list_of_environment(const Request& request) const {
  return list(request, request.param("environment"));
}

Response ActivityHandler::list(const Request& request, const std::optional<std::string>& environment) const {
  ActivityFilter filter;
  filter.project = store.projects().get(request.param("project")).id;
  filter.environment = environment;
  filter.types = request.query_values("type");
  for (const std::string& state : request.query_values("state")) filter.states.push_back(activity_state_of(state));
  for (const std::string& result : request.query_values("result")) filter.results.push_back(activity_result_of(result));
  filter.without_quiet_crons = filter.types.empty();
  if (const auto starts_at = request.query_value("starts_at")) filter.starts_at = parse_iso8601(*starts_at);
  filter.count = static_cast<std::size_t>(std::clamp(request.query_number("count", 10), 1L, kListLimit));
  Json activities = Json::array();
  for (const Activity& activity : store.activities().list(filter)) activities.push_back(activity_json(activity));
  return Response::json(activities);
}

Activity ActivityHandler::named(const Request& request) const {
  Activity activity = store.activities().get(request.param("activity"));
  if (activity.project != request.param("project")) {
    throw NotFound(fmt::format("cannot find activity {} in this project", activity.id));
  }
  return activity;
}

Response ActivityHandler::get(const Request& request) const {
  return Response::json(activity_json(named(request)));
}

Response ActivityHandler::cancel(const Request& request) const {
  const Activity activity = named(request);
  operations.cancel(activity.id);
  return Response::json(accepted({store.activities().get(activity.id)}, Json::object()));
}

Response ActivityHandler::log(const Request& request) const {
  const LogQuery query = log_query_of(request);
  auto log = store.logs().open(named(request).id);
  return Response::streamed("application/x-ndjson", [log, query](Reader& reader) { stream_log(log, query, reader); });
}

}  // namespace penstock::api
