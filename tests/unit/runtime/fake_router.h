#pragma once

#include "base/file.h"
#include "base/json.h"
#include "base/synchronized.h"
#include "base/unix_socket.h"

#include <nlohmann/json.hpp>

#include <sys/socket.h>

#include <functional>
#include <list>
#include <map>
#include <string>
#include <thread>
#include <vector>

namespace penstock::test {

// Speaks the router's control protocol and remembers what it was told, as the router would.
class FakeRouter {
 public:
  explicit FakeRouter(const std::filesystem::path& socket)
      : listener_(listen_unix(socket)), thread_([this] { accept(); }) {}
  ~FakeRouter() {
    ::shutdown(listener_.get(), SHUT_RDWR);
    thread_.join();
    for (Conversation& conversation : conversations_) ::shutdown(conversation.client.get(), SHUT_RDWR);
  }

  // Everything asked so far.
  std::vector<Json> requests() { return *requests_.lock(); }
  std::vector<std::string> operations() {
    std::vector<std::string> names;
    for (const Json& request : requests()) names.push_back(request.at("op"));
    return names;
  }
  std::map<std::string, Json> table() { return *table_.lock(); }
  // What to answer instead of {"ok": true}; null: the usual. Set before the first request.
  std::function<Json(const Json& request)> answer = [](const Json&) { return Json(); };

 private:
  struct Conversation {
    explicit Conversation(Fd with) : client(std::move(with)) {}

    Fd client;
    std::jthread thread;
  };

  void accept() {
    for (;;) {
      Fd client(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
      if (!client) return;
      Conversation& conversation = conversations_.emplace_back(std::move(client));
      conversation.thread = std::jthread([this, fd = conversation.client.get()] { converse(fd); });
    }
  }

  void converse(int client) {
    LineReader lines(client);
    while (const auto line = lines.next()) {
      const std::string reply = handle(Json::parse(*line)).dump() + "\n";
      ::send(client, reply.data(), reply.size(), MSG_NOSIGNAL);
    }
  }

  Json handle(const Json& request) {
    requests_.lock()->push_back(request);
    if (Json reply = answer(request); !reply.is_null()) return reply;
    auto table = table_.lock();
    const std::string op = request.at("op");
    if (op == "replace") {
      table->clear();
      for (const Json& entry : request.at("environments")) (*table)[entry.at("id")] = entry;
    }
    if (op == "put") (*table)[request.at("environment").at("id")] = request.at("environment");
    if (op == "remove") table->erase(request.at("environment"));
    if (op == "report") return {{"ok", true}, {"report", {{"held", 3}, {"released", 3}, {"longest_hold_ms", 412}}}};
    if (op == "drain") return {{"ok", true}, {"report", {{"finished", 3}, {"closed", 1}, {"cut", 0}}}};
    return {{"ok", true}};
  }

  Fd listener_;
  std::list<Conversation> conversations_;  // all there were; of thread_ while it runs
  Synchronized<std::vector<Json>> requests_;
  Synchronized<std::map<std::string, Json>> table_;
  std::thread thread_;
};

}  // namespace penstock::test
