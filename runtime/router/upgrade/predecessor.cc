#include "runtime/router/upgrade/predecessor.h"

#include "base/log.h"

#include <nlohmann/json.hpp>

#include <fcntl.h>

#include <utility>

namespace penstock::router {
namespace {

constexpr Milliseconds kPatience{3000};

Fd without_blocking(Fd fd) {
  ::fcntl(fd.get(), F_SETFL, O_NONBLOCK);
  return fd;
}

}  // namespace

Predecessor::Predecessor(EventLoop& loop, Fd connection, std::function<void(const Json&)> farewell)
    : loop_(loop),
      farewell_(std::move(farewell)),
      patience_(loop.timers(),
                [this] {
                  log_of("router")->error("the former router does not answer: it is told nothing more");
                  lose();
                }),
      stream_(loop, without_blocking(std::move(connection)), *this) {}

Predecessor::~Predecessor() = default;

void Predecessor::ask(const Json& request, Answered answered) {
  if (gone()) return answered(nullptr);
  awaited_.push_back(std::move(answered));
  patience_.arm(kPatience);
  stream_.send(request.dump() + "\n");
}

void Predecessor::drain(const Json& request, Answered done) {
  const std::uint64_t id = ++last_drain_;
  drains_.emplace(id, std::move(done));
  Json begin = request;
  begin["op"] = "begin-drain";
  begin["id"] = id;
  ask(begin, [this, id](const Json& answer) {
    if (!answer.is_object() || !answer.value("ok", false)) end_drain(id, nullptr);
  });
}

void Predecessor::end_drain(std::uint64_t id, const Json& answer) {
  const auto drain = drains_.extract(id);
  if (drain) drain.mapped()(answer);
}

void Predecessor::on_events(std::uint32_t events) {
  if (gone()) return;
  if ((events & EPOLLOUT) != 0) stream_.flush();
  const Stream::Received received = stream_.receive(loop_.scratch());
  received_.append(received.bytes);
  for (std::size_t end = received_.find('\n'); end != std::string::npos && !gone(); end = received_.find('\n')) {
    const std::string line = received_.substr(0, end);
    received_.erase(0, end + 1);
    take_line(line);
  }
  if (!gone() && (received.ended || stream_.broken())) lose();
}

void Predecessor::take_line(const std::string& line) {
  const Json message = Json::parse(line, nullptr, false);
  if (message.is_object() && message.contains("farewell")) {
    farewell_(message["farewell"]);
    return lose();
  }
  if (message.is_object() && message.contains("drained")) {
    return end_drain(message["drained"].get<std::uint64_t>(), message);
  }
  if (awaited_.empty()) return;
  const Answered answered = std::move(awaited_.front());
  awaited_.pop_front();
  if (awaited_.empty()) patience_.cancel();
  answered(message);
}

void Predecessor::lose() {
  stream_.close();
  patience_.cancel();
  for (const Answered& answered : std::exchange(awaited_, {})) answered(nullptr);
  for (const auto& [id, done] : std::exchange(drains_, {})) done(nullptr);
}

}  // namespace penstock::router
