#pragma once

#include "config/configuration.h"
#include "config/places.h"

namespace penstock::config {

class FileSource;
class Report;

// What was read, before it is known to be consistent.
struct Draft {
  Configuration configuration;
  // As declared, without defaults: {"applications": {name: …}, "services": {name: …}, "routes": {url: …}}.
  Json json = Json::object();
  Places places;
};

Draft read_draft(FileSource& source, Report& report);

}  // namespace penstock::config
