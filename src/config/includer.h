#pragma once

#include "config/limits.h"
#include "config/yaml_node.h"

#include <optional>
#include <string>

namespace penstock::config {

class FileSource;
class Report;

// Replaces `!include` and `!archive` by what they name. Holds the budget of one load, which its reading draws on.
class Includer {
 public:
  Includer(FileSource& source, Report& report) : source_(source), report_(report) {}

  // The node itself, or what it includes; paths are relative to `base`. `field` names it in problems. None when that
  // cannot be had, which is then reported.
  YamlNodePtr resolve(const YamlNodePtr& node, const std::string& base, const std::string& field);

  // The text of a file, drawn from the budget. None when that cannot be had, which is then reported.
  std::optional<std::string> read_file(const std::string& path, const Place& place, const std::string& field = "");

  Budget& budget() { return budget_; }

 private:
  YamlNodePtr include(const YamlNodePtr& node, const std::string& base, const std::string& field);
  YamlNodePtr archive(const YamlNodePtr& node, const std::string& base, const std::string& field);
  bool add_folder(const std::string& folder, const std::string& inside, YamlNode& archive, const std::string& field);
  bool take_file(const Place& place, const std::string& field);
  YamlNodePtr fail(const Place& place, const std::string& field, const std::string& why);

  FileSource& source_;
  Report& report_;
  Budget budget_;
  std::size_t depth_ = 0;
};

}  // namespace penstock::config
