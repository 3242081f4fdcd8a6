#include "runtime/router/upgrade/succession.h"

#include "base/error.h"
#include "base/log.h"
#include "runtime/router/control/hold_report_json.h"

#include <nlohmann/json.hpp>

namespace penstock::router {
namespace {

constexpr Milliseconds kPatience{10'000};

std::uint64_t waiting_in(const Holds& holds) {
  std::uint64_t waiting = 0;
  for (const auto& [environment, hold] : holds) waiting += hold->report().waiting;
  return waiting;
}

}  // namespace

Succession::Succession(const Parts& parts, std::function<void()> finished)
    : parts_(parts), finished_(std::move(finished)), patience_(parts.loop.timers(), [this] {
        log_of("router")->warn("the new router takes too long to take over");
        parts_.control.close(successor_);
      }) {}

void Succession::expect(State state, std::uint64_t connection) const {
  if (state_ != state || (state_ != State::Serving && connection != successor_)) {
    throw UserError("cannot hand over: this is not the time for it");
  }
}

void Succession::offer(std::uint64_t connection, const ControlServer::Reply& reply) {
  expect(State::Serving, connection);
  state_ = State::Offered;
  successor_ = connection;
  parts_.control.hear_only(connection);
  patience_.arm(kPatience);
  parts_.settle([this, reply] {
    ControlServer::Answer answer;
    Json uses = Json::array();
    for (const auto& [use, socket] : parts_.sockets.all()) {
      uses.push_back(use);
      answer.sockets.push_back(socket);
    }
    answer.line = Json{{"ok", true}, {"sockets", uses}}.dump();
    reply(answer);
  });
}

void Succession::leave(std::uint64_t connection, const ControlServer::Reply& reply) {
  expect(State::Offered, connection);
  state_ = State::Left;
  patience_.cancel();
  parts_.control.keep_only(connection);
  parts_.retire();
  parts_.workers.drain([this] {
    drained_ = true;
    finish();
  });
  parts_.workers.gather<Statistics>(
      [](Worker& worker) { return worker.statistics(); },
      [this, reply](const std::vector<Statistics>& each) {
        parts_.sockets.close();
        Statistics sum;
        for (const Statistics& one : each) sum += one;
        const std::uint64_t held = waiting_in(*parts_.holds.holds());
        log_of("router")->info("another router has taken over; connections={} held={}", sum.open_connections, held);
        reply({Json{{"ok", true}, {"connections", sum.open_connections}, {"held", held}}.dump(), {}});
        replied_ = true;
        finish();
      });
}

void Succession::hurry(std::uint64_t connection, const ControlServer::Reply& reply) {
  expect(State::Left, connection);
  parts_.workers.stop([this] {
    drained_ = true;
    finish();
  });
  reply({Json{{"ok", true}}.dump(), {}});
}

void Succession::finish() {
  if (!drained_ || !replied_) return;
  Json reports = Json::object();
  const auto holds = parts_.holds.holds();
  for (const auto& [environment, hold] : *holds) reports[environment] = to_json(hold->report());
  parts_.control.tell(successor_, Json{{"farewell", reports}}.dump());
  finished_();
}

void Succession::on_closed(std::uint64_t connection) {
  if (connection != successor_ || drained_) return;
  if (state_ == State::Left) return log_of("router")->warn("the router that took over is gone");
  log_of("router")->warn("the new router did not take over: this one serves on");
  state_ = State::Serving;
  successor_ = 0;
  patience_.cancel();
  parts_.control.hear_all();
}

}  // namespace penstock::router
