#include "runtime/router/upgrade/inheritance.h"

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"
#include "base/unix_socket.h"

#include <nlohmann/json.hpp>

#include <sys/socket.h>
#include <sys/time.h>

namespace penstock::router {
namespace {

constexpr timeval kPatience{.tv_sec = 10, .tv_usec = 0};

std::string receive_line(int socket, std::vector<Fd>& fds) {
  std::string line;
  while (!line.ends_with('\n')) {
    const std::string bytes = receive_with_fds(socket, fds);
    if (bytes.empty()) throw Error("cannot take over: the router that runs closed the connection");
    line += bytes;
  }
  return line;
}

}  // namespace

std::optional<Inheritance> claim_inheritance(const std::filesystem::path& control) {
  Inheritance inheritance;
  try {
    inheritance.connection = connect_unix(control);
  } catch (const SystemError&) {
    return std::nullopt;
  }
  const int socket = inheritance.connection.get();
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &kPatience, sizeof kPatience);
  write_all(socket, "{\"op\":\"take-over\"}\n");
  std::vector<Fd> fds;
  const Json answer = Json::parse(receive_line(socket, fds), nullptr, false);
  if (!answer.is_object() || !answer.value("ok", false)) {
    throw Error("cannot take over: " + (answer.is_object() ? answer.value("error", "it refused") : "no valid answer"));
  }
  const Json uses = answer.value("sockets", Json::array());
  if (uses.size() != fds.size()) throw Error("cannot take over: not every socket arrived");
  for (std::size_t i = 0; i < fds.size(); ++i) inheritance.sockets[uses[i]].push_back(std::move(fds[i]));
  return inheritance;
}

}  // namespace penstock::router
