#include "base/error.h"
#include "base/log.h"
#include "runtime/router/options.h"
#include "runtime/router/privileges.h"
#include "runtime/router/router.h"
#include "runtime/router/signals.h"
#include "runtime/router/upgrade/successor.h"

#include <csignal>
#include <cstdio>
#include <exception>

namespace {

using namespace penstock;

void serve(const std::vector<std::string>& command) {
  const router::Settings settings = router::parse_options({command.begin() + 1, command.end()});
  set_log_level(settings.log_level);
  std::signal(SIGPIPE, SIG_IGN);  // of sendfile(), which has no flag against it
  router::raise_file_limit();
  router::Router router(settings);
  router::Successor successor(router.loop(), command);
  const auto stop = [&] { router.stop(); };
  const router::Signals signals(router.loop(),
                                {{SIGTERM, stop}, {SIGINT, stop}, {SIGUSR2, [&] { successor.start(); }}});
  router::become_user(settings.user, settings.state_dir);
  router.run(router::announce_main_process);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    serve({argv, argv + argc});
    return 0;
  } catch (const UserError& error) {
    std::fprintf(stderr, "penstock-router: %s\n\n%s", error.what(), router::kUsage);
    return 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "penstock-router: %s\n", error.what());
    return 1;
  }
}
