#include "fuzz/fake_client.h"

#include "fuzz/strict_http.h"

#include <sys/socket.h>

#include <algorithm>

namespace penstock::fuzz {
namespace {

// Rounds of the loop: on local sockets everything that can happen happens within a few.
constexpr int kQuietRounds = 12;

std::size_t occurrences(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

bool without_body(int status) {
  return status < 200 || status == 204 || status == 304;
}

}  // namespace

FakeClient::FakeClient(router::EventLoop& loop, Fd fd, Script script)
    : loop_(loop), fd_(std::move(fd)), script_(std::move(script)) {
  loop_.add(fd_.get(), EPOLLIN, *this);
  loop_.post([this] { tick(); });
}

FakeClient::~FakeClient() {
  loop_.remove(fd_.get());
}

void FakeClient::on_events(std::uint32_t /*events*/) {
  const std::span<char> scratch = loop_.scratch();
  const ssize_t got = ::recv(fd_.get(), scratch.data(), scratch.size(), 0);
  if (got <= 0) return;
  received_.append(scratch.data(), static_cast<std::size_t>(got));
  quiet_rounds_ = 0;
}

void FakeClient::tick() {
  if (++quiet_rounds_ > kQuietRounds) return loop_.stop();
  send_piece();
  loop_.post([this] { tick(); });
}

void FakeClient::send_piece() {
  const std::size_t size = std::min(script_.piece, script_.bytes.size() - sent_);
  if (size == 0) return;
  const ssize_t took = ::send(fd_.get(), script_.bytes.data() + sent_, size, MSG_NOSIGNAL);
  if (took <= 0) return;
  sent_ += static_cast<std::size_t>(took);
  quiet_rounds_ = 0;
}

void FakeClient::require_answers_in_order() const {
  if (script_.bytes.find("HEAD") != std::string::npos) return;  // what has a body cannot be told
  std::size_t answers = 0;
  std::string_view rest = received_;
  while (!rest.empty()) {
    const auto head = take_head(rest);
    if (!head) break;
    const int status = status_of(*head);
    if (status == 101) return;
    answers += status >= 200 ? 1 : 0;
    if (without_body(status)) continue;
    if (!head->chunked && !head->length) break;
    if (!take_body(*head, rest)) break;
  }
  require(answers <= occurrences(script_.bytes, "\r\n\r\n") + 1, "no more answers than requests", received_);
}

}  // namespace penstock::fuzz
