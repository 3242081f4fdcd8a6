#include "config/cron.h"

#include "config/json_member.h"

namespace penstock::config {

Json Cron::to_json() const {
  return {{"spec", spec},
          {"commands", {{"start", start}, {"stop", stop}}},
          {"shutdown_timeout", shutdown_timeout.count()},
          {"timeout", timeout.count()}};
}

Cron Cron::from_json(const Json& json) {
  const Json& commands = json_member(json, "commands");
  Cron cron;
  cron.spec = json.value("spec", "");
  cron.start = commands.value("start", json.value("cmd", ""));
  cron.stop = commands.value("stop", "");
  cron.shutdown_timeout = std::chrono::seconds(json.value("shutdown_timeout", cron.shutdown_timeout.count()));
  cron.timeout = std::chrono::seconds(json.value("timeout", cron.timeout.count()));
  return cron;
}

}  // namespace penstock::config
