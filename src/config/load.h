// Reads .upsun/*.yaml.
#pragma once

#include "config/configuration.h"
#include "config/problem.h"

#include <map>
#include <string>
#include <vector>

namespace penstock::config {

class FileSource;

// The runtimes there are images for: type to versions, {"nodejs": ["18"]}.
using Catalogue = std::map<std::string, std::vector<std::string>>;

struct Loaded {
  Configuration configuration;    // only to be used when ok()
  std::vector<Problem> problems;  // all of them, sorted

  bool ok() const { return problems.empty(); }
};

// Reads and checks the whole configuration. `available` empty: any runtime is accepted. Whatever the files hold, the
// time and memory this takes are bounded. Throws only when the source does.
Loaded load(FileSource& source, const Catalogue& available);

}  // namespace penstock::config
