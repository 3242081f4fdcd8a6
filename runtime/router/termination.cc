#include "runtime/router/termination.h"

#include "base/error.h"

#include <sys/signalfd.h>

#include <csignal>

namespace penstock::router {

Termination::Termination(EventLoop& loop, std::function<void()> action) : loop_(loop), action_(std::move(action)) {
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGTERM);
  ::sigaddset(&signals, SIGINT);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  fd_.reset(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd_) throw SystemError("watch signals");
  loop_.add(fd_.get(), EPOLLIN, *this);
}

Termination::~Termination() {
  loop_.remove(fd_.get());
}

void Termination::on_events(std::uint32_t /*events*/) {
  signalfd_siginfo info{};
  while (::read(fd_.get(), &info, sizeof info) == sizeof info) action_();
}

}  // namespace penstock::router
