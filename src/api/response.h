#pragma once

#include "base/json.h"

#include <functional>
#include <iosfwd>
#include <map>
#include <stop_token>
#include <string>

namespace penstock::api {

// The way back to a client that reads an answer while it is made.
class Reader {
 public:
  virtual ~Reader() = default;
  // False once the client is gone.
  virtual bool send(std::string_view bytes) = 0;
  // The client closed the connection.
  virtual bool is_gone() = 0;
  // The server is shutting down.
  virtual std::stop_token stop() const = 0;
};

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  std::map<std::string, std::string> headers{};
  std::string body{};
  std::function<void(Reader&)> stream{};  // instead of a body

  static Response json(const Json& document, int status = 200);
  static Response streamed(std::string content_type, std::function<void(Reader&)> stream);
  // {"error", "message", "code"}, the shape of every failure.
  static Response failure(int status, const std::string& message);
};

}  // namespace penstock::api
