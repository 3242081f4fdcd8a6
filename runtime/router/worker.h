#pragma once

#include "runtime/router/access_log/access_log_buffers.h"
#include "runtime/router/client/password_check.h"
#include "runtime/router/client/stored_body.h"
#include "runtime/router/compression/encoder.h"
#include "runtime/router/files/file_cache.h"
#include "runtime/router/hold/hold_book.h"
#include "runtime/router/http/request_head.h"
#include "runtime/router/http/response_head.h"
#include "runtime/router/loop/connection_limits.h"
#include "runtime/router/loop/event_loop.h"
#include "runtime/router/metrics/request_counters.h"
#include "runtime/router/proxy/name_cache.h"
#include "runtime/router/settings.h"
#include "runtime/router/table/route_table.h"
#include "runtime/router/upstream/balancer.h"
#include "runtime/router/upstream/drains.h"
#include "runtime/router/upstream/upstream_pool.h"

#include <cstdint>
#include <list>
#include <memory>
#include <string>
#include <string_view>

namespace penstock::router {

class Connection;
class TlsChannel;
class TlsClient;
struct SharedCache;

// What the Workers of all loops share. Outlives them.
struct SharedParts {
  const Settings& settings;
  SharedCache& cache;
  AccessLogWriter& access_log;
  Resolver& resolver;
  TlsClient& tls_client;
};

struct Statistics {
  std::size_t open_connections = 0;
  std::uint64_t connections = 0;
  std::uint64_t requests = 0;
  std::uint64_t upstream_failures = 0;
  std::uint64_t tls_connections = 0;
  std::uint64_t failed_handshakes = 0;

  Statistics& operator+=(const Statistics& other);
};

// All that the connections of one event loop share. Everything here is for that loop's thread alone.
class Worker {
 public:
  Worker(EventLoop& loop, const SharedParts& shared);
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;
  ~Worker();

  // Serves a client that connected. `tls` is null, or has finished its handshake on `client`.
  void accept(Fd client, Caller caller, std::unique_ptr<TlsChannel> tls);
  // Serves `connection` until it calls remove().
  void serve(std::unique_ptr<Connection> connection);
  // Destroys `connection` once the events at hand are handled.
  void remove(Connection& connection);
  // Requests from now on are routed by `table` and wait in `holds`.
  void adopt(std::shared_ptr<const RouteTable> table, const Holds& holds);
  // Asks every client to connect anew, to whoever listens now, with its next response; `done` is called when the last
  // one is gone, or their time is over.
  void drain(std::function<void()> done);
  // The same in less time, and clients that wait for nothing are closed at once.
  void stop(std::function<void()> done);

  EventLoop& loop() { return loop_; }
  const Settings& settings() const { return settings_; }
  const RouteTable& table() const { return *table_; }
  UpstreamPool& upstreams() { return upstreams_; }
  Drains& drains() { return drains_; }
  NameCache& names() { return names_; }
  PasswordCheck& passwords() { return passwords_; }
  Balancer& balancer() { return balancer_; }
  HoldBook& holds() { return holds_; }
  SharedCache& cache() { return cache_; }
  FileCache& files() { return files_; }
  AccessLogBuffers& access_log() { return access_log_; }
  EncoderPool& encoders() { return encoders_; }
  BodySpace& body_space() { return body_space_; }
  Statistics& statistics() { return statistics_; }
  // Of an environment, and of requests for none. They stay where they are.
  RequestCounters& counters(const std::string& environment) { return counters_[environment]; }
  RequestCounters& counters_of_none() { return counters_of_none_; }
  const CountersByEnvironment& all_counters() const { return counters_; }
  // Responses ask the client to connect anew.
  bool stopping() const { return stopping_; }
  // Connections are closed that the client was told to use again.
  bool in_haste() const { return in_haste_; }

  // Scratch for the message being handled.
  RequestHead& request_scratch() { return request_scratch_; }
  ResponseHead& response_scratch() { return response_scratch_; }
  std::string& text_scratch() { return text_scratch_; }
  std::string& key_scratch() { return key_scratch_; }

  // The present time as a Date field says it.
  std::string_view date();
  // A different number each time, to take turns.
  std::size_t turn() { return turn_++; }

 private:
  void leave(Milliseconds limit, std::function<void()> done);

  EventLoop& loop_;
  const Settings& settings_;
  SharedCache& cache_;
  std::shared_ptr<const RouteTable> table_;
  HoldBook holds_;
  UpstreamPool upstreams_;
  NameCache names_;
  Drains drains_;
  FileCache files_;
  AccessLogBuffers access_log_;
  EncoderPool encoders_;
  BodySpace body_space_;
  Balancer balancer_;
  PasswordCheck passwords_;
  Statistics statistics_;
  CountersByEnvironment counters_;
  RequestCounters& counters_of_none_ = counters_[""];
  RequestHead request_scratch_;
  ResponseHead response_scratch_;
  std::string text_scratch_;
  std::string key_scratch_;
  std::string date_;
  Milliseconds date_made_{-1000};
  std::size_t turn_ = 0;
  bool stopping_ = false;
  bool in_haste_ = false;
  std::function<void()> stopped_;
  Timer stop_limit_;
  std::list<std::unique_ptr<Connection>> connections_;
};

}  // namespace penstock::router
