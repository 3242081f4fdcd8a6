#include "api/hook_server.h"

#include "api/frame_sink.h"
#include "base/error.h"
#include "base/json.h"
#include "base/log.h"
#include "base/unix_socket.h"

#include <nlohmann/json.hpp>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

namespace penstock {
namespace {

constexpr std::size_t kLongestRequest = std::size_t{16} << 20;

struct HookCall {
  bool before = false;  // pre-receive
  PushRequest request;
};

HookCall parse(const std::string& line) {
  const Json json = Json::parse(line);
  HookCall call{.before = json.at("hook") == "pre-receive",
                .request = {.push = json.at("push"), .project = json.at("project"), .user = json.at("user")}};
  call.request.quarantine = git::Quarantine::of(json.at("objects"), json.at("alternates"));
  call.request.options = json.at("options").get<std::vector<std::string>>();
  for (const Json& update : json.at("updates")) {
    call.request.updates.push_back({.ref = update.at("ref"), .old_id = update.at("old"), .new_id = update.at("new")});
  }
  return call;
}

// The hook's exit status.
int answer(PushHandler& handler, const HookCall& call, OutputSink& out, const std::stop_token& stop) {
  try {
    if (call.before) return handler.pre_receive(call.request, out, stop) == PushVerdict::Accept ? 0 : 1;
    handler.post_receive(call.request, out, stop);
    return 0;
  } catch (const UserError& error) {
    out.line(error.what());
  } catch (const std::exception& error) {
    log_of("api")->error("push failed push={} project={} error={}", call.request.push, call.request.project,
                         error.what());
    out.line(error.what());
  }
  return 1;
}

}  // namespace

HookServer::HookServer(const std::filesystem::path& socket, PushHandler& handler, std::optional<uid_t> git_user)
    : handler_(handler),
      git_user_(git_user),
      listener_(listen_unix(socket, 0666)),
      wake_(::eventfd(0, EFD_CLOEXEC)),
      acceptor_([this](const std::stop_token& stop) { accept_loop(stop); }) {}

HookServer::~HookServer() {
  acceptor_.request_stop();
  ::eventfd_write(wake_.get(), 1);
  acceptor_.join();
  std::list<Session> left;
  left.swap(*sessions_.lock());
  for (Session& session : left) {
    session.thread.request_stop();
    // Ends the wait for a request that has not come yet; answers still go out.
    ::shutdown(session.socket.get(), SHUT_RD);
  }
}

void HookServer::accept_loop(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    std::array<pollfd, 2> polled{pollfd{listener_.get(), POLLIN, 0}, pollfd{wake_.get(), POLLIN, 0}};
    if (::poll(polled.data(), polled.size(), -1) < 0 || polled[0].revents == 0) continue;
    Fd socket(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!socket) continue;
    try {
      drop_ended();
      start(std::move(socket));
    } catch (const std::exception& error) {
      log_of("api")->error("hook not served error={}", error.what());
    }
  }
}

void HookServer::start(Fd socket) {
  const uid_t peer = peer_uid(socket.get());
  if (peer != 0 && peer != git_user_) {
    log_of("api")->warn("hook refused uid={}", peer);
    return;
  }
  auto sessions = sessions_.lock();
  Session& session = sessions->emplace_back();
  session.socket = std::move(socket);
  session.thread = std::jthread([this, &session](const std::stop_token& token) { serve(token, session); });
}

void HookServer::serve(const std::stop_token& stop, Session& session) {
  try {
    LineReader reader(session.socket.get(), kLongestRequest);
    if (const std::optional<std::string> line = reader.next()) {
      FrameSink out(session.socket.get());
      out.finish(answer(handler_, parse(*line), out, stop), stop);
    }
  } catch (const std::exception& error) {
    log_of("api")->error("hook ended error={}", error.what());
  }
  session.ended = true;
}

void HookServer::drop_ended() {
  sessions_.lock()->remove_if([](const Session& session) { return session.ended.load(); });
}

}  // namespace penstock
