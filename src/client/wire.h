// What the API says, as plain structs. Fields that a client does not use stay in `document`.
#pragma once

#include "base/json.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace penstock::client {

struct Project {
  std::string id;
  std::string title;
  std::string default_branch;
  std::string git_url;
  Json document;

  static Project from_json(const Json& document);
};

struct Environment {
  std::string id;
  std::string name;
  std::string title;
  std::string type;
  std::string status;
  std::string parent;
  bool can_roll = false;
  Json document;

  bool is_active() const { return status == "active"; }
  static Environment from_json(const Json& document);
};

struct Activity {
  std::string id;
  std::string type;
  std::string description;
  std::string created_at;
  std::string state;
  std::string result;
  int completion_percent = 0;
  bool command_failed = false;  // a hook ended with another status than 0
  Json document;

  // The log is complete and state and result are final.
  bool is_finished() const;
  bool failed() const { return result == "failure" || command_failed; }
  static Activity from_json(const Json& document);
};

struct Variable {
  std::string name;
  std::string level;  // "project" or "environment"
  std::string value;  // empty when sensitive
  bool is_sensitive = false;
  bool is_enabled = true;
  bool is_inherited = false;
  Json document;

  static Variable from_json(const Json& document);
};

struct Certificate {
  std::string id;
  std::vector<std::string> domains;
  std::string issuer;  // its common name
  std::string created_at;
  std::string expires_at;
  bool is_provisioned = false;  // Penstock made it
  bool is_expired = false;

  static Certificate from_json(const Json& document);
};

struct Artifact {
  std::string digest;
  std::string created_at;
  std::string application;
  std::string commit;
  std::uint64_t size = 0;
  bool in_use = false;
  Json document;

  static Artifact from_json(const Json& document);
};

// One line of an activity's log.
struct LogItem {
  std::string id;
  std::string timestamp;
  std::string message;
  bool is_seal = false;  // no more will come

  static LogItem from_line(std::string_view line);
};

}  // namespace penstock::client
