#include "runtime/router/signals.h"

#include "base/error.h"

#include <sys/signalfd.h>

#include <csignal>

namespace penstock::router {

Signals::Signals(EventLoop& loop, Actions actions) : loop_(loop), actions_(std::move(actions)) {
  sigset_t signals;
  ::sigemptyset(&signals);
  for (const auto& [signal, action] : actions_) ::sigaddset(&signals, signal);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  fd_.reset(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!fd_) throw SystemError("watch signals");
  loop_.add(fd_.get(), EPOLLIN, *this);
}

Signals::~Signals() {
  loop_.remove(fd_.get());
}

void Signals::on_events(std::uint32_t /*events*/) {
  signalfd_siginfo info{};
  while (::read(fd_.get(), &info, sizeof info) == sizeof info) actions_.at(static_cast<int>(info.ssi_signo))();
}

}  // namespace penstock::router
