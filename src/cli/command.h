#pragma once

#include "cli/options.h"

#include <functional>
#include <string>
#include <vector>

namespace penstock::cli {

class Session;

// One verb: what it is called, what it takes, what it does.
struct Command {
  std::string name;
  std::vector<std::string> aliases;
  std::string arguments;  // "[environment]…"
  std::string help;
  std::vector<Option> options;
  std::function<int(Session&)> run;  // returns the exit status
};

// The parts that many commands share.
std::vector<Option> project_options();
std::vector<Option> environment_options();  // with those of the project
std::vector<Option> wait_options();
std::vector<Option> joined(const std::vector<std::vector<Option>>& groups);

}  // namespace penstock::cli
