#pragma once

#include "runtime/router/table/environment.h"
#include "runtime/router/table/environment_reader.h"

#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace penstock::router {

// Who ends TLS. Off: nobody, https and http routes are one. Proxied: a terminator in front, which sets
// X-Forwarded-Proto. On: we do.
enum class HttpsMode { Off, Proxied, On };

// All routes of all environments, found by host and then by longest path. Immutable: a change makes a new table, and
// requests go on with the one they began with.
class RouteTable {
 public:
  using Environments = std::vector<std::shared_ptr<const Environment>>;

  struct Match {
    const std::shared_ptr<const Environment>* environment = nullptr;
    const Route* route = nullptr;
    bool only_https = false;          // the request came by http, the route wants https
    const TlsOptions* tls = nullptr;  // of the host
  };

  RouteTable() = default;
  // Where two environments claim one route the earlier keeps it; the other goes to `dropped`.
  RouteTable(Environments environments, HttpsMode mode, std::vector<DroppedEntry>& dropped);
  RouteTable(const RouteTable&) = delete;
  RouteTable& operator=(const RouteTable&) = delete;

  // `host` in any case, without port; `path` normalized. No route: Match::route is null.
  Match find(bool https, std::string_view host, std::string_view path) const;
  bool has_host(std::string_view host) const { return routes_of(host) != nullptr; }
  // What the routes of a host want together.
  TlsOptions tls_options(std::string_view host) const;

  const Environments& environments() const { return environments_; }
  std::shared_ptr<const Environment> environment(std::string_view id) const;

 private:
  struct Entry {
    std::string_view path;  // without its trailing '/'
    const Route* route;
    const std::shared_ptr<const Environment>* environment;
  };
  // Longest path first.
  struct HostRoutes {
    std::vector<Entry> plain;   // HttpsMode::Off: all
    std::vector<Entry> secure;  // otherwise: those of https
    TlsOptions tls;
  };
  using Hosts = std::unordered_map<std::string_view, HostRoutes>;

  void add(const std::shared_ptr<const Environment>& environment, const Route& route,
           std::vector<DroppedEntry>& dropped);
  const char* why_not_by_tls(const Route& route, TlsOptions& host) const;
  const HostRoutes* routes_of(std::string_view host) const;

  HttpsMode mode_ = HttpsMode::Off;
  Environments environments_;
  std::unordered_map<std::string_view, std::shared_ptr<const Environment>> by_id_;
  Hosts hosts_;
  Hosts wildcards_;  // by what follows "*."
};

}  // namespace penstock::router
