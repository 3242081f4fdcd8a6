#pragma once

#include "config/yaml_node.h"

#include <string>

namespace penstock::config {

struct Budget;
class Report;

// Reads one document; an empty one is a null node. What is wrong with its syntax goes to `report`, then nothing is
// returned; duplicate keys are reported too, but the first counts. `<<` merges maps as YAML 1.1 does.
YamlNodePtr parse_yaml(const std::string& text, const std::string& file, Budget& budget, Report& report);

}  // namespace penstock::config
