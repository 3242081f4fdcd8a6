#pragma once

#include "api/push_handler.h"
#include "base/handle.h"
#include "base/synchronized.h"

#include <sys/types.h>

#include <atomic>
#include <filesystem>
#include <list>
#include <optional>
#include <stop_token>
#include <thread>

namespace penstock {

// Listens on the socket that git's hooks connect to and hands each push to a PushHandler, on a thread of its own. Only
// root and `git_user` are heard. The protocol is in hooks/git/push_message.h.
class HookServer {
 public:
  // `handler` must outlive it.
  HookServer(const std::filesystem::path& socket, PushHandler& handler, std::optional<uid_t> git_user = std::nullopt);
  HookServer(const HookServer&) = delete;
  // Requests the handlers to stop and waits for them.
  ~HookServer();

 private:
  struct Session {
    Fd socket;  // outlives the thread
    std::jthread thread;
    std::atomic<bool> ended = false;
  };

  void accept_loop(const std::stop_token& stop);
  void start(Fd socket);
  void serve(const std::stop_token& stop, Session& session);
  void drop_ended();

  PushHandler& handler_;
  const std::optional<uid_t> git_user_;
  Fd listener_;
  Fd wake_;
  Synchronized<std::list<Session>> sessions_;
  std::jthread acceptor_;
};

}  // namespace penstock
