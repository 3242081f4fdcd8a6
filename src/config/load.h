// Reads .upsun/*.yaml.
#pragma once

#include "config/configuration.h"
#include "config/problem.h"
#include "config/service_type.h"

#include <map>
#include <string>
#include <vector>

namespace penstock::config {

class FileSource;

// The runtimes there are images for: type to versions, {"nodejs": ["18"]}.
using Catalogue = std::map<std::string, std::vector<std::string>>;

// What configurations may be made of here.
struct Available {
  Catalogue runtimes;     // empty: any is accepted
  ServiceTypes services;  // empty: any is accepted, unchecked
};

struct Loaded {
  Configuration configuration;    // only to be used when ok()
  std::vector<Problem> problems;  // all of them, sorted

  bool ok() const { return problems.empty(); }
};

// Reads and checks the whole configuration. Whatever the files hold, the time and memory this takes are
// bounded. Throws only when the source does.
Loaded load(FileSource& source, const Available& available);

}  // namespace penstock::config
