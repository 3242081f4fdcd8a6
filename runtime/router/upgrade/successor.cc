#include "runtime/router/upgrade/successor.h"

#include "base/error.h"
#include "base/log.h"

#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

namespace penstock::router {
namespace {

const std::string kTakeOver = "--take-over";

// What the path of our program names then, wherever we are.
std::string absolute(const std::string& program) {
  return program.find('/') == std::string::npos ? program : std::filesystem::absolute(program).string();
}

}  // namespace

Successor::Successor(EventLoop& loop, std::vector<std::string> command) : loop_(loop), command_(std::move(command)) {
  command_.front() = absolute(command_.front());
  if (std::find(command_.begin(), command_.end(), kTakeOver) == command_.end()) command_.push_back(kTakeOver);
}

Successor::~Successor() {
  if (process_) loop_.remove(process_->pidfd());
}

void Successor::start() {
  if (process_) return;
  try {
    process_.emplace(ProcessOptions{.argv = command_,
                                    .environment = {},
                                    .directory = {},
                                    .user = {},
                                    .stdout_fd = STDOUT_FILENO,
                                    .stderr_fd = STDERR_FILENO,
                                    .inherited_fds = {},
                                    .keep_running = true});
    loop_.add(process_->pidfd(), EPOLLIN, *this);
    log_of("router")->info("started a new router to take over: pid={}", process_->pid());
  } catch (const SystemError& error) {
    log_of("router")->error("cannot start a new router: {}", error.what());
  }
}

void Successor::on_events(std::uint32_t /*events*/) {
  loop_.remove(process_->pidfd());
  log_of("router")->error("the new router ended: {}", process_->wait().describe());
  process_.reset();
}

void announce_main_process() {
  const char* const path = std::getenv("NOTIFY_SOCKET");
  sockaddr_un address{};
  const std::string name = path == nullptr ? "" : path;
  if (name.empty() || name.size() >= sizeof address.sun_path) return;
  address.sun_family = AF_UNIX;
  name.copy(address.sun_path, name.size());
  if (name.front() == '@') address.sun_path[0] = '\0';  // in the abstract name space
  const Fd socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  const std::string message = "MAINPID=" + std::to_string(::getpid()) + "\nREADY=1";
  const auto length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + name.size());
  if (::sendto(socket.get(), message.data(), message.size(), MSG_NOSIGNAL, reinterpret_cast<const sockaddr*>(&address),
               length) < 0) {
    log_of("router")->warn("{}", SystemError("tell the service manager that the router serves").what());
  }
}

}  // namespace penstock::router
