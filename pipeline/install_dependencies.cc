#include "pipeline/install_dependencies.h"

#include "base/error.h"
#include "base/output_sink.h"
#include "base/process.h"
#include "pipeline/workspace/build_container.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cctype>

namespace penstock {
namespace {

using Command = std::vector<std::string>;

// "1.2", "^1.2" or "*".
std::string constraint_of(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

bool is_any(const std::string& constraint) {
  return constraint.empty() || constraint == "*";
}

Command script(const std::string& text) {
  return {"/bin/dash", "-ec", text, "dash"};
}

Command nodejs_command(const Json& packages) {
  Command command = {"npm", "install", "--global", "--prefix", "/app/.global"};
  for (const auto& [name, version] : packages.items())
    command.push_back(fmt::format("{}@{}", name, constraint_of(version)));
  return command;
}

// A virtual environment, so that neither build nor application need PYTHONPATH.
Command python_command(const Json& packages) {
  Command command = script(
      "python3 -m venv --system-site-packages /app/.global\n"
      "exec /app/.global/bin/pip install \"$@\"");
  for (const auto& [name, version] : packages.items()) {
    const std::string constraint = constraint_of(version);
    const bool is_version = !is_any(constraint) && std::isdigit(static_cast<unsigned char>(constraint.front())) != 0;
    command.push_back(is_any(constraint) ? name : fmt::format("{}{}{}", name, is_version ? "==" : "", constraint));
  }
  return command;
}

Command php_command(const Json& packages) {
  Json project = packages.contains("require") ? packages : Json{{"require", packages}};
  project["config"]["bin-dir"] = "../bin";
  Command command = script(
      "mkdir -p /app/.global/php\n"
      "cd /app/.global/php\n"
      "printf %s \"$1\" > composer.json\n"
      "exec composer --no-ansi --no-interaction install --no-progress --prefer-dist --optimize-autoloader");
  command.push_back(project.dump());
  return command;
}

// A word that Ruby reads as this very text.
std::string ruby_text(const std::string& text) {
  std::string quoted = "'";
  for (const char c : text) quoted += (c == '\'' || c == '\\') ? std::string("\\") + c : std::string(1, c);
  return quoted + "'";
}

Command ruby_command(const Json& packages) {
  std::string gems = "source 'https://rubygems.org'\n";
  for (const auto& [name, version] : packages.items()) {
    const std::string constraint = constraint_of(version);
    gems += fmt::format("gem {}, {}\n", ruby_text(name), ruby_text(is_any(constraint) ? ">= 0" : constraint));
  }
  Command command = script(
      "mkdir -p /app/.global/ruby /app/.global/bin\n"
      "cd /app/.global/ruby\n"
      "printf %s \"$1\" > Gemfile\n"
      "bundle config set --local path gems\n"
      "bundle install\n"
      "exec bundle binstubs --all --path /app/.global/bin");
  command.push_back(gems);
  return command;
}

// What the log calls the packages.
std::vector<std::string> names_of(const Json& packages) {
  std::vector<std::string> names;
  const Json& listed = packages.contains("require") ? packages.at("require") : packages;
  for (const auto& [name, version] : listed.items()) names.push_back(name);
  return names;
}

}  // namespace

void InstallDependencies::run(OutputSink& output, const std::stop_token& stop) const {
  if (dependencies.empty()) return;
  output.line("  Installing build dependencies...");
  for (const auto& [language, packages] : dependencies) {
    if (packages.empty()) continue;
    output.line(fmt::format("    Installing {} build dependencies: {}", language, fmt::join(names_of(packages), ", ")));
    const ExitStatus status = container.run(install_command(language, packages), environment, output, stop);
    if (!status.success()) {
      throw UserError(
          fmt::format("Installing {} build dependencies failed with {}. Aborted build.", language, status.describe()));
    }
  }
  output.line();
}

Command install_command(const std::string& language, const Json& packages) {
  if (language == "nodejs") return nodejs_command(packages);
  if (language == "python3" || language == "python") return python_command(packages);
  if (language == "php") return php_command(packages);
  if (language == "ruby") return ruby_command(packages);
  throw UserError("Dependencies of " + language + " cannot be installed. Aborted build.");
}

}  // namespace penstock
