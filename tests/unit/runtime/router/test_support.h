// Real sockets for the tests of the router: a client, upstreams that answer as told, and a router on a port of its own.
#pragma once

#include "base/file.h"
#include "base/handle.h"
#include "base/json.h"
#include "runtime/router/router.h"

#include <nlohmann/json.hpp>

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <vector>

namespace penstock::router::test {

// A connection that speaks raw bytes. Reading waits, but not for ever.
class Client {
 public:
  explicit Client(int port);
  explicit Client(Fd fd) : fd_(std::move(fd)) {}
  Client(Client&&) = default;
  virtual ~Client() = default;

  Client& send(const std::string& bytes);
  // One whole response (or request) with a length, chunks, or until the end of the connection; "" when it just closed.
  std::string read_message(bool head_only = false);
  // Until `text` has been received.
  std::string read_until(const std::string& text);
  // Exactly `count` bytes.
  std::string read_bytes(std::size_t count);
  std::string read_to_end();
  // What comes next; "" at the end.
  std::string read_some();
  bool closed_by_peer();
  int fd() const { return fd_.get(); }
  void close() { fd_.reset(); }

 protected:
  // As ::recv and ::send.
  virtual ssize_t receive(char* into, std::size_t size);
  virtual ssize_t transmit(const char* bytes, std::size_t size);

 private:
  bool fill();

  Fd fd_;
  std::string buffer_;
};

// "GET path" of `host`, answered whole.
std::string get(int port, const std::string& host, const std::string& path, const std::string& fields = "");
int status_of(const std::string& response);
std::string body_of(const std::string& response);

// A server that runs `serve` for each connection, on a thread of its own.
class Upstream {
 public:
  using Serve = std::function<void(Client& client)>;
  explicit Upstream(Serve serve);
  // Answers every request of a connection with what `answer` says.
  static std::unique_ptr<Upstream> answering(std::function<std::string(const std::string& request)> answer);
  ~Upstream();

  std::string address() const { return "127.0.0.1:" + std::to_string(port_); }
  int connections() const { return connections_; }
  // Closes all connections and takes no more.
  void hang_up();

 private:
  void accept_all();

  Fd listener_;
  int port_ = 0;
  std::atomic<int> connections_ = 0;
  Serve serve_;
  Synchronized<std::vector<int>> open_;
  std::vector<std::jthread> sessions_;
  std::jthread acceptor_;
};

std::string ok(const std::string& body, const std::string& fields = "");

// A router that runs until the end of the test.
class RunningRouter {
 public:
  explicit RunningRouter(Settings settings = {});
  ~RunningRouter();

  int port() const { return port_; }
  // Where TLS is spoken, when the settings say so.
  int tls_port() const { return tls_port_; }
  int metrics_port() const { return router_->metrics_port(); }
  Json control(const Json& request);
  // Serves https://`host`/ from one address.
  Json serve(const std::string& host, const std::vector<std::string>& addresses, const Json& more = Json::object());
  Json report(const std::string& environment);
  void stop();
  // Nobody is left to be served, after a stop or because another router took over.
  bool ended() const { return ended_; }

  std::filesystem::path directory() const { return directory_.path(); }

 private:
  TemporaryDirectory directory_;
  std::filesystem::path control_;
  std::unique_ptr<Router> router_;
  int port_ = 0;
  int tls_port_ = 0;
  std::atomic<bool> ended_ = false;
  std::jthread thread_;
};

// An environment "env" that serves https://`host`/ from `addresses`.
Json environment(const std::string& host, const std::vector<std::string>& addresses);

}  // namespace penstock::router::test
