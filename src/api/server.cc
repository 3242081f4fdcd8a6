#include "api/server.h"

#include "base/error.h"
#include "base/log.h"
#include "client/url.h"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPRequestHandler.h>
#include <Poco/Net/HTTPRequestHandlerFactory.h>
#include <Poco/Net/HTTPServer.h>
#include <Poco/Net/HTTPServerRequestImpl.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/ThreadPool.h>
#include <Poco/URI.h>
#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace penstock::api {
namespace {

constexpr int kThreads = 256;  // a followed log and a push hold one each
constexpr int kQueued = 1024;

// Empty when there is more than `limit`.
std::optional<std::string> read_body(std::istream& stream, std::size_t limit) {
  std::string body(limit + 1, '\0');
  stream.read(body.data(), static_cast<std::streamsize>(body.size()));
  body.resize(static_cast<std::size_t>(stream.gcount()));
  if (body.size() > limit) return std::nullopt;
  return body;
}

Request translate(const Poco::Net::HTTPServerRequest& source) {
  Request request;
  request.method = source.getMethod();
  const std::string& uri = source.getURI();
  request.path = uri.substr(0, uri.find('?'));
  for (const auto& [name, value] : Poco::URI(uri).getQueryParameters()) request.query.emplace(name, value);
  for (const auto& [name, value] : source) {
    std::string key = name;
    std::transform(key.begin(), key.end(), key.begin(), [](unsigned char c) { return std::tolower(c); });
    request.headers[key] = value;
  }
  return request;
}

class SocketReader : public Reader {
 public:
  SocketReader(std::ostream& stream, Poco::Net::StreamSocket& socket, std::stop_token stop)
      : stream_(stream), socket_(socket), stop_(std::move(stop)) {}

  bool send(std::string_view bytes) override {
    stream_.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    stream_.flush();
    return stream_.good();
  }
  bool is_gone() override {
    return !stream_.good() || (socket_.poll(0, Poco::Net::Socket::SELECT_READ) && socket_.available() == 0);
  }
  std::stop_token stop() const override { return stop_; }

 private:
  std::ostream& stream_;
  Poco::Net::StreamSocket& socket_;
  const std::stop_token stop_;
};

class ApiHandler : public Poco::Net::HTTPRequestHandler {
 public:
  ApiHandler(const RouteTable& routes, const Authenticator& authenticator, std::size_t body_limit, std::stop_token stop)
      : routes_(routes), authenticator_(authenticator), body_limit_(body_limit), stop_(std::move(stop)) {}

  void handleRequest(Poco::Net::HTTPServerRequest& source, Poco::Net::HTTPServerResponse& target) override {
    Response response;
    try {
      response = respond(source, target);
    } catch (const Poco::Exception& error) {
      response = Response::failure(400, "cannot read the request: " + error.displayText());
    }
    send(response, source, target);
  }

 private:
  Response respond(Poco::Net::HTTPServerRequest& source, Poco::Net::HTTPServerResponse& target) const {
    Request request = translate(source);
    const RouteTable::Match match = routes_.match(request.method, request.path);
    if (match.route != nullptr && match.route->streams_body) {
      target.setKeepAlive(false);  // what the handler leaves of the body would be taken for the next request
      request.stream = &source.stream();
      return answer(routes_, authenticator_, std::move(request));
    }
    std::optional<std::string> body = read_body(source.stream(), body_limit_);
    if (!body) {
      target.setKeepAlive(false);
      return Response::failure(413, fmt::format("the request's body is larger than {} bytes", body_limit_));
    }
    request.body = std::move(*body);
    return answer(routes_, authenticator_, std::move(request));
  }

  void send(const Response& response, Poco::Net::HTTPServerRequest& source,
            Poco::Net::HTTPServerResponse& target) const {
    target.setStatusAndReason(static_cast<Poco::Net::HTTPResponse::HTTPStatus>(response.status));
    target.setContentType(response.content_type);
    for (const auto& [name, value] : response.headers) target.set(name, value);
    if (!response.stream) {
      target.sendBuffer(response.body.data(), response.body.size());
      return;
    }
    target.setChunkedTransferEncoding(true);
    SocketReader reader(target.send(), dynamic_cast<Poco::Net::HTTPServerRequestImpl&>(source).socket(), stop_);
    try {
      response.stream(reader);
    } catch (const std::exception& error) {
      // The status line is gone already: ending without the last chunk tells the client.
      log_of("api")->error("stream failed path={} error=\"{}\"", source.getURI(), error.what());
      target.setKeepAlive(false);
    }
  }

  const RouteTable& routes_;
  const Authenticator& authenticator_;
  const std::size_t body_limit_;
  const std::stop_token stop_;
};

class Factory : public Poco::Net::HTTPRequestHandlerFactory {
 public:
  Factory(const RouteTable& routes, const Authenticator& authenticator, ServerOptions options, std::stop_token stop)
      : routes_(routes), authenticator_(authenticator), options_(std::move(options)), stop_(std::move(stop)) {}

  Poco::Net::HTTPRequestHandler* createRequestHandler(const Poco::Net::HTTPServerRequest& request) override {
    if (options_.other) {
      if (auto handler = options_.other(request)) return handler.release();
    }
    return std::make_unique<ApiHandler>(routes_, authenticator_, options_.body_limit, stop_).release();
  }

 private:
  const RouteTable& routes_;
  const Authenticator& authenticator_;
  const ServerOptions options_;
  const std::stop_token stop_;
};

Poco::Net::HTTPServerParams::Ptr parameters() {
  Poco::Net::HTTPServerParams::Ptr params(new Poco::Net::HTTPServerParams);
  params->setMaxThreads(kThreads);
  params->setMaxQueued(kQueued);
  params->setSoftwareVersion("penstock");
  params->setTimeout(Poco::Timespan(60, 0));
  return params;
}

Poco::Net::ServerSocket listen(const std::string& address) {
  try {
    Poco::Net::ServerSocket socket;
    constexpr bool reuse_address = true;
    constexpr bool reuse_port = false;  // a second penstockd is an error, not a colleague
    socket.bind(Poco::Net::SocketAddress(address), reuse_address, reuse_port);
    socket.listen();
    return socket;
  } catch (const Poco::Exception& error) {
    throw Error(fmt::format("cannot listen on {}: {}", address, error.displayText()));
  }
}

}  // namespace

struct Server::Parts {
  Parts(const RouteTable& routes, const Authenticator& authenticator, const ServerOptions& options)
      : socket(listen(options.listen)),
        http(new Factory(routes, authenticator, options, stop.get_token()), threads, socket, parameters()) {}

  std::stop_source stop;
  Poco::ThreadPool threads{2, kThreads};
  Poco::Net::ServerSocket socket;
  Poco::Net::HTTPServer http;
};

Server::Server(const RouteTable& routes, const Authenticator& authenticator, ServerOptions options)
    : parts_(std::make_unique<Parts>(routes, authenticator, options)) {
  parts_->http.start();
}

Server::~Server() {
  stop();
}

void Server::close() {
  parts_->http.stop();
}

void Server::stop() {
  parts_->stop.request_stop();
  parts_->http.stopAll(false);
  parts_->threads.joinAll();
}

std::uint16_t Server::port() const {
  return parts_->socket.address().port();
}

}  // namespace penstock::api
