// git's pre-receive and post-receive hook: relays the push to penstockd and its answer to the pusher.

#include "base/error.h"
#include "base/handle.h"
#include "base/unix_socket.h"
#include "hooks/git/push_message.h"
#include "hooks/git/relay.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <iostream>

namespace penstock {
namespace {

int run_hook(const std::string& event) {
  const char* path = std::getenv("PENSTOCK_HOOK_SOCKET");
  if (path == nullptr) throw Error("this repository takes pushes through penstockd only");
  const Fd socket = connect_unix(path);
  const std::string message = push_message(event, std::cin);
  for (std::string_view left = message; !left.empty();) {
    const ssize_t sent = ::send(socket.get(), left.data(), left.size(), MSG_NOSIGNAL);
    if (sent < 0) throw SystemError("talk to penstockd");
    left.remove_prefix(static_cast<std::size_t>(sent));
  }
  if (const std::optional<int> status = relay(socket.get(), STDERR_FILENO)) return *status;
  throw Error(event == "pre-receive" ? "penstockd went away: nothing was changed, push again"
                                     : "penstockd went away: the push is accepted and deployed once it is back");
}

}  // namespace
}  // namespace penstock

int main(int, char** argv) {
  try {
    return penstock::run_hook(std::filesystem::path(argv[0]).filename());
  } catch (const std::exception& error) {
    std::cerr << "penstock: " << error.what() << std::endl;
    return EXIT_FAILURE;
  }
}
