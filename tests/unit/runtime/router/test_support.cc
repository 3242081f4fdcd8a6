#include "unit/runtime/router/test_support.h"

#include "base/error.h"
#include "base/unix_socket.h"
#include "runtime/router/http/fields.h"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>

#include <csignal>

namespace penstock::router::test {
namespace {

constexpr int kPatienceMs = 10'000;

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

}  // namespace

Client::Client(int port) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  const sockaddr_in address = loopback(port);
  if (::connect(fd_.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    throw SystemError("connect");
  }
}

Client& Client::send(const std::string& bytes) {
  std::size_t sent = 0;
  while (sent < bytes.size()) {
    const ssize_t took = transmit(bytes.data() + sent, bytes.size() - sent);
    if (took <= 0) break;
    sent += static_cast<std::size_t>(took);
  }
  return *this;
}

ssize_t Client::receive(char* into, std::size_t size) {
  pollfd poll{fd_.get(), POLLIN, 0};
  if (::poll(&poll, 1, kPatienceMs) <= 0) throw Error("cannot read: nothing came in time after: " + buffer_);
  return ::recv(fd_.get(), into, size, 0);
}

ssize_t Client::transmit(const char* bytes, std::size_t size) {
  return ::send(fd_.get(), bytes, size, MSG_NOSIGNAL);
}

bool Client::fill() {
  std::string chunk(65'536, '\0');
  const ssize_t got = receive(chunk.data(), chunk.size());
  if (got <= 0) return false;
  buffer_.append(chunk, 0, static_cast<std::size_t>(got));
  return true;
}

std::string Client::read_until(const std::string& text) {
  while (buffer_.find(text) == std::string::npos) {
    if (!fill()) return std::exchange(buffer_, {});
  }
  const std::size_t end = buffer_.find(text) + text.size();
  std::string result = buffer_.substr(0, end);
  buffer_.erase(0, end);
  return result;
}

std::string Client::read_bytes(std::size_t count) {
  while (buffer_.size() < count && fill()) {
  }
  std::string result = buffer_.substr(0, count);
  buffer_.erase(0, count);
  return result;
}

std::string Client::read_to_end() {
  while (fill()) {
  }
  return std::exchange(buffer_, {});
}

std::string Client::read_some() {
  if (buffer_.empty()) fill();
  return std::exchange(buffer_, {});
}

bool Client::closed_by_peer() {
  return buffer_.empty() && !fill();
}

std::string Client::read_message(bool head_only) {
  std::string message = read_until("\r\n\r\n");
  if (head_only || !message.ends_with("\r\n\r\n")) return message;
  FieldList fields;
  parse_fields(std::string_view(message).substr(message.find("\r\n") + 2, message.size() - message.find("\r\n") - 4),
               fields);
  const std::string length(fields.find(FieldName::ContentLength));
  const bool chunked = !fields.find(FieldName::TransferEncoding).empty();
  const bool response = message.starts_with("HTTP/");
  if (!length.empty()) return message + read_bytes(std::stoul(length));
  if (chunked) return message + read_until("0\r\n\r\n");
  return response && status_of(message) >= 200 && status_of(message) != 304 ? message + read_to_end() : message;
}

std::string get(int port, const std::string& host, const std::string& path, const std::string& fields) {
  return Client(port)
      .send("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n" + fields + "\r\n")
      .read_to_end();
}

int status_of(const std::string& response) {
  return response.size() < 12 ? 0 : std::stoi(response.substr(9, 3));
}

std::string body_of(const std::string& response) {
  const std::size_t end = response.find("\r\n\r\n");
  return end == std::string::npos ? "" : response.substr(end + 4);
}

Upstream::Upstream(Serve serve)
    : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), serve_(std::move(serve)) {
  sockaddr_in address = loopback(0);
  socklen_t length = sizeof address;
  if (::bind(listener_.get(), reinterpret_cast<const sockaddr*>(&address), length) != 0 ||
      ::listen(listener_.get(), SOMAXCONN) != 0 ||
      ::getsockname(listener_.get(), reinterpret_cast<sockaddr*>(&address), &length) != 0) {
    throw SystemError("listen");
  }
  port_ = ntohs(address.sin_port);
  acceptor_ = std::jthread([this] { accept_all(); });
}

void Upstream::accept_all() {
  while (true) {
    Fd fd(::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!fd) return;
    ++connections_;
    open_.lock()->push_back(fd.get());
    sessions_.emplace_back([this, client = std::make_shared<Client>(std::move(fd))] {
      try {
        serve_(*client);
      } catch (const Error&) {
        // The test ended first.
      }
      auto open = open_.lock();
      std::erase(*open, client->fd());
      client->close();
    });
  }
}

void Upstream::hang_up() {
  ::shutdown(listener_.get(), SHUT_RDWR);
  if (acceptor_.joinable()) acceptor_.join();
  auto open = open_.lock();
  for (const int fd : *open) ::shutdown(fd, SHUT_RDWR);
}

Upstream::~Upstream() {
  hang_up();
}

std::unique_ptr<Upstream> Upstream::answering(std::function<std::string(const std::string&)> answer) {
  return std::make_unique<Upstream>([answer = std::move(answer)](Client& client) {
    for (std::string request = client.read_message(); !request.empty(); request = client.read_message()) {
      client.send(answer(request));
    }
  });
}

std::string ok(const std::string& body, const std::string& fields) {
  return "HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + fields + "\r\n" + body;
}

RunningRouter::RunningRouter(Settings settings)
    : control_(settings.control.empty() ? directory_.path() / "control" : settings.control) {
  std::signal(SIGPIPE, SIG_IGN);  // as the program does
  if (settings.listen.empty()) settings.listen = {"127.0.0.1:0"};
  settings.control = control_;
  if (settings.state_dir.empty()) settings.state_dir = directory_.path() / "state";
  router_ = std::make_unique<Router>(std::move(settings));
  port_ = router_->ports().front();
  tls_port_ = router_->ports().back();
  thread_ = std::jthread([this] {
    router_->run();
    ended_ = true;
  });
}

RunningRouter::~RunningRouter() {
  stop();
}

void RunningRouter::stop() {
  if (!thread_.joinable()) return;
  router_->stop();
  thread_.join();
  router_.reset();
}

Json RunningRouter::control(const Json& request) {
  Client client(connect_unix(control_));
  client.send(request.dump() + "\n");
  return Json::parse(client.read_until("\n"));
}

Json environment(const std::string& host, const std::vector<std::string>& addresses) {
  return {{"id", "env"},
          {"routes",
           {{{"url", "https://" + host + "/"},
             {"type", "upstream"},
             {"upstream", "app"},
             {"original_url", "https://{default}/"}}}},
          {"upstreams", {{"app", {{"addresses", addresses}}}}}};
}

Json RunningRouter::serve(const std::string& host, const std::vector<std::string>& addresses, const Json& more) {
  Json entry = environment(host, addresses);
  entry.merge_patch(more);
  return control({{"op", "put"}, {"environment", entry}});
}

Json RunningRouter::report(const std::string& environment) {
  return control({{"op", "report"}, {"environment", environment}})["report"];
}

}  // namespace penstock::router::test
