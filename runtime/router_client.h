#pragma once

#include "base/json.h"
#include "base/synchronized.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace penstock {

// What happened to the requests of an environment since its hold last began.
struct RequestReport {
  std::uint64_t held = 0;
  std::uint64_t released = 0;
  std::uint64_t refused = 0;
  std::uint64_t timed_out = 0;
  std::uint64_t abandoned = 0;  // the client went away
  std::uint64_t cut = 0;
  std::chrono::milliseconds longest_hold{};
};

// How long requests may take to end. Streams are those that do not end by themselves: WebSockets and event streams.
struct DrainLimits {
  std::chrono::milliseconds requests{};
  std::chrono::milliseconds streams{};
};

// What became of the requests that were with applications when a drain began.
struct DrainReport {
  std::uint64_t finished = 0;
  std::uint64_t closed = 0;  // streams that were ended cleanly when their time was over
  std::uint64_t cut = 0;     // other requests that were broken off when theirs was
};

// Tells the router its routes, over its control socket. Remembers them, so that a router that was restarted meanwhile
// is told all of them before anything else. Thread safe. Methods wait for a router that is being restarted; they throw
// Error when it does not answer in time or refuses. What put() and remove() asked for is remembered even then.
class RouterClient {
 public:
  explicit RouterClient(std::filesystem::path socket, std::chrono::milliseconds patience = std::chrono::seconds(5));
  ~RouterClient();

  // The whole table. Entries have the shape of the control protocol; each has an "id".
  void replace(const std::vector<Json>& environments);
  // One entry, taking effect at one instant. Returns what the router does not accept of it, a sentence each.
  std::vector<std::string> put(const Json& environment);
  void remove(const std::string& id);
  // All certificates. Entries have the shape of the control protocol.
  void replace_certificates(const std::vector<Json>& certificates);
  // One, for handshakes from now on. Returns why the router does not take it, if so: then it is not remembered.
  std::vector<std::string> put_certificate(const Json& certificate);
  void remove_certificate(const std::string& id);
  RequestReport report(const std::string& id);
  // Waits until no request is with the applications at these addresses (IPv4:port), having ended those that took longer
  // than they may. A router that goes away meanwhile has no requests either. Nothing when stopped.
  std::optional<DrainReport> drain(const std::vector<std::string>& addresses, const DrainLimits& limits,
                                   const std::stop_token& stop);
  // For whoever restarted the router: sees to it that it has the table.
  void refresh();

 private:
  struct Connection;
  struct State {
    std::map<std::string, Json> table;
    bool table_is_whole = false;  // once replace() was called
    std::map<std::string, Json> certificates;
    bool certificates_are_whole = false;  // once replace_certificates() was called
    std::unique_ptr<Connection> connection;
  };

  Json ask(State& state, const Json& request) const;
  void connect(State& state) const;

  const std::filesystem::path socket_;
  const std::chrono::milliseconds patience_;
  Synchronized<State> state_;
};

}  // namespace penstock
