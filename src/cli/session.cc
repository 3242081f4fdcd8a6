#include "cli/session.h"

#include "base/error.h"
#include "cli/activity_monitor.h"
#include "client/url.h"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <iostream>

namespace penstock::cli {

const client::HttpClient& Session::http() {
  if (!http_) {
    credentials_ = Credentials::load();
    if (credentials_->token.empty()) {
      throw UserError("you are not logged in: run `penstock login`, or set PENSTOCK_TOKEN");
    }
    http_.emplace(credentials_->url, credentials_->token);
  }
  return *http_;
}

const std::optional<GitCheckout>& Session::checkout() {
  if (!checkout_) checkout_ = GitCheckout::find(http().base_url());
  return *checkout_;
}

const std::string& Session::project() {
  if (!project_) project_ = options.value("project");
  if (!project_ && checkout()) project_ = checkout()->project;
  if (!project_) throw UserError("which project? Use -p ID, or run this in a git repository with a penstock remote");
  return *project_;
}

std::string Session::environment_name() {
  if (const auto name = options.value("environment")) return *name;
  if (!options.has("project") && checkout() && !checkout()->branch.empty()) return checkout()->branch;
  return client::Project::from_json(http().get(project_path())).default_branch;
}

std::string Session::environment_path(const std::string& name) {
  return project_path() + "/environments/" + client::percent_encode(name);
}

int Session::each_environment(const std::function<int(const std::string& name)>& each) {
  std::vector<std::string> names = options.positional();
  if (names.empty()) names.push_back(environment_name());
  int status = 0;
  for (const std::string& name : names) status = std::max(status, each(name));
  return status;
}

bool Session::confirm(const std::string& question) {
  if (options.has("yes")) return true;
  if (isatty(STDIN_FILENO) == 0) {
    throw UserError(fmt::format("{} Use --yes to say so.", question));
  }
  err << question << " [y/N] " << std::flush;
  std::string answer;
  std::getline(std::cin, answer);
  return answer == "y" || answer == "Y" || answer == "yes";
}

int Session::finish(const Json& accepted) {
  const Json& activities = accepted.at("_embedded").at("activities");
  bool all_succeeded = true;
  for (const Json& document : activities) {
    const client::Activity activity = client::Activity::from_json(document);
    if (options.has("no-wait")) {
      err << fmt::format("The activity has been queued: [{}] {}\n", activity.id, activity.description);
    } else {
      all_succeeded = wait_for(*this, activity) && all_succeeded;
    }
  }
  return all_succeeded ? 0 : 1;
}

}  // namespace penstock::cli
