#include "api/frame_sink.h"

#include "base/json.h"

#include <nlohmann/json.hpp>

#include <sys/socket.h>

#include <cerrno>
#include <chrono>
#include <utility>

namespace penstock {
namespace {

constexpr std::size_t kMostPending = std::size_t{1} << 20;
constexpr std::string_view kLeftOut = "\n[output left out: it came faster than it was taken]\n";
constexpr std::chrono::seconds kGrace{1};  // for the last words once we have to stop

std::string frame(const Json& content) {
  return content.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

bool send_all(int socket, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

}  // namespace

FrameSink::FrameSink(int socket) : socket_(socket), sender_([this](const std::stop_token& stop) { send_loop(stop); }) {}

FrameSink::~FrameSink() {
  sender_.request_stop();
  ::shutdown(socket_, SHUT_RDWR);
}

void FrameSink::write(std::string_view text) {
  {
    auto state = state_.lock();
    if (state->done || state->left_out) return;
    state->left_out = state->pending.size() + text.size() > kMostPending;
    state->pending += state->left_out ? kLeftOut : text;
  }
  changed_.notify_all();
}

void FrameSink::finish(int exit_code, std::stop_token stop) {
  {
    auto state = state_.lock();
    state->exit_code = exit_code;
  }
  changed_.notify_all();
  auto state = state_.lock();
  const auto done = [&] { return state->done; };
  if (!changed_.wait(state.unique_lock(), std::move(stop), done)) {
    changed_.wait_for(state.unique_lock(), kGrace, done);
  }
}

void FrameSink::send_loop(const std::stop_token& stop) {
  bool more = true;
  while (more) {
    std::string bytes;
    {
      auto state = state_.lock();
      const auto something = [&] { return !state->pending.empty() || state->exit_code; };
      if (!changed_.wait(state.unique_lock(), stop, something)) return;
      if (!state->pending.empty()) bytes = frame({{"text", std::exchange(state->pending, {})}});
      if (state->exit_code) bytes += frame({{"exit", *state->exit_code}});
      more = !state->exit_code;
      state->left_out = false;
    }
    more = send_all(socket_, bytes) && more;
  }
  state_.lock()->done = true;
  changed_.notify_all();
}

}  // namespace penstock
