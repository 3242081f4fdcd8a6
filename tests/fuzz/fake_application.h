// An application that judges what the router sends it.
#pragma once

#include "base/file.h"
#include "base/handle.h"
#include "runtime/router/loop/event_loop.h"

#include <list>
#include <string>

namespace penstock::fuzz {

// Made once; every run takes the connections of its own router.
class ListeningSocket {
 public:
  ListeningSocket();

  std::string address() const { return "unix:" + path_.string(); }
  int fd() const { return fd_.get(); }

 private:
  TemporaryDirectory directory_;
  std::filesystem::path path_;
  Fd fd_;
};

// Takes requests, each of which must be unambiguous and come alone, and answers each with the same bytes.
class FakeApplication final : public router::EventHandler {
 public:
  struct Answer {
    std::string bytes;
    bool close;  // after each answer
  };

  FakeApplication(router::EventLoop& loop, const ListeningSocket& socket, Answer answer);
  ~FakeApplication() override;

  void on_events(std::uint32_t events) override;

 private:
  class Connection;

  router::EventLoop& loop_;
  const ListeningSocket& socket_;
  Answer answer_;
  std::list<Connection> connections_;
};

}  // namespace penstock::fuzz
