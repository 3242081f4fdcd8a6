#include "runtime/router/control/control.h"

#include "base/error.h"

#include <nlohmann/json.hpp>

#include <memory>

namespace penstock::router {
namespace {

std::string failure(const std::string& why) {
  return Json{{"ok", false}, {"error", why}}.dump();
}

// The answer to a change, which waits until the change is durable; what was dropped is known before.
class ChangeAnswer {
 public:
  explicit ChangeAnswer(ControlServer::Reply reply) : reply_(std::move(reply)) {}

  void dropped(const Registry::Dropped& entries) {
    for (const DroppedEntry& entry : entries) dropped_.push_back({{"entry", entry.entry}, {"why", entry.why}});
    finish_half();
  }
  void durable(const std::string& error) {
    error_ = error;
    finish_half();
  }

 private:
  void finish_half() {
    if (++halves_ < 2) return;
    reply_(error_.empty() ? Json{{"ok", true}, {"dropped", dropped_}}.dump() : failure(error_));
  }

  ControlServer::Reply reply_;
  Json dropped_ = Json::array();
  std::string error_;
  int halves_ = 0;
};

}  // namespace

void Control::handle(const std::string& line, const ControlServer::Reply& reply) {
  try {
    run(Json::parse(line), reply);
  } catch (const UserError& error) {
    reply(failure(error.what()));
  } catch (const Json::exception& error) {
    reply(failure("cannot understand the request: " + std::string(error.what())));
  }
}

void Control::run(const Json& request, const ControlServer::Reply& reply) {
  const auto op = request.at("op").get<std::string>();
  const auto answer = std::make_shared<ChangeAnswer>(reply);
  const auto durable = [answer](const std::string& error) { answer->durable(error); };
  if (op == "put") {
    answer->dropped(registry_.put(request.at("environment"), durable));
  } else if (op == "replace") {
    answer->dropped(registry_.replace(request.at("environments"), durable));
  } else if (op == "remove") {
    answer->dropped(registry_.remove(request.at("environment").get<std::string>(), durable));
  } else if (op == "report") {
    reply(report(request.at("environment").get<std::string>()));
  } else if (op == "stats") {
    reply(statistics());
  } else if (op == "ping") {
    reply(Json{{"ok", true}}.dump());
  } else {
    throw UserError("cannot do '" + op + "': expected put, replace, remove, report, stats or ping");
  }
}

std::string Control::report(const std::string& environment) {
  const HoldQueue* queue = worker_.holds().find(environment);
  const HoldReport report = queue != nullptr ? queue->report() : HoldReport{};
  return Json{{"ok", true},
              {"report",
               {{"held", report.held},
                {"released", report.released},
                {"refused", report.refused},
                {"timed_out", report.timed_out},
                {"abandoned", report.abandoned},
                {"cut", report.cut},
                {"longest_hold_ms", report.longest_hold.count()},
                {"waiting", queue != nullptr ? queue->size() : 0}}}}
      .dump();
}

std::string Control::statistics() {
  const Statistics& statistics = worker_.statistics();
  return Json{{"ok", true},
              {"stats",
               {{"environments", worker_.table().environments().size()},
                {"open_connections", worker_.open_sessions()},
                {"connections", statistics.connections},
                {"requests", statistics.requests},
                {"upstream_failures", statistics.upstream_failures}}}}
      .dump();
}

}  // namespace penstock::router
