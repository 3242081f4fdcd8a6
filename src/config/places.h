#pragma once

#include "config/yaml_node.h"

#include <map>
#include <string>

namespace penstock::config {

// Where every field was written, by its path.
class Places {
 public:
  void add(const std::string& path, const Place& place) { places_.emplace(path, place); }
  // For a field that was not written, where the nearest that it is a part of was.
  Place find(std::string path) const;

 private:
  std::map<std::string, Place> places_;
};

}  // namespace penstock::config
