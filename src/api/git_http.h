// git over HTTP, the smart protocol only: git's own upload-pack and receive-pack behind Poco's server.
#pragma once

#include <Poco/Net/HTTPRequestHandler.h>

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace penstock {

class PushHandler;

// What the git endpoint needs from the rest. Constant once serving; called from many threads.
struct GitHttpOptions {
  // Who a token belongs to; none when it is wrong.
  std::function<std::optional<std::string>(std::string_view token)> authenticate;
  // The bare repository of a project; none when there is no such project.
  std::function<std::optional<std::filesystem::path>(const std::string& project)> repository;
  std::filesystem::path hooks;                  // directory of pre-receive and post-receive
  std::filesystem::path hook_socket;            // where HookServer listens
  PushHandler* pushes = nullptr;                // told when a push has ended; must outlive the server
  std::optional<std::pair<uid_t, gid_t>> user;  // who git runs as; none: as we do
};

// True for "/PROJECT.git/…", the paths that GitHttpHandler serves.
bool is_git_path(std::string_view path);

// Serves one request. `options` must outlive it.
class GitHttpHandler : public Poco::Net::HTTPRequestHandler {
 public:
  explicit GitHttpHandler(const GitHttpOptions& options) : options_(options) {}
  void handleRequest(Poco::Net::HTTPServerRequest& request, Poco::Net::HTTPServerResponse& response) override;

 private:
  const GitHttpOptions& options_;
};

}  // namespace penstock
