#include "runtime/router/control/control.h"

#include "base/error.h"
#include "runtime/router/control/hold_report_json.h"

#include <nlohmann/json.hpp>

#include <unistd.h>

#include <memory>

namespace penstock::router {
namespace {

ControlServer::Answer failure(const std::string& why) {
  return {Json{{"ok", false}, {"error", why}}.dump(), {}};
}

// The answer to a change, which waits until the change is done everywhere; what was dropped is known before.
class ChangeAnswer {
 public:
  explicit ChangeAnswer(ControlServer::Reply reply) : reply_(std::move(reply)) {}

  void dropped(const Registry::Dropped& entries) {
    for (const DroppedEntry& entry : entries) dropped_.push_back({{"entry", entry.entry}, {"why", entry.why}});
    finish_part();
  }
  void done(const std::string& error) {
    error_ = error;
    finish_part();
  }
  void done_by_predecessor() { finish_part(); }

 private:
  void finish_part() {
    if (--parts_left_ > 0) return;
    reply_(error_.empty() ? ControlServer::Answer{Json{{"ok", true}, {"dropped", dropped_}}.dump(), {}}
                          : failure(error_));
  }

  ControlServer::Reply reply_;
  Json dropped_ = Json::array();
  std::string error_;
  int parts_left_ = 3;
};

void add_report(Json& own, const Json& other) {
  HoldReport sum = read_hold_report(own["report"]);
  sum += read_hold_report(other.value("report", Json::object()));
  own["report"] = to_json(sum);
}

// Of the object `part` of both.
void add_counts(Json& own, const Json& other, const char* part, std::initializer_list<const char*> names) {
  const Json more = other.value(part, Json::object());
  Json& counts = own[part];
  for (const char* const name : names) {
    counts[name] = counts[name].get<std::uint64_t>() + more.value(name, std::uint64_t{0});
  }
}

DrainOrder drain_order_in(const Json& request) {
  return {.addresses = request.at("addresses").get<std::vector<std::string>>(),
          .requests = Milliseconds(request.at("requests_ms").get<std::int64_t>()),
          .streams = Milliseconds(request.at("streams_ms").get<std::int64_t>())};
}

Json to_json(const DrainReport& report) {
  return {{"finished", report.finished}, {"closed", report.closed}, {"cut", report.cut}};
}

void add_drain_report(Json& own, const Json& other) {
  add_counts(own, other, "report", {"finished", "closed", "cut"});
}

void add_statistics(Json& own, const Json& other) {
  add_counts(own, other, "stats", {"open_connections", "connections", "requests", "upstream_failures"});
}

}  // namespace

void Control::handle(const ControlServer::Request& request) {
  try {
    const Json message = Json::parse(request.line, nullptr, false);
    // What JSON's own message would quote may be a private key.
    if (!message.is_object()) throw UserError("cannot understand the request: expected one JSON object");
    const auto op = message.at("op").get<std::string>();
    if (change(op, message, request.reply) || hand_on(op, request)) return;
    if (op == "report") return report(message.at("environment").get<std::string>(), message, request.reply);
    if (op == "drain") return drain(message, request.reply);
    if (op == "begin-drain") return begin_drain(message, request);
    if (op == "stats") return statistics(message, request.reply);
    if (op == "ping") return request.reply({Json{{"ok", true}}.dump(), {}});
    throw UserError("cannot do '" + op + "': there is no such operation");
  } catch (const UserError& error) {
    request.reply(failure(error.what()));
  } catch (const Json::exception& error) {
    request.reply(failure("cannot understand the request: " + std::string(error.what())));
  }
}

bool Control::change(const std::string& op, const Json& request, const Reply& reply) {
  const auto answer = std::make_shared<ChangeAnswer>(reply);
  const auto done = [answer](const std::string& error) { answer->done(error); };
  if (op == "put") {
    answer->dropped(parts_.registry.put(request.at("environment"), done));
  } else if (op == "replace") {
    answer->dropped(parts_.registry.replace(request.at("environments"), done));
  } else if (op == "remove") {
    answer->dropped(parts_.registry.remove(request.at("environment").get<std::string>(), done));
  } else if (op == "put_certificate") {
    answer->dropped(parts_.certificates.put(request.at("certificate"), done));
  } else if (op == "replace_certificates") {
    answer->dropped(parts_.certificates.replace(request.at("certificates"), done));
  } else if (op == "remove_certificate") {
    parts_.certificates.remove(request.at("certificate").get<std::string>(), done);
    answer->dropped({});
  } else {
    return false;
  }
  if (parts_.predecessor == nullptr) {
    answer->done_by_predecessor();
  } else {
    parts_.predecessor->ask(request, [answer](const Json&) { answer->done_by_predecessor(); });
  }
  return true;
}

bool Control::hand_on(const std::string& op, const ControlServer::Request& request) {
  if (op == "take-over") {
    parts_.succession.offer(request.connection, request.reply);
  } else if (op == "relieve") {
    parts_.succession.leave(request.connection, request.reply);
  } else if (op == "stop") {
    parts_.succession.hurry(request.connection, request.reply);
  } else {
    return false;
  }
  return true;
}

void Control::report(const std::string& environment, const Json& request, const Reply& reply) {
  const auto hold = parts_.holds.find(environment);
  const HoldReport report = hold ? hold->report() : HoldReport{};
  add_predecessor(request, {{"ok", true}, {"report", to_json(report)}}, reply, add_report);
}

// Both at once: the other's requests have no more time than ours.
void Control::drain(const Json& request, const Reply& reply) {
  struct Progress {
    int left = 2;
    Json answer{{"ok", true}};
  };
  const auto progress = std::make_shared<Progress>();
  const auto add = [progress, reply](const Json& answer) {
    if (progress->answer.contains("report")) {
      if (answer.is_object()) add_drain_report(progress->answer, answer);
    } else {
      progress->answer["report"] = answer.is_object() ? answer.at("report") : to_json(DrainReport{});
    }
    if (--progress->left == 0) reply({progress->answer.dump(), {}});
  };
  parts_.workers.drain_applications(drain_order_in(request), [add](const DrainReport& report) {
    add({{"report", to_json(report)}});
  });
  parts_.predecessor == nullptr ? add(nullptr) : parts_.predecessor->drain(request, add);
}

void Control::begin_drain(const Json& request, const ControlServer::Request& from) {
  const auto id = request.at("id").get<std::uint64_t>();
  parts_.workers.drain_applications(drain_order_in(request),
                                    [tell = parts_.tell, to = from.connection, id](const DrainReport& report) {
                                      tell(to, Json{{"drained", id}, {"report", to_json(report)}}.dump());
                                    });
  from.reply({Json{{"ok", true}}.dump(), {}});
}

void Control::statistics(const Json& request, const Reply& reply) {
  parts_.workers.gather<Statistics>([](Worker& worker) { return worker.statistics(); },
                                    [this, request, reply](const std::vector<Statistics>& each) {
                                      Statistics sum;
                                      for (const Statistics& one : each) sum += one;
                                      const CacheStatistics cache = parts_.workers.cache().statistics();
                                      add_predecessor(request,
                                                      {{"ok", true},
                                                       {"stats",
                                                        {{"pid", ::getpid()},
                                                         {"environments", parts_.registry.size()},
                                                         {"threads", each.size()},
                                                         {"open_connections", sum.open_connections},
                                                         {"refused_connections", parts_.workers.refused_connections()},
                                                         {"connections", sum.connections},
                                                         {"requests", sum.requests},
                                                         {"upstream_failures", sum.upstream_failures},
                                                         {"cache_hits", cache.hits},
                                                         {"cache_misses", cache.misses},
                                                         {"cache_entries", cache.entries},
                                                         {"cache_bytes", cache.bytes}}}},
                                                      reply, add_statistics);
                                    });
}

void Control::add_predecessor(const Json& request, Json own, const Reply& reply, void (*add)(Json&, const Json&)) {
  if (parts_.predecessor == nullptr) return reply({own.dump(), {}});
  parts_.predecessor->ask(request, [own = std::move(own), reply, add](const Json& answer) mutable {
    if (answer.is_object()) add(own, answer);
    reply({own.dump(), {}});
  });
}

}  // namespace penstock::router
