// What the router knows of one environment: immutable once read.
#pragma once

#include "runtime/router/access_log/access_log_settings.h"
#include "runtime/router/loop/socket_address.h"
#include "runtime/router/proxy/proxy_target.h"
#include "runtime/router/table/access.h"
#include "runtime/router/table/cache_settings.h"
#include "runtime/router/table/regex.h"
#include "runtime/router/table/url.h"
#include "runtime/router/tls/tls_options.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace penstock::router {

struct HoldSettings {
  bool active = false;
  bool all = false;           // also methods that are not idempotent
  bool serve_cached = false;  // what the cache can answer is not held
  std::chrono::seconds timeout{300};
  std::size_t max_requests = 10'000;
  std::size_t max_bytes = std::size_t{64} << 20;
};

// What happens to a request whose file does not exist or may not be served.
struct Passthru {
  bool enabled = false;
  std::string front_controller;  // path served instead when it is a file; else the application decides
};

// Of `web.locations` (reference 1.5).
struct LocationOptions {
  bool allow = true;
  bool scripts = false;
  Passthru passthru;
  std::optional<std::chrono::seconds> expires;
  std::vector<std::pair<std::string, std::string>> headers;
};

struct LocationRule {
  Regex path;
  LocationOptions options;  // those of the location, with the rule's over them
};

// Requests to the application whose body has no length are read whole before it is asked.
struct RequestBuffering {
  bool enabled = true;
  std::uint64_t max_request_size = std::uint64_t{250} << 20;  // in bytes; more is refused
};

struct Location {
  std::string prefix;               // without trailing '/': "" is the root
  std::optional<std::string> root;  // directory below the artifact, without slashes at its ends
  std::vector<std::string> index;
  LocationOptions options;
  std::vector<LocationRule> rules;
  RequestBuffering request_buffering;
};

// A mount of an application: what is in it hides what the artifact has there.
struct WritableDirectory {
  std::string path;       // below the application's directory, without slashes at its ends
  std::string directory;  // where it is on this machine
};

enum class UpstreamProtocol { Http, FastCgi };

inline constexpr std::size_t kMostInstances = 64;  // of an upstream

struct Upstream {
  std::string name;
  UpstreamProtocol protocol = UpstreamProtocol::Http;
  std::string directory;  // of UpstreamProtocol::FastCgi: where the application has its artifact
  std::vector<SocketAddress> addresses;
  std::string root;                 // the artifact's directory; empty: no static files
  std::vector<Location> locations;  // longest prefix first
  std::vector<WritableDirectory> mounts;
};

// One of `redirects.paths` (reference 5.3).
struct PathRedirect {
  std::string path;
  std::optional<Regex> expression;  // instead of `path`
  std::string to;
  bool prefix = true;
  bool append_suffix = true;
  int code = 302;
  std::optional<std::chrono::seconds> expires;
};

struct Route {
  Url url;
  std::string original_url;
  bool restrict_robots = false;
  bool sticky = false;                 // each client stays with one instance
  const Upstream* upstream = nullptr;  // of the same environment; none: a redirect or a proxy
  std::optional<ProxyTarget> proxy;
  std::optional<Url> redirect_to;
  int redirect_code = 301;
  std::vector<PathRedirect> path_redirects;
  TlsOptions tls;
  std::string transport_security;  // value of Strict-Transport-Security; empty: none
  std::optional<CacheSettings> cache;
};

struct Environment {
  std::string id;
  std::string release;  // changes with what its applications answer
  std::string cluster;  // of X-Platform-Cluster; empty: nothing is said
  Access access;
  Access proxy_access;  // to which addresses proxies may lead
  HoldSettings hold;
  AccessLogSettings access_log;
  std::map<std::string, Upstream> upstreams;
  std::vector<Route> routes;
  std::string source;  // the JSON it was read from, as it is kept on disk
};

}  // namespace penstock::router
