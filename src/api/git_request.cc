#include "api/git_request.h"

#include "base/base64.h"
#include "base/error.h"

#include <strings.h>

#include <algorithm>

namespace penstock {
namespace {

using Service = GitRequest::Service;

constexpr std::string_view kSuffix = ".git";
constexpr std::size_t kLongestProtocol = 100;

bool fits_project(std::string_view name) {
  return !name.empty() &&
         std::all_of(name.begin(), name.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
}

// A header of a stranger goes into a child's environment: only what git sends.
bool fits_protocol(std::string_view text) {
  return text.size() <= kLongestProtocol && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '=' || c == ':' || c == '-' || c == '.';
         });
}

bool takes_prefix(std::string_view& text, std::string_view prefix) {
  if (text.size() < prefix.size() || ::strncasecmp(text.data(), prefix.data(), prefix.size()) != 0) return false;
  text.remove_prefix(prefix.size());
  return true;
}

std::optional<std::string> decoded(std::string_view base64) {
  try {
    return base64_decode(base64);
  } catch (const UserError&) {
    return std::nullopt;
  }
}

}  // namespace

std::string GitRequest::service_name() const {
  return push() ? "git-receive-pack" : "git-upload-pack";
}

std::optional<GitRequest> parse_git_request(const std::string& method, const std::string& target,
                                            const std::string& git_protocol) {
  const std::size_t slash = target.find('/', 1);
  if (slash == std::string::npos) return std::nullopt;
  std::string_view project = std::string_view(target).substr(1, slash - 1);
  if (!project.ends_with(kSuffix)) return std::nullopt;
  project.remove_suffix(kSuffix.size());
  const std::string_view rest = std::string_view(target).substr(slash);
  if (!fits_project(project)) return std::nullopt;
  GitRequest request{.project = std::string(project)};
  if (fits_protocol(git_protocol)) request.protocol = git_protocol;
  for (const Service service : {Service::UploadPack, Service::ReceivePack}) {
    request.service = service;
    request.advertise = method == "GET";
    if (method == "GET" && rest == "/info/refs?service=" + request.service_name()) return request;
    if (method == "POST" && rest == "/" + request.service_name()) return request;
  }
  return std::nullopt;
}

std::vector<std::string> tokens_in(const std::string& authorization) {
  std::string_view rest = authorization;
  if (takes_prefix(rest, "Bearer ")) return {std::string(rest)};
  if (!takes_prefix(rest, "Basic ")) return {};
  const std::optional<std::string> pair = decoded(rest);
  if (!pair) return {};
  const std::size_t colon = std::min(pair->find(':'), pair->size());
  std::vector<std::string> tokens{pair->substr(std::min(colon + 1, pair->size())), pair->substr(0, colon)};
  std::erase(tokens, "");
  return tokens;
}

}  // namespace penstock
