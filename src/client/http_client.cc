#include "client/http_client.h"

#include <Poco/Exception.h>
#include <Poco/Net/HTTPClientSession.h>
#include <Poco/Net/HTTPRequest.h>
#include <Poco/Net/HTTPResponse.h>
#include <Poco/StreamCopier.h>
#include <Poco/URI.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <istream>
#include <iterator>

namespace penstock::client {
namespace {

// A log stays silent as long as a build step does.
constexpr long kSilenceLimitSeconds = 3600;

std::string message_of(const std::string& body, const std::string& fallback) {
  const Json document = Json::parse(body, nullptr, false);
  if (!document.is_object()) return fallback;
  for (const char* key : {"message", "error"}) {
    const auto found = document.find(key);
    if (found != document.end() && found->is_string()) return found->get<std::string>();
  }
  return fallback;
}

std::string read_all(std::istream& stream) {
  return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace

struct HttpClient::Request {
  std::string method;
  std::string path;
  std::string body;
  std::istream* stream = nullptr;  // instead of the body
};

HttpClient::HttpClient(std::string base_url, std::string token)
    : base_url_(std::move(base_url)), token_(std::move(token)) {
  while (base_url_.ends_with('/')) base_url_.pop_back();
  if (!base_url_.starts_with("http://")) {
    throw UserError(fmt::format("cannot use \"{}\" as the API's address: it must begin with http://", base_url_));
  }
}

Json HttpClient::get(const std::string& path) const {
  return json({"GET", path, ""});
}

Json HttpClient::post(const std::string& path, const Json& body) const {
  return json({"POST", path, body.dump()});
}

Json HttpClient::patch(const std::string& path, const Json& body) const {
  return json({"PATCH", path, body.dump()});
}

Json HttpClient::remove(const std::string& path) const {
  return json({"DELETE", path, ""});
}

void HttpClient::get_lines(const std::string& path, const std::function<bool(std::string_view)>& take) const {
  exchange({"GET", path, ""}, [&take](std::istream& stream) {
    std::string line;
    while (std::getline(stream, line) && take(line)) {
    }
  });
}

void HttpClient::download(const std::string& path, std::ostream& target) const {
  exchange({"GET", path, ""}, [&target](std::istream& stream) { Poco::StreamCopier::copyStream(stream, target); });
}

Json HttpClient::upload(const std::string& path, std::istream& source) const {
  return json({"POST", path, "", &source});
}

void HttpClient::exchange(const Request& request, const std::function<void(std::istream&)>& read) const {
  try {
    const Poco::URI uri(base_url_);
    Poco::Net::HTTPClientSession session(uri.getHost(), uri.getPort());
    session.setTimeout(Poco::Timespan(kSilenceLimitSeconds, 0));
    Poco::Net::HTTPRequest head(request.method, uri.getPath() + request.path, Poco::Net::HTTPMessage::HTTP_1_1);
    if (!token_.empty()) head.set("Authorization", "Bearer " + token_);
    if (request.stream != nullptr) {
      head.setContentType("application/octet-stream");
      head.setChunkedTransferEncoding(true);
      Poco::StreamCopier::copyStream(*request.stream, session.sendRequest(head));
    } else {
      head.setContentType("application/json");
      head.setContentLength64(static_cast<Poco::Int64>(request.body.size()));
      session.sendRequest(head) << request.body;
    }
    Poco::Net::HTTPResponse response;
    std::istream& stream = session.receiveResponse(response);
    const int status = response.getStatus();
    if (status < 200 || status > 299) throw ApiError(status, message_of(read_all(stream), response.getReason()));
    read(stream);
  } catch (const Poco::Exception& error) {
    throw Error(fmt::format("cannot talk to penstockd at {}: {}", base_url_, error.displayText()));
  }
}

Json HttpClient::json(const Request& request) const {
  Json document;
  exchange(request, [&](std::istream& stream) {
    const std::string body = read_all(stream);
    if (!body.empty()) document = Json::parse(body, nullptr, false);
  });
  if (document.is_discarded()) {
    throw Error(fmt::format("cannot read the answer of {}{}: it is not JSON", base_url_, request.path));
  }
  return document;
}

}  // namespace penstock::client
