#pragma once

#include "cli/command.h"

#include <iosfwd>
#include <string>
#include <vector>

namespace penstock::cli {

// The commands of the program and how one is found and run.
class CommandLine {
 public:
  explicit CommandLine(std::vector<Command> commands) : commands_(std::move(commands)) {}

  // Returns the exit status: 0, or 1 with the reason on `err`.
  int run(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err) const;

 private:
  const Command& find(const std::string& name) const;
  void print_commands(std::ostream& out) const;
  static void print_help(const Command& command, std::ostream& out);
  int execute(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err) const;

  std::vector<Command> commands_;
};

}  // namespace penstock::cli
