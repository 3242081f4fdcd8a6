// What a request of git's smart HTTP protocol asks for.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace penstock {

struct GitRequest {
  enum class Service { UploadPack, ReceivePack };

  std::string project;
  Service service = Service::UploadPack;
  bool advertise = false;  // the refs, before anything is sent
  std::string protocol;    // of the Git-Protocol header: "version=2"

  bool push() const { return service == Service::ReceivePack; }
  // "git-upload-pack" or "git-receive-pack".
  std::string service_name() const;
};

// `target` is the request line's, such as "/p.git/info/refs?service=git-upload-pack". None when it is not of the smart
// protocol.
std::optional<GitRequest> parse_git_request(const std::string& method, const std::string& target,
                                            const std::string& git_protocol);

// The tokens that an Authorization header may carry, most likely first: a bearer token, or the password or the user
// name of basic authentication.
std::vector<std::string> tokens_in(const std::string& authorization);

}  // namespace penstock
