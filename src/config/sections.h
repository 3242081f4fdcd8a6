#pragma once

#include "config/yaml_node.h"

#include <string>
#include <vector>

namespace penstock::config {

class FileSource;
class Includer;
class Report;

// Where the configuration is, and what includes in routes and services are relative to.
inline const std::string kFolder = ".upsun";

// One top-level key: the entries of all files.
struct Section {
  Place place;  // in the first file that has it
  std::vector<Member> entries;
};

struct Sections {
  Section applications;
  Section services;
  Section routes;
};

// Reads and merges .upsun/*.yaml, in the order of their names. An entry that two files declare is a problem.
Sections read_sections(FileSource& source, Includer& includer, Report& report);

}  // namespace penstock::config
