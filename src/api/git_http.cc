#include "api/git_http.h"

#include "api/git_request.h"
#include "api/git_rpc.h"
#include "api/push_handler.h"
#include "base/id.h"
#include "base/log.h"

#include <Poco/InflatingStream.h>
#include <Poco/Net/HTTPServerRequestImpl.h>
#include <Poco/Net/HTTPServerResponse.h>
#include <Poco/Net/StreamSocket.h>
#include <fmt/core.h>

#include <unistd.h>

#include <optional>
#include <vector>

namespace penstock {
namespace {

using Poco::Net::HTTPResponse;
using Poco::Net::HTTPServerRequest;
using Poco::Net::HTTPServerResponse;

// Requests to fetch list object ids and may come compressed; a small body must not become an endless one.
constexpr std::uint64_t kMostInflated = std::uint64_t{64} << 20;

void refuse(HTTPServerResponse& response, HTTPResponse::HTTPStatus status, const std::string& why) {
  // Its body, if any, is left unread.
  response.setKeepAlive(false);
  response.setStatusAndReason(status);
  response.setContentType("text/plain; charset=utf-8");
  const std::string text = why + "\n";
  response.sendBuffer(text.data(), text.size());
}

// Writes the body of a response straight to the socket: Poco's own stream cuts it into pieces of 4 KiB.
class BodyWriter {
 public:
  BodyWriter(HTTPServerRequest& request, HTTPServerResponse& response)
      : socket_(dynamic_cast<Poco::Net::HTTPServerRequestImpl&>(request).socket()),
        chunked_(response.getChunkedTransferEncoding()) {}

  // False once the client is gone.
  bool write(std::string_view bytes) {
    try {
      if (chunked_) send(fmt::format("{:x}\r\n", bytes.size()));
      send(bytes);
      if (chunked_) send("\r\n");
    } catch (const Poco::Exception&) {
      return false;
    }
    return true;
  }

 private:
  void send(std::string_view bytes) {
    while (!bytes.empty()) {
      const int sent = socket_.sendBytes(bytes.data(), static_cast<int>(bytes.size()));
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
  }

  Poco::Net::StreamSocket& socket_;
  const bool chunked_;
};

std::vector<std::string> environment_of(const GitRequest& request, const GitHttpOptions& options) {
  std::vector<std::string> result{"PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C.UTF-8", "HOME=/nonexistent",
                                  "GIT_CONFIG_NOSYSTEM=1", "GIT_CONFIG_GLOBAL=/dev/null"};
  // penstockd chose the path, whoever owns what is there; the hooks may have moved since the repository was made.
  result.insert(result.end(), {"GIT_CONFIG_COUNT=2", "GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0=*",
                               "GIT_CONFIG_KEY_1=core.hooksPath", "GIT_CONFIG_VALUE_1=" + options.hooks.string()});
  if (!request.protocol.empty()) result.push_back("GIT_PROTOCOL=" + request.protocol);
  return result;
}

ProcessOptions process_of(const GitRequest& request, const std::filesystem::path& repository,
                          const GitHttpOptions& options) {
  ProcessOptions process;
  process.argv = {"git", request.push() ? "receive-pack" : "upload-pack", "--stateless-rpc"};
  if (request.advertise) process.argv.emplace_back("--http-backend-info-refs");
  process.argv.push_back(repository);
  process.environment = environment_of(request, options);
  process.directory = repository;
  process.user = options.user;
  process.stderr_fd = STDERR_FILENO;
  return process;
}

struct EndOfPush {
  PushHandler& handler;
  const std::string& push;
  ~EndOfPush() { handler.push_ended(push); }
};

// One request whose sender and repository are known.
class Exchange {
 public:
  Exchange(const GitRequest& git, const GitHttpOptions& options, HTTPServerRequest& request,
           HTTPServerResponse& response)
      : git_(git), options_(options), request_(request), response_(response) {}

  void run(const std::filesystem::path& repository, const std::string& user) {
    GitRpc rpc{.process = process_of(git_, repository, options_)};
    if (git_.push() && !git_.advertise) return push(rpc, user);
    serve(rpc);
  }

