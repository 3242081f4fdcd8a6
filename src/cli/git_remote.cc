#include "cli/git_remote.h"

#include "base/process.h"

#include <sstream>
#include <vector>

namespace penstock::cli {
namespace {

constexpr const char* kRemoteName = "penstock";

// Empty when git refuses.
std::optional<std::string> git(const std::vector<std::string>& arguments) {
  CommandOptions options;
  options.process.argv = {"git"};
  options.process.argv.insert(options.process.argv.end(), arguments.begin(), arguments.end());
  const CommandResult result = run_command(options);
  if (!result.status.success()) return std::nullopt;
  return result.out;
}

std::string without_credentials(std::string url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string::npos) return url;
  const std::size_t host = scheme + 3;
  const std::size_t at = url.find('@', host);
  if (at != std::string::npos && at < url.find('/', host)) url.erase(host, at - host + 1);
  return url;
}

std::optional<std::string> detected_project(const std::string& api_url) {
  std::optional<std::string> any;
  std::istringstream lines(git({"remote", "-v"}).value_or(""));
  for (std::string name, url, kind; lines >> name >> url >> kind;) {
    const std::optional<std::string> project = project_of_remote(url, api_url);
    if (project && name == kRemoteName) return project;
    if (project && !any) any = project;
  }
  return any;
}

}  // namespace

std::optional<GitCheckout> GitCheckout::find(const std::string& api_url) {
  if (!git({"rev-parse", "--git-dir"})) return std::nullopt;
  GitCheckout checkout;
  checkout.branch = git({"symbolic-ref", "--short", "-q", "HEAD"}).value_or("");
  while (checkout.branch.ends_with('\n')) checkout.branch.pop_back();
  checkout.project = detected_project(api_url);
  return checkout;
}

std::optional<std::string> project_of_remote(const std::string& remote_url, const std::string& api_url) {
  const std::string url = without_credentials(remote_url);
  if (!url.starts_with(api_url + "/") || !url.ends_with(".git")) return std::nullopt;
  const std::string project = url.substr(api_url.size() + 1, url.size() - api_url.size() - 5);
  if (project.empty() || project.find('/') != std::string::npos) return std::nullopt;
  return project;
}

void set_remote(const std::string& git_url) {
  const bool exists = git({"remote", "get-url", kRemoteName}).has_value();
  run_checked({"git", "remote", exists ? "set-url" : "add", kRemoteName, git_url});
}

}  // namespace penstock::cli
