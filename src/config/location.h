#pragma once

#include "base/json.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace penstock::config {

// What happens to a request that no file answers.
struct Passthru {
  bool enabled = false;
  std::string controller;  // "/index.php": requests go to this path; empty: to the application as they are
};

// How files are served where a rule's regular expression matches; what is not set is as in the location.
struct LocationRule {
  std::optional<Passthru> passthru;
  std::optional<std::int64_t> expires;
  std::optional<bool> allow;
  std::optional<bool> scripts;
  std::optional<std::map<std::string, std::string>> headers;  // replaces those of the location
};

// One entry of web.locations.
struct Location {
  std::optional<std::string> root;  // relative to the application's folder, no '/' at its ends; none: no files
  std::vector<std::string> index;
  Passthru passthru;
  std::int64_t expires = -1;  // seconds; negative: no Cache-Control header
  bool allow = true;
  bool scripts = false;
  std::map<std::string, std::string> headers;
  std::vector<std::pair<std::string, LocationRule>> rules;  // in the order written
  bool buffer_requests = true;
  std::uint64_t max_request_size = std::uint64_t{250} << 20;

  // {"root", "index", "passthru": bool or path, "expires": seconds, "allow", "scripts", "headers", "rules":
  // {"regex": {what the rule sets}}, "request_buffering": {"enabled", "max_request_size": bytes}}
  Json to_json() const;
  static Location from_json(const Json& json);
};

}  // namespace penstock::config
