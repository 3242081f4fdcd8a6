// Runs the deploy and post_deploy hooks of running applications.
#pragma once

#include "base/output_sink.h"
#include "base/process.h"
#include "hooks/lifecycle/variables.h"

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

namespace penstock {
class Engine;
}

namespace penstock::lifecycle {

// The arguments that run `script` in dash, as one script that stays itself in error messages ("dash: 1: …").
std::vector<std::string> hook_command(const std::string& script);
// The same after sourcing ./.environment, if there is one.
std::vector<std::string> runtime_hook_command(const std::string& script);

struct Hook {
  Engine& engine;
  std::string container;
  std::string script;
  Variables environment;
  std::filesystem::path log;    // appended to: a line with time and command, then all output; empty: none
  std::stop_token terminate{};  // a request sends it SIGTERM

  // Standard output and errors go to `output` and the log as they come. An empty script is a success that leaves no
  // trace. Throws Cancelled.
  ExitStatus run(OutputSink& output, std::stop_token stop = {}) const;
};

}  // namespace penstock::lifecycle
