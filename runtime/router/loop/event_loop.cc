#include "runtime/router/loop/event_loop.h"

#include "base/error.h"

#include <sys/eventfd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace penstock::router {
namespace {

// A response of 64 KiB and its head at once.
constexpr std::size_t kScratchBytes = std::size_t{128} << 10;
// Few: what a round begins with is still in the processor's cache when the next goes on with it.
constexpr std::size_t kEventsPerRound = 64;

Milliseconds steady_now() {
  return std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now().time_since_epoch());
}

}  // namespace

EventLoop::EventLoop()
    : epoll_(::epoll_create1(EPOLL_CLOEXEC)),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)),
      now_(steady_now()),
      timers_(now_),
      scratch_(kScratchBytes) {
  if (!epoll_ || !wake_) throw SystemError("create an event loop");
  epoll_event event{};
  event.events = EPOLLIN;
  if (::epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, wake_.get(), &event) != 0) throw SystemError("watch an event");
}

bool EventLoop::control(int operation, int fd, std::uint32_t events, EventHandler& handler) noexcept {
  epoll_event event{};
  event.events = events;
  event.data.ptr = &handler;
  return ::epoll_ctl(epoll_.get(), operation, fd, &event) == 0;
}

void EventLoop::add(int fd, std::uint32_t events, EventHandler& handler) {
  if (!try_add(fd, events, handler)) throw SystemError("watch a file descriptor");
}

bool EventLoop::try_add(int fd, std::uint32_t events, EventHandler& handler) noexcept {
  return control(EPOLL_CTL_ADD, fd, events, handler);
}

bool EventLoop::modify(int fd, std::uint32_t events, EventHandler& handler) noexcept {
  return control(EPOLL_CTL_MOD, fd, events, handler);
}

void EventLoop::remove(int fd) {
  ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
}

void EventLoop::retire(std::unique_ptr<Retirable> object) {
  retired_.push_back(std::move(object));
}

void EventLoop::collect() {
  while (!retired_.empty()) {
    retired_.swap(collecting_);
    collecting_.clear();
  }
}

void EventLoop::wake() const {
  const std::uint64_t one = 1;
  (void)!::write(wake_.get(), &one, sizeof one);  // a full counter wakes as well
}

void EventLoop::post(std::function<void()> task) {
  inbox_.lock()->tasks.push_back(std::move(task));
  wake();
}

void EventLoop::stop() {
  inbox_.lock()->stop = true;
  wake();
}

bool EventLoop::run_tasks() {
  std::vector<std::function<void()>> tasks;
  bool go_on = true;
  {
    auto inbox = inbox_.lock();
    tasks.swap(inbox->tasks);
    go_on = !inbox->stop;
  }
  for (const auto& task : tasks) task();
  return go_on;
}

void EventLoop::wait_and_handle() {
  std::array<epoll_event, kEventsPerRound> events;
  const auto wait = timers_.wait(now_);
  const int longest = wait ? static_cast<int>(wait->count()) : -1;
  const int timeout = round_ends_.empty() ? longest : 0;
  const auto before = std::chrono::steady_clock::now();
  const int count = ::epoll_wait(epoll_.get(), events.data(), kEventsPerRound, timeout);
  if (count < 0 && errno != EINTR) throw SystemError("wait for events");
  const auto after = std::chrono::steady_clock::now();
  idle_ += after - before;
  now_ = std::chrono::duration_cast<Milliseconds>(after.time_since_epoch());
  timers_.set_now(now_);
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    if (event.data.ptr != nullptr) {
      static_cast<EventHandler*>(event.data.ptr)->on_events(event.events);
      continue;
    }
    std::uint64_t ignored = 0;
    (void)!::read(wake_.get(), &ignored, sizeof ignored);
  }
  timers_.advance(now_);
}

void EventLoop::forget(RoundEndHandler& handler) {
  std::replace(round_ends_.begin(), round_ends_.end(), &handler, static_cast<RoundEndHandler*>(nullptr));
  std::replace(ending_.begin(), ending_.end(), &handler, static_cast<RoundEndHandler*>(nullptr));
}

// What is added meanwhile belongs to the next round.
void EventLoop::end_round() {
  ending_.swap(round_ends_);
  for (RoundEndHandler* const& handler : ending_) {
    if (handler != nullptr) handler->on_round_end();
  }
  ending_.clear();
}

void EventLoop::run() {
  while (run_tasks()) {
    wait_and_handle();
    end_round();
    collect();
  }
}

}  // namespace penstock::router
