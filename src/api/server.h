// The HTTP server of penstockd.
#pragma once

#include "api/authenticator.h"
#include "api/route_table.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace Poco::Net {
class HTTPRequestHandler;
class HTTPServerRequest;
}  // namespace Poco::Net

namespace penstock::api {

struct ServerOptions {
  std::string listen = "127.0.0.1:7080";  // port 0: any free one
  std::size_t body_limit = std::size_t{8} << 20;
  // Claims requests that are not of the API, such as git's; returns none for those it does not want.
  std::function<std::unique_ptr<Poco::Net::HTTPRequestHandler>(const Poco::Net::HTTPServerRequest&)> other{};
};

// Serves from its construction on. The table and the authenticator must outlive it.
class Server {
 public:
  // Throws Error when the address cannot be listened on.
  Server(const RouteTable& routes, const Authenticator& authenticator, ServerOptions options);
  ~Server();

  // Takes no more connections.
  void close();
  // Closes, tells streams to end and waits for requests under way.
  void stop();
  std::uint16_t port() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

// Authenticates, finds the handler, runs it and turns exceptions into answers.
Response answer(const RouteTable& routes, const Authenticator& authenticator, Request request);

}  // namespace penstock::api
