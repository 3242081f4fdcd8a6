#include "container/exit_watch.h"

#include "base/error.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>

#include <utility>

namespace penstock {
namespace {

constexpr std::uint64_t kWake = 0;

void watch(const Fd& epoll, const Fd& file, std::uint64_t number) {
  epoll_event event{};
  event.events = EPOLLIN;
  event.data.u64 = number;
  if (::epoll_ctl(epoll.get(), EPOLL_CTL_ADD, file.get(), &event) != 0) throw SystemError("watch a process");
}

}  // namespace

ExitWatch::ExitWatch() : epoll_(::epoll_create1(EPOLL_CLOEXEC)), wake_(::eventfd(0, EFD_CLOEXEC)) {
  if (!epoll_ || !wake_) throw SystemError("watch processes");
  watch(epoll_, wake_, kWake);
  thread_ = std::thread([this] { work(); });
}

ExitWatch::~ExitWatch() {
  state_.lock()->closing = true;
  ::eventfd_write(wake_.get(), 1);
  thread_.join();
}

void ExitWatch::listen(Listener listener) {
  *listener_.lock() = std::move(listener);
}

void ExitWatch::add(const std::string& id, Fd process, Fd monitor) {
  drop(id);
  // Readable, as the descriptor of a process that has ended.
  if (!process) process.reset(::eventfd(1, EFD_CLOEXEC));
  if (!monitor) monitor.reset(::eventfd(1, EFD_CLOEXEC));
  auto state = state_.lock();
  const std::uint64_t number = ++state->last_number;
  watch(epoll_, process, number);
  watch(epoll_, monitor, number);
  state->containers.emplace(number, Watched{id, std::move(process), std::move(monitor)});
}

void ExitWatch::drop(const std::string& id) {
  std::erase_if(state_.lock()->containers, [&](const auto& entry) { return entry.second.id == id; });
}

void ExitWatch::work() {
  while (true) {
    epoll_event event{};
    const int got = ::epoll_wait(epoll_.get(), &event, 1, -1);
    if (got < 1) continue;
    if (state_.lock()->closing) return;
    const std::string ended = take(event.data.u64);
    if (ended.empty()) continue;
    auto listener = listener_.lock();
    if (*listener) (*listener)(ended);
  }
}

std::string ExitWatch::take(std::uint64_t number) {
  auto state = state_.lock();
  auto ended = state->containers.extract(number);
  return ended.empty() ? "" : ended.mapped().id;
}

}  // namespace penstock
