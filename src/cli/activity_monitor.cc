#include "cli/activity_monitor.h"

#include "cli/session.h"
#include "client/activity_log.h"

#include <fmt/format.h>

#include <ostream>

namespace penstock::cli {

bool wait_for(Session& session, const client::Activity& activity) {
  const std::string path = activity.document.at("_links").at("self").at("href").get<std::string>();
  session.err << fmt::format("Waiting for the activity: [{}] {}\n", activity.id, activity.description) << std::flush;
  client::follow_log(session.http(), path + "/log",
                     [&session](const client::LogItem& item) { session.err << item.message << std::flush; });
  const client::Activity ended = client::Activity::from_json(session.http().get(path));
  const bool success = !ended.failed();
  session.err << fmt::format("The activity {}: [{}] {}\n",
                             success ? "succeeded" : (ended.state == "cancelled" ? "was cancelled" : "failed"),
                             ended.id, ended.description);
  return success;
}

}  // namespace penstock::cli
