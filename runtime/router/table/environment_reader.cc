#include "runtime/router/table/environment_reader.h"

#include "base/error.h"
#include "runtime/router/table/location_reader.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace penstock::router {
namespace {

bool is_identifier(const std::string& id) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' ||
           c == '.';
  };
  return !id.empty() && id.size() <= 200 && id.front() != '.' && std::all_of(id.begin(), id.end(), allowed);
}

const Json& member(const Json& json, const char* name) {
  static const Json none = Json::object();
  const auto found = json.find(name);
  return found == json.end() || found->is_null() ? none : *found;
}

template <typename T>
T value_or(const Json& json, const char* name, T otherwise) {
  const auto found = json.find(name);
  return found == json.end() || found->is_null() ? otherwise : found->get<T>();
}

HoldSettings read_hold(const Json& json) {
  HoldSettings hold;
  hold.active = value_or(json, "active", hold.active);
  hold.all = value_or(json, "all", hold.all);
  hold.serve_cached = value_or(json, "serve_cached", hold.serve_cached);
  hold.timeout = std::chrono::seconds(value_or(json, "timeout_s", hold.timeout.count()));
  hold.max_requests = value_or(json, "max_requests", hold.max_requests);
  hold.max_bytes = value_or(json, "max_bytes", hold.max_bytes);
  return hold;
}

AccessLogSettings read_access_log(const Json& json) {
  AccessLogSettings log;
  log.file = value_or(json, "file", std::string());
  const auto format = value_or(json, "format", std::string("combined"));
  if (format != "combined" && format != "json") {
    throw UserError("cannot write an access log as '" + format + "': expected combined or json");
  }
  if (format == "json") log.format = AccessLogFormat::Json;
  log.max_bytes = value_or(json, "max_bytes", log.max_bytes);
  log.kept = value_or(json, "kept", log.kept);
  return log;
}

// A text that will stand in a header field.
std::string printable(const std::string& text) {
  if (std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c != 0x7f; })) return text;
  throw UserError("cannot use '" + text + "': it has spaces or control characters");
}

int read_code(const Json& json, int otherwise) {
  const int code = value_or(json, "code", otherwise);
  if (code != 301 && code != 302 && code != 307 && code != 308) {
    throw UserError("cannot redirect with status " + std::to_string(code) + ": expected 301, 302, 307 or 308");
  }
  return code;
}

PathRedirect read_path_redirect(const std::string& path, const Json& json, const Json& defaults) {
  PathRedirect redirect{.path = path, .to = printable(json.at("to").get<std::string>())};
  redirect.prefix = value_or(json, "prefix", true);
  redirect.append_suffix = value_or(json, "append_suffix", true);
  redirect.code = read_code(json, 302);
  if (value_or(json, "regexp", false)) redirect.expression = Regex(path);
  redirect.expires = read_expires(json.contains("expires") ? member(json, "expires") : member(defaults, "expires"));
  return redirect;
}

// A year, as Upsun says it.
std::string read_transport_security(const Json& json) {
  if (!value_or(json, "enabled", false)) return {};
  return std::string("max-age=31536000") + (value_or(json, "include_subdomains", false) ? "; includeSubDomains" : "") +
         (value_or(json, "preload", false) ? "; preload" : "");
}

