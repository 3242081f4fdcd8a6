#include "base/error.h"
#include "base/log.h"
#include "runtime/router/options.h"
#include "runtime/router/privileges.h"
#include "runtime/router/router.h"
#include "runtime/router/termination.h"

#include <csignal>
#include <cstdio>
#include <exception>

namespace {

using namespace penstock;

void serve(const router::Settings& settings) {
  set_log_level(settings.log_level);
  std::signal(SIGPIPE, SIG_IGN);  // of sendfile(), which has no flag against it
  router::raise_file_limit();
  router::Router router(settings);
  const router::Termination termination(router.loop(), [&] { router.stop(); });
  router::become_user(settings.user, settings.state_dir);
  router.run();
}

}  // namespace

int main(int argc, char** argv) {
  try {
    serve(router::parse_options({argv + 1, argv + argc}));
    return 0;
  } catch (const UserError& error) {
    std::fprintf(stderr, "penstock-router: %s\n\n%s", error.what(), router::kUsage);
    return 2;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "penstock-router: %s\n", error.what());
    return 1;
  }
}
