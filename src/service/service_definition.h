// What a type of service is: all that Penstock knows of it is in one file of YAML (packaging/services/).
#pragma once

#include "base/json.h"
#include "config/service_type.h"
#include "image/catalogue.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <map>
#include <string>

namespace penstock {

// Scripts are for dash and stop at the first command that fails. They run in the service's container as its user and
// get, as environment variables: DATA, the directory that is kept; PORT; MEMORY_MB; OPTION_<NAME> for each option of
// the configuration. PATH, HOME (DATA, or /tmp).
struct ServiceDefinition {
  std::string type;                             // "postgresql"
  std::map<std::string, ImageSource> versions;  // by version
  config::ServiceType rules;                    // what a configuration may say
  std::string scheme;                           // of URLs: "pgsql"
  std::uint16_t port = 0;
  Json query = Json::object();  // as relationships show it
  bool keeps_data = false;

  std::string start;      // becomes the service; SIGTERM ends it. Empty: nothing runs, it is a volume
  std::string ready;      // succeeds once the service answers; empty: its port is enough
  std::string configure;  // makes it what the lines of its input say; safe to repeat:
                          //   database NAME · user NAME PASSWORD · grant USER DATABASE LEVEL ·
                          //   relationship NAME ADDRESS PORT, fields separated by tabs
  std::string quiesce;    // before its data is snapshotted while it runs
};

}  // namespace penstock
