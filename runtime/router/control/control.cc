#include "runtime/router/control/control.h"

#include "base/error.h"

#include <nlohmann/json.hpp>

#include <memory>

namespace penstock::router {
namespace {

std::string failure(const std::string& why) {
  return Json{{"ok", false}, {"error", why}}.dump();
}

// The answer to a change, which waits until the change is done; what was dropped is known before.
class ChangeAnswer {
 public:
  explicit ChangeAnswer(ControlServer::Reply reply) : reply_(std::move(reply)) {}

  void dropped(const Registry::Dropped& entries) {
    for (const DroppedEntry& entry : entries) dropped_.push_back({{"entry", entry.entry}, {"why", entry.why}});
    finish_half();
  }
  void done(const std::string& error) {
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
    const Json request = Json::parse(line, nullptr, false);
    // What JSON's own message would quote may be a private key.
    if (!request.is_object()) return reply(failure("cannot understand the request: expected one JSON object"));
    run(request, reply);
  } catch (const UserError& error) {
    reply(failure(error.what()));
  } catch (const Json::exception& error) {
    reply(failure("cannot understand the request: " + std::string(error.what())));
  }
}

void Control::run(const Json& request, const ControlServer::Reply& reply) {
  const auto op = request.at("op").get<std::string>();
  const auto answer = std::make_shared<ChangeAnswer>(reply);
  const auto done = [answer](const std::string& error) { answer->done(error); };
  if (op == "put") {
    answer->dropped(registry_.put(request.at("environment"), done));
  } else if (op == "replace") {
    answer->dropped(registry_.replace(request.at("environments"), done));
  } else if (op == "remove") {
    answer->dropped(registry_.remove(request.at("environment").get<std::string>(), done));
  } else if (op == "put_certificate") {
    answer->dropped(certificates_.put(request.at("certificate"), done));
  } else if (op == "replace_certificates") {
    answer->dropped(certificates_.replace(request.at("certificates"), done));
  } else if (op == "remove_certificate") {
    certificates_.remove(request.at("certificate").get<std::string>(), done);
    answer->dropped({});
  } else if (op == "report") {
    reply(report(request.at("environment").get<std::string>()));
  } else if (op == "stats") {
    statistics(reply);
  } else if (op == "ping") {
    reply(Json{{"ok", true}}.dump());
  } else {
    throw UserError("cannot do '" + op + "': there is no such operation");
  }
}

std::string Control::report(const std::string& environment) {
  const auto hold = holds_.find(environment);
  const HoldReport report = hold ? hold->report() : HoldReport{};
  return Json{{"ok", true},
              {"report",
               {{"held", report.held},
                {"released", report.released},
                {"refused", report.refused},
                {"timed_out", report.timed_out},
                {"abandoned", report.abandoned},
                {"cut", report.cut},
                {"longest_hold_ms", report.longest_hold.count()},
                {"waiting", hold ? hold->size() : 0}}}}
      .dump();
}

void Control::statistics(const ControlServer::Reply& reply) {
  workers_.gather<Statistics>([](Worker& worker) { return worker.statistics(); },
                              [this, reply](const std::vector<Statistics>& each) {
                                Statistics sum;
                                for (const Statistics& one : each) sum += one;
                                reply(Json{{"ok", true},
                                           {"stats",
                                            {{"environments", registry_.size()},
                                             {"threads", each.size()},
                                             {"open_connections", sum.open_connections},
                                             {"connections", sum.connections},
                                             {"requests", sum.requests},
                                             {"upstream_failures", sum.upstream_failures}}}}
                                          .dump());
                              });
}

}  // namespace penstock::router
