// penstockd: the control plane of Penstock.
#include "base/error.h"
#include "base/log.h"
#include "daemon/commands.h"
#include "daemon/daemon.h"

#include <fmt/format.h>

#include <csignal>
#include <iostream>

namespace penstock {
namespace {

constexpr const char* kUsage = R"(Usage: penstockd [--settings FILE] [COMMAND]

Without a command: serve, until SIGTERM or SIGINT.

  token:create NAME     print a new API token
  token:list            print the API tokens there are: id, time, name
  token:delete ID       end an API token, with every session that began with it
  image:pull TYPE...    make base images before a push needs them: nodejs:18

  --settings FILE       default: /etc/penstock/penstockd.json
)";

// Blocks the signals in this thread and all that it begins later, so that only wait_for_stop() gets them.
sigset_t block_stop_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
  return signals;
}

int serve(const Settings& settings) {
  const sigset_t signals = block_stop_signals();
  const Daemon daemon(settings);
  int signal = 0;
  sigwait(&signals, &signal);
  return 0;
}

int run(std::vector<std::string> arguments) {
  std::filesystem::path file = "/etc/penstock/penstockd.json";
  if (arguments.size() >= 2 && arguments[0] == "--settings") {
    file = arguments[1];
    arguments.erase(arguments.begin(), arguments.begin() + 2);
  }
  if (!arguments.empty() && (arguments[0] == "--help" || arguments[0] == "-h")) {
    std::cout << kUsage;
    return 0;
  }
  const Settings settings = Settings::load(file);
  set_log_level(settings.log_level);
  if (arguments.empty()) return serve(settings);
  const std::vector<std::string> rest(arguments.begin() + 1, arguments.end());
  if (arguments[0] == "token:create") return create_token(settings, rest);
  if (arguments[0] == "token:list") return list_tokens(settings);
  if (arguments[0] == "token:delete") return delete_token(settings, rest);
  if (arguments[0] == "image:pull") return pull_images(settings, rest);
  throw UserError(fmt::format("there is no command {}\n\n{}", arguments[0], kUsage));
}

}  // namespace
}  // namespace penstock

int main(int argc, char** argv) {
  try {
    return penstock::run({argv + 1, argv + argc});
  } catch (const std::exception& error) {
    std::cerr << "penstockd: " << error.what() << std::endl;
    return 1;
  }
}
