#include "hooks/git/relay.h"

#include "base/json.h"
#include "base/unix_socket.h"

#include <nlohmann/json.hpp>

#include <unistd.h>

#include <cerrno>
#include <string>

namespace penstock {
namespace {

// Nobody may be listening any more; penstockd's work goes on all the same.
void write_text(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno != EINTR) return;
    if (written > 0) text.remove_prefix(static_cast<std::size_t>(written));
  }
}

}  // namespace

std::optional<int> relay(int socket, int out) {
  LineReader frames(socket);
  std::string pending;
  while (const std::optional<std::string> line = frames.next()) {
    const Json frame = Json::parse(*line);
    if (frame.contains("exit")) {
      write_text(out, pending.empty() ? "" : pending + "\n");
      return frame["exit"].get<int>();
    }
    pending += frame.at("text").get<std::string>();
    // git puts "remote: " before each line it gets and would mix an unfinished one with its own.
    const std::size_t whole = pending.find_last_of("\r\n") + 1;
    write_text(out, std::string_view(pending).substr(0, whole));
    pending.erase(0, whole);
  }
  return std::nullopt;
}

}  // namespace penstock
