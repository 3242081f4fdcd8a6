// Command-line arguments: what a command declares and what it was given.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace penstock::cli {

struct Option {
  std::string name;   // "project", given as --project
  char letter = 0;    // 'p', given as -p; 0: none
  std::string value;  // what help calls its value; empty: a flag
  std::string help;
};

// What was given.
class Options {
 public:
  // Throws UserError naming the nearest declared option.
  static Options parse(const std::vector<Option>& declared, const std::vector<std::string>& arguments);

  bool has(const std::string& name) const { return values_.contains(name); }
  std::optional<std::string> value(const std::string& name) const;
  std::string value_or(const std::string& name, const std::string& otherwise) const;
  // Of an option given several times, or once with commas.
  std::vector<std::string> list(const std::string& name) const;
  // "true", "1", "yes" and "false", "0", "no". Throws UserError for others.
  std::optional<bool> truth(const std::string& name) const;

  const std::vector<std::string>& positional() const { return positional_; }
  std::optional<std::string> positional(std::size_t index) const;

 private:
  std::map<std::string, std::vector<std::string>> values_;
  std::vector<std::string> positional_;
};

}  // namespace penstock::cli
