// JSON over HTTP/1.1 to penstockd.
#pragma once

#include "base/error.h"
#include "base/json.h"

#include <functional>
#include <iosfwd>
#include <string>
#include <string_view>

namespace penstock::client {

// penstockd answered, but not with success. The message is penstockd's own.
class ApiError : public Error {
 public:
  ApiError(int status, const std::string& message) : Error(message), status_(status) {}
  int status() const { return status_; }

 private:
  int status_;
};

// Opens a connection per request. Every verb throws ApiError when the answer is not 2xx, and Error, naming the
// address, when there is none.
class HttpClient {
 public:
  // `base_url` as in "http://127.0.0.1:7080". Throws UserError when it is not an http URL.
  HttpClient(std::string base_url, std::string token);

  Json get(const std::string& path) const;
  Json post(const std::string& path, const Json& body) const;
  Json patch(const std::string& path, const Json& body) const;
  Json remove(const std::string& path) const;

  // Hands over each line as it comes, until `take` returns false or the answer ends.
  void get_lines(const std::string& path, const std::function<bool(std::string_view)>& take) const;
  void download(const std::string& path, std::ostream& target) const;
  // Sends all of `source` as it is.
  Json upload(const std::string& path, std::istream& source) const;

  const std::string& base_url() const { return base_url_; }

 private:
  struct Request;
  void exchange(const Request& request, const std::function<void(std::istream&)>& read) const;
  Json json(const Request& request) const;

  std::string base_url_;
  std::string token_;
};

}  // namespace penstock::client
