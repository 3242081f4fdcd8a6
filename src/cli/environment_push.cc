#include "base/error.h"
#include "base/process.h"
#include "cli/session.h"
#include "cli/verbs.h"

#include <fmt/format.h>

#include <unistd.h>

#include <algorithm>
#include <array>
#include <ostream>

namespace penstock::cli {
namespace {

constexpr int kDeploymentFailed = 87;
// What the server says of a deployment that failed after the push went through.
constexpr std::array<std::string_view, 2> kFailures{"Environment creation failed", "Environment redeployment failed"};

// Passes on what git says, and keeps it.
class Overheard : public OutputSink {
 public:
  explicit Overheard(std::ostream& terminal) : terminal_(terminal) {}

  void write(std::string_view text) override {
    terminal_ << text << std::flush;
    text_ += text;
  }
  const std::string& text() const { return text_; }

 private:
  std::ostream& terminal_;
  std::string text_;
};

// Empty when there is no such commit.
std::string commit_of(const std::string& source) {
  CommandOptions options;
  options.process.argv = {"git", "rev-parse", "--verify", "--quiet", "--end-of-options", source + "^{commit}"};
  std::string commit = run_command(options).out;
  while (commit.ends_with('\n')) commit.pop_back();
  return commit;
}

// One that does not exist is not: the push makes it.
bool is_up_to_date(Session& session, const std::string& target, const std::string& commit) {
  const Json environments = session.http().get(session.project_path() + "/environments");
  return std::any_of(environments.begin(), environments.end(), [&](const Json& environment) {
    return environment.at("name") == target && environment.at("head_commit") == commit &&
           environment.at("status") == "active";
  });
}

std::vector<std::string> push_command(const Options& options, const std::string& url, const std::string& refspec) {
  std::vector<std::string> argv{"git", "push"};
  for (const char* flag : {"force", "force-with-lease"}) {
    if (options.has(flag)) argv.push_back(std::string("--") + flag);
  }
  const auto add = [&](const std::string& option) { argv.insert(argv.end(), {"--push-option", option}); };
  if (options.has("activate")) add("environment.status=active");
  if (const auto title = options.value("title")) add("environment.title=" + *title);
  if (const auto parent = options.value("parent")) add("environment.parent=" + *parent);
  if (const auto type = options.value("type")) add("environment.type=" + *type);
  if (options.has("no-clone-parent")) add("environment.clone_parent_on_create=False");
  if (const auto strategy = options.value("deploy-strategy")) add("deploy.strategy=" + *strategy);
  argv.insert(argv.end(), {"--", url, refspec});
  return argv;
}

// The token is in the environment of git, which others of the machine cannot read, unlike its arguments.
std::vector<std::string> environment_with(const std::string& token) {
  std::vector<std::string> environment;
  for (char** variable = environ; *variable != nullptr; ++variable) environment.emplace_back(*variable);
  environment.insert(environment.end(), {"GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=http.extraHeader",
                                         "GIT_CONFIG_VALUE_0=Authorization: Bearer " + token});
  return environment;
}

int run(Session& session) {
  const std::string source = session.options.positional(0).value_or("HEAD");
  const std::string target = session.options.value("target").value_or(session.environment_name());
  const std::string commit = commit_of(source);
  if (commit.empty()) throw UserError(fmt::format("cannot push {}: it is no commit of this repository", source));
  if (!session.options.has("force") && is_up_to_date(session, target, commit)) {
    session.err << fmt::format("The environment {} is already up to date with the source ref, {}.\n", target, source);
    return 0;
  }
  const client::Project project = client::Project::from_json(session.http().get(session.project_path()));
  Overheard git(session.err);
  CommandOptions push;
  push.process.argv = push_command(session.options, project.git_url, commit + ":refs/heads/" + target);
  push.process.environment = environment_with(Credentials::load().token);
  push.out = &git;
  push.err = &git;
  const ExitStatus status = run_command(push).status;
  if (!status.success()) return status.shell_code();
  for (const std::string_view failure : kFailures) {
    if (git.text().find(failure) == std::string::npos) continue;
    session.err << fmt::format("The push completed but there was a deployment error (\"{}\").\n", failure);
    return kDeploymentFailed;
  }
  return 0;
}

}  // namespace

Command environment_push() {
  return {.name = "environment:push",
          .aliases = {"push"},
          .arguments = "[source]",
          .help = "Push a commit to an environment and deploy it; exit status 87 when only the deployment fails",
          .options = joined({environment_options(),
                             {{"target", 0, "NAME", "the environment; the same as -e"},
                              {"force", 'f', "", "also when it loses commits that are there"},
                              {"force-with-lease", 0, "", "the same, unless somebody else has pushed meanwhile"},
                              {"activate", 0, "", "make the environment active"},
                              {"title", 0, "TITLE", "of a new environment"},
                              {"parent", 0, "NAME", "of a new environment"},
                              {"type", 0, "TYPE", "of a new environment: development or staging"},
                              {"no-clone-parent", 0, "", "of a new environment: without the parent's data"},
                              {"deploy-strategy", 's', "NAME", "stopstart or rolling"}}}),
          .run = run};
}

}  // namespace penstock::cli
