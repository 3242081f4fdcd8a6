#pragma once

#include "runtime/router/cache/response_cache.h"
#include "runtime/router/loop/timer.h"
#include "runtime/router/table/route_table.h"

#include <filesystem>
#include <string>
#include <vector>

namespace penstock::router {

// After how long without progress a connection is given up.
struct Timeouts {
  Milliseconds handshake{10'000};       // of TLS, from the connection on
  Milliseconds request_head{10'000};    // whole head, from its first byte
  Milliseconds keep_alive{65'000};      // until the next request
  Milliseconds request_body{60'000};    // between two pieces
  Milliseconds connect{3'000};          // to an application
  Milliseconds response_head{300'000};  // from the end of the request
  Milliseconds client{60'000};          // the client takes nothing of the response
  Milliseconds stream{3'600'000};       // nothing of a response or a WebSocket in either direction
  Milliseconds linger{5'000};           // for the client to read the last response and close
  Milliseconds stop{10'000};            // for what is under way when the router is asked to stop
  Milliseconds drain{600'000};          // likewise when another router has taken its place
};

struct Settings {
  std::vector<std::string> listen;                       // ADDRESS:PORT or unix:/path
  std::vector<std::string> listen_tls;                   // likewise; for HttpsMode::On
  std::size_t threads = 0;                               // event loops that serve; 0: one for each processor
  std::size_t connections_per_address = 512;             // of clients; 0: any number. Not with HttpsMode::Proxied
  std::size_t connections = 0;                           // in all; 0: what the limit of open files leaves room for
  std::vector<std::string> trusted{"127.0.0.1", "::1"};  // addresses that may have any number
  std::string metrics;                                   // ADDRESS:PORT for Prometheus; empty: nowhere
  std::filesystem::path control;                         // unix socket
  std::filesystem::path state_dir;                       // empty: nothing survives a restart
  std::string name;                                      // in X-Platform-Router; empty: a random one
  std::vector<std::string> proxy_to;                     // addresses of this machine that proxies may lead to
  std::string user;                                      // empty: stay who we are
  bool take_over = false;  // take the place of the router that has `control`, if there is one
  HttpsMode https = HttpsMode::Off;
  std::string log_level = "info";
  Timeouts timeouts;
  CacheLimits cache;
};

}  // namespace penstock::router
