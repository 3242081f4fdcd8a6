#pragma once

#include "base/output_sink.h"

#include <filesystem>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

namespace penstock {

// Makes the root file system of an image from packages of Debian.
struct DebianImage {
  std::vector<std::string> packages;
  std::map<std::string, std::string> files;  // programs to add: absolute path to content
  std::filesystem::path base;                // a root file system to copy and extend; empty: begins with nothing
  std::filesystem::path root;                // made
  OutputSink& progress;
  std::stop_token stop;

  // Throws Error with mmdebstrap's last words, Cancelled on `stop`; what there is of `root` then is of no use.
  void build() const;
};

// "name version" of each package in a root file system, sorted.
std::vector<std::string> installed_packages(const std::filesystem::path& root);

}  // namespace penstock