 private:
  void push(GitRpc& rpc, const std::string& user) {
    const std::string id = random_id();
    std::vector<std::string>& environment = *rpc.process.environment;
    environment.insert(environment.end(),
                       {"PENSTOCK_HOOK_SOCKET=" + options_.hook_socket.string(), "PENSTOCK_PUSH=" + id,
                        "PENSTOCK_PROJECT=" + git_.project, "PENSTOCK_USER=" + user});
    const EndOfPush end{*options_.pushes, id};
    serve(rpc);
  }

  void serve(GitRpc& rpc) {
    std::optional<Poco::InflatingInputStream> inflated;
    if (!git_.advertise) rpc.body = &request_.stream();
    if (request_.get("Content-Encoding", "") == "gzip") {
      inflated.emplace(request_.stream(), Poco::InflatingStreamBuf::STREAM_GZIP);
      rpc.body = &*inflated;
      rpc.most_bytes = kMostInflated;
    }
    prepare(rpc);
    const ExitStatus status = rpc.run();
    if (!status.success()) {
      log_of("api")->info("git ended service={} project={} status={}", git_.service_name(), git_.project,
                          status.shell_code());
    }
  }

  void prepare(GitRpc& rpc) {
    response_.setChunkedTransferEncoding(request_.getVersion() == Poco::Net::HTTPMessage::HTTP_1_1);
    response_.setContentType("application/x-" + git_.service_name() + (git_.advertise ? "-advertisement" : "-result"));
    response_.set("Cache-Control", "no-cache, max-age=0, must-revalidate");
    writer_.emplace(request_, response_);
    rpc.started = [this] {
      response_.send().flush();
      const bool announced = git_.push() || git_.protocol.find("version=2") == std::string::npos;
      if (git_.advertise && announced) writer_->write(announcement());
    };
    rpc.output = [this](std::string_view bytes) { return writer_->write(bytes); };
  }

  // "# service=…" as a packet of git's protocol, then a flush packet.
  std::string announcement() const {
    const std::string line = "# service=" + git_.service_name() + "\n";
    return fmt::format("{:04x}{}0000", line.size() + 4, line);
  }

  const GitRequest& git_;
  const GitHttpOptions& options_;
  HTTPServerRequest& request_;
  HTTPServerResponse& response_;
  std::optional<BodyWriter> writer_;
};

std::optional<std::string> user_of(const HTTPServerRequest& request, const GitHttpOptions& options) {
  for (const std::string& token : tokens_in(request.get("Authorization", ""))) {
    if (std::optional<std::string> user = options.authenticate(token)) return user;
  }
  return std::nullopt;
}

}  // namespace

bool is_git_path(std::string_view path) {
  const std::size_t end = path.find('/', 1);
  return end != std::string_view::npos && path.substr(0, end).ends_with(".git");
}

void GitHttpHandler::handleRequest(HTTPServerRequest& request, HTTPServerResponse& response) {
  const std::optional<GitRequest> git =
      parse_git_request(request.getMethod(), request.getURI(), request.get("Git-Protocol", ""));
  if (!git) return refuse(response, HTTPResponse::HTTP_FORBIDDEN, "this server speaks git's smart protocol only");
  const std::optional<std::string> user = user_of(request, options_);
  if (!user) {
    response.set("WWW-Authenticate", "Basic realm=\"Penstock\"");
    return refuse(response, HTTPResponse::HTTP_UNAUTHORIZED, "a token is needed");
  }
  const std::optional<std::filesystem::path> repository = options_.repository(git->project);
  if (!repository) return refuse(response, HTTPResponse::HTTP_NOT_FOUND, "there is no project " + git->project);
  if (!git->advertise && !request.hasContentLength() && !request.getChunkedTransferEncoding()) {
    return refuse(response, HTTPResponse::HTTP_LENGTH_REQUIRED, "the length of the body is missing");
  }
  Exchange(*git, options_, request, response).run(*repository, *user);
}

}  // namespace penstock
