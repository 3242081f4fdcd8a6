#include "runtime/router_client.h"

#include "base/clock.h"
#include "base/error.h"
#include "base/log.h"
#include "base/unix_socket.h"

#include <nlohmann/json.hpp>

#include <sys/socket.h>
#include <sys/time.h>

#include <algorithm>
#include <thread>

namespace penstock {
namespace {

void send_line(int socket, const std::string& line) {
  for (std::size_t sent = 0; sent < line.size();) {
    const ssize_t count = ::send(socket, line.data() + sent, line.size() - sent, MSG_NOSIGNAL);
    if (count < 0) throw SystemError("send to the router");
    sent += static_cast<std::size_t>(count);
  }
}

Json whole_table(const std::map<std::string, Json>& table) {
  Json environments = Json::array();
  for (const auto& [id, environment] : table) environments.push_back(environment);
  return {{"op", "replace"}, {"environments", std::move(environments)}};
}

Json all_certificates(const std::map<std::string, Json>& certificates) {
  Json list = Json::array();
  for (const auto& [id, certificate] : certificates) list.push_back(certificate);
  return {{"op", "replace_certificates"}, {"certificates", std::move(list)}};
}

std::vector<std::string> dropped_entries(const Json& reply) {
  std::vector<std::string> dropped;
  for (const Json& entry : reply.value("dropped", Json::array())) {
    dropped.push_back(entry.value("entry", "") + ": " + entry.value("why", ""));
  }
  return dropped;
}

void log_dropped(const Json& reply) {
  for (const std::string& entry : dropped_entries(reply)) log_of("runtime")->warn("router dropped entry: {}", entry);
}

DrainReport drain_report(const Json& reply) {
  if (!reply.value("ok", false)) throw Error("cannot drain requests: " + reply.value("error", "the router refused"));
  const Json& report = reply.at("report");
  return {.finished = report.at("finished"), .closed = report.at("closed"), .cut = report.at("cut")};
}

}  // namespace

struct RouterClient::Connection {
  Connection(const std::filesystem::path& path, std::chrono::milliseconds patience) : socket(connect_unix(path)) {
    const timeval limit{.tv_sec = patience.count() / 1000, .tv_usec = patience.count() % 1000 * 1000};
    ::setsockopt(socket.get(), SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    ::setsockopt(socket.get(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  }

  Json exchange(const Json& request) {
    send_line(socket.get(), request.dump() + "\n");
    const std::optional<std::string> line = lines.next();
    if (!line) throw SystemError("read from the router", ECONNRESET);
    return Json::parse(*line);
  }

  Fd socket;
  LineReader lines{socket.get()};
};

RouterClient::RouterClient(std::filesystem::path socket, std::chrono::milliseconds patience)
    : socket_(std::move(socket)), patience_(patience) {}

RouterClient::~RouterClient() = default;

void RouterClient::replace(const std::vector<Json>& environments) {
  auto state = state_.lock();
  state->table.clear();
  for (const Json& environment : environments) state->table[environment.at("id")] = environment;
  state->table_is_whole = true;
  log_dropped(ask(*state, whole_table(state->table)));
}

std::vector<std::string> RouterClient::put(const Json& environment) {
  auto state = state_.lock();
  state->table[environment.at("id")] = environment;
  return dropped_entries(ask(*state, {{"op", "put"}, {"environment", environment}}));
}

void RouterClient::remove(const std::string& id) {
  auto state = state_.lock();
  state->table.erase(id);
  ask(*state, {{"op", "remove"}, {"environment", id}});
}

void RouterClient::replace_certificates(const std::vector<Json>& certificates) {
  auto state = state_.lock();
  state->certificates.clear();
  for (const Json& certificate : certificates) state->certificates[certificate.at("id")] = certificate;
  state->certificates_are_whole = true;
  log_dropped(ask(*state, all_certificates(state->certificates)));
}

std::vector<std::string> RouterClient::put_certificate(const Json& certificate) {
  auto state = state_.lock();
  auto dropped = dropped_entries(ask(*state, {{"op", "put_certificate"}, {"certificate", certificate}}));
  if (dropped.empty()) state->certificates[certificate.at("id")] = certificate;
  return dropped;
}

void RouterClient::remove_certificate(const std::string& id) {
  auto state = state_.lock();
  state->certificates.erase(id);
  ask(*state, {{"op", "remove_certificate"}, {"certificate", id}});
}

RequestReport RouterClient::report(const std::string& id) {
  auto state = state_.lock();
  const Json reply = ask(*state, {{"op", "report"}, {"environment", id}});
  const Json& report = reply.at("report");
  return {.held = report.value("held", std::uint64_t{0}),
          .released = report.value("released", std::uint64_t{0}),
          .refused = report.value("refused", std::uint64_t{0}),
          .timed_out = report.value("timed_out", std::uint64_t{0}),
          .abandoned = report.value("abandoned", std::uint64_t{0}),
          .cut = report.value("cut", std::uint64_t{0}),
          .longest_hold = std::chrono::milliseconds(static_cast<long>(report.value("longest_hold_ms", 0.0)))};
}

// On a connection of its own: the others' requests need not wait for this answer.
std::optional<DrainReport> RouterClient::drain(const std::vector<std::string>& addresses, const DrainLimits& limits,
                                               const std::stop_token& stop) {
  const Json request = {{"op", "drain"},
                        {"addresses", addresses},
                        {"requests_ms", limits.requests.count()},
                        {"streams_ms", limits.streams.count()}};
  try {
    Connection connection(socket_, std::max(limits.requests, limits.streams) + patience_);
    const std::stop_callback interrupt(stop, [&] { ::shutdown(connection.socket.get(), SHUT_RDWR); });
    return drain_report(connection.exchange(request));
  } catch (const SystemError&) {
    if (stop.stop_requested()) return std::nullopt;
    return DrainReport{};
  }
}

void RouterClient::refresh() {
  auto state = state_.lock();
  ask(*state, {{"op", "ping"}});
}

Json RouterClient::ask(State& state, const Json& request) const {
  const Stopwatch waited;
  for (;;) {
    try {
      if (!state.connection) connect(state);
      Json reply = state.connection->exchange(request);
      if (reply.value("ok", false)) return reply;
      throw Error("cannot tell the router: " + reply.value("error", "it refused"));
    } catch (const SystemError& error) {
      state.connection.reset();
      if (waited.elapsed() > patience_) throw Error(std::string("cannot reach the router: ") + error.what());
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
  }
}

void RouterClient::connect(State& state) const {
  auto connection = std::make_unique<Connection>(socket_, patience_);
  if (state.certificates_are_whole) log_dropped(connection->exchange(all_certificates(state.certificates)));
  if (state.table_is_whole) log_dropped(connection->exchange(whole_table(state.table)));
  state.connection = std::move(connection);
}

}  // namespace penstock
