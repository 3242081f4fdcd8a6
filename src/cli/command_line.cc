#include "cli/command_line.h"

#include "base/error.h"
#include "cli/session.h"
#include "config/nearest.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

namespace penstock::cli {
namespace {

std::vector<Option> global_options() {
  return {{"help", 'h', "", "show this help"}, {"yes", 'y', "", "answer yes to every question"}};
}

std::string usage_of(const Option& option) {
  std::string usage = option.letter == 0 ? "    " : fmt::format("-{}, ", option.letter);
  usage += "--" + option.name;
  if (!option.value.empty()) usage += "=" + option.value;
  return usage;
}

}  // namespace

int CommandLine::run(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err) const {
  try {
    return execute(arguments, out, err);
  } catch (const std::exception& error) {
    err << error.what() << std::endl;
    return 1;
  }
}

int CommandLine::execute(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err) const {
  if (!arguments.empty() && (arguments[0] == "--version" || arguments[0] == "-V")) {
    out << "penstock " PENSTOCK_VERSION "\n";
    return 0;
  }
  if (arguments.empty() || arguments[0] == "list" || arguments[0] == "--help" || arguments[0] == "-h") {
    print_commands(out);
    return 0;
  }
  const bool asks_help = arguments[0] == "help" && arguments.size() > 1;
  const Command& command = find(asks_help ? arguments[1] : arguments[0]);
  const std::vector<Option> declared = joined({command.options, global_options()});
  const Options options = Options::parse(declared, {arguments.begin() + 1, arguments.end()});
  if (asks_help || options.has("help")) {
    print_help(command, out);
    return 0;
  }
  Session session(options, out, err);
  return command.run(session);
}

const Command& CommandLine::find(const std::string& name) const {
  std::vector<std::string> names;
  for (const Command& command : commands_) {
    const auto& aliases = command.aliases;
    if (command.name == name || std::find(aliases.begin(), aliases.end(), name) != aliases.end()) return command;
    names.push_back(command.name);
    names.insert(names.end(), aliases.begin(), aliases.end());
  }
  throw UserError(fmt::format("there is no command {}{}", name, config::did_you_mean(name, names)));
}

void CommandLine::print_commands(std::ostream& out) const {
  out << "Usage: penstock COMMAND [options] [arguments]\n\n";
  for (const Command& command : commands_) {
    std::string names = command.name;
    for (const std::string& alias : command.aliases) names += " (" + alias + ")";
    out << fmt::format("  {:<42} {}\n", names, command.help);
  }
  out << "\n`penstock help COMMAND` shows the options of a command.\n";
}

void CommandLine::print_help(const Command& command, std::ostream& out) {
  out << fmt::format("Usage: penstock {} [options] {}\n\n{}\n\n", command.name, command.arguments, command.help);
  for (const Option& option : joined({command.options, global_options()})) {
    out << fmt::format("  {:<28} {}\n", usage_of(option), option.help);
  }
}

}  // namespace penstock::cli