Route read_route(const Json& json, const Environment& environment) {
  Route route;
  route.url = parse_url(json.at("url").get<std::string>());
  route.original_url = printable(value_or(json, "original_url", json.at("url").get<std::string>()));
  route.restrict_robots = value_or(json, "restrict_robots", false);
  route.tls = TlsOptions::read(member(json, "tls"));
  route.transport_security = read_transport_security(member(member(json, "tls"), "strict_transport_security"));
  route.sticky = value_or(json, "sticky", false);
  const auto type = value_or(json, "type", std::string("upstream"));
  if (type == "redirect") {
    route.redirect_to = parse_url(json.at("to").get<std::string>());
    route.redirect_code = read_code(json, 301);
  } else if (type == "proxy") {
    route.proxy = ProxyTarget::read(json.at("to").get<std::string>());
  } else if (type == "upstream") {
    const auto name = json.at("upstream").get<std::string>();
    const auto found = environment.upstreams.find(name);
    if (found == environment.upstreams.end()) throw UserError("upstream '" + name + "' is not listed");
    route.upstream = &found->second;
    if (json.contains("cache") && !json["cache"].is_null()) route.cache = read_cache_settings(json["cache"]);
  } else {
    throw UserError("cannot serve a route of type '" + type + "': expected upstream, redirect or proxy");
  }
  const Json& redirects = member(json, "redirects");
  for (const auto& [path, options] : member(redirects, "paths").items()) {
    route.path_redirects.push_back(read_path_redirect(path, options, redirects));
  }
  return route;
}

UpstreamProtocol read_protocol(const std::string& name) {
  if (name == "http") return UpstreamProtocol::Http;
  if (name == "fastcgi") return UpstreamProtocol::FastCgi;
  throw UserError("cannot speak '" + name + "': expected http or fastcgi");
}

Upstream read_upstream(const std::string& name, const Json& json) {
  Upstream upstream{.name = name, .addresses = {}, .root = value_or(json, "root", std::string()), .locations = {}};
  upstream.protocol = read_protocol(value_or(json, "protocol", std::string("http")));
  upstream.directory = value_or(json, "directory", std::string());
  for (const Json& address : member(json, "addresses")) upstream.addresses.emplace_back(address.get<std::string>());
  if (upstream.addresses.size() > kMostInstances) {
    throw UserError("cannot balance between " + std::to_string(upstream.addresses.size()) + " instances: at most " +
                    std::to_string(kMostInstances));
  }
  upstream.locations = read_locations(member(json, "locations"));
  for (const auto& [path, directory] : member(json, "mounts").items()) {
    upstream.mounts.push_back({path, directory.get<std::string>()});
  }
  return upstream;
}

// Runs `read`, turning what is wrong with the JSON into the reason why `entry` is left out.
template <typename Read>
void read_or_drop(const std::string& entry, std::vector<DroppedEntry>& dropped, Read read) {
  try {
    read();
  } catch (const UserError& error) {
    dropped.push_back({entry, error.what()});
  } catch (const Json::exception& error) {
    dropped.push_back({entry, error.what()});
  }
}

std::string name_of_route(const Json& route) {
  return route.is_object() && route.contains("url") && route["url"].is_string() ? route["url"].get<std::string>()
                                                                                : "route";
}

}  // namespace

std::shared_ptr<const Environment> read_environment(const Json& json, std::vector<DroppedEntry>& dropped) {
  auto environment = std::make_shared<Environment>();
  try {
    environment->id = json.at("id").get<std::string>();
    environment->release = value_or(json, "release", std::string());
    environment->hold = read_hold(member(json, "hold"));
    environment->access = Access::read(member(json, "access"));
    environment->proxy_access = Access::read(member(json, "proxy_access"));
    environment->cluster = printable(value_or(json, "cluster", std::string()));
  } catch (const Json::exception& error) {
    throw UserError("cannot read an environment: " + std::string(error.what()));
  }
  if (!is_identifier(environment->id)) {
    throw UserError("cannot use environment id '" + environment->id + "': expected letters, digits, '-', '_' or '.'");
  }
  environment->source = json.dump();
  read_or_drop(environment->id + ": access log", dropped,
               [&] { environment->access_log = read_access_log(member(json, "access_log")); });
  for (const auto& [name, upstream] : member(json, "upstreams").items()) {
    read_or_drop(environment->id + ": upstream " + name, dropped, [&, &key = name, &entry = upstream] {
      environment->upstreams.emplace(key, read_upstream(key, entry));
    });
  }
  for (const Json& route : member(json, "routes")) {
    read_or_drop(environment->id + ": " + name_of_route(route), dropped,
                 [&] { environment->routes.push_back(read_route(route, *environment)); });
  }
  return environment;
}

}  // namespace penstock::router
