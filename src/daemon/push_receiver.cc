#include "daemon/push_receiver.h"

#include "base/error.h"
#include "daemon/activities.h"
#include "daemon/branch_deletion.h"
#include "daemon/branch_push.h"
#include "daemon/repositories.h"
#include "pipeline/pipeline.h"
#include "store/store.h"

#include <fmt/format.h>

#include <algorithm>

namespace penstock {
namespace {

constexpr std::string_view kBranches = "refs/heads/";
constexpr std::string_view kTags = "refs/tags/";

bool is_branch(const RefUpdate& update) {
  return update.ref.starts_with(kBranches);
}
bool is_deletion(const RefUpdate& update) {
  return git::is_null(update.new_id);
}
std::string branch_of(const RefUpdate& update) {
  return update.ref.substr(kBranches.size());
}

void check_refs(const std::vector<RefUpdate>& updates) {
  for (const RefUpdate& update : updates) {
    if (!is_branch(update) && !update.ref.starts_with(kTags)) {
      throw UserError(fmt::format("cannot push {}: only branches and tags are taken", update.ref));
    }
  }
}

// Not stored: a branch that is new has no environment yet.
Environment environment_of(Store& store, const std::string& project, const std::string& branch) {
  if (auto known = store.environments().find(project, branch)) return *known;
  Environment environment;
  environment.project = project;
  environment.name = branch;
  environment.title = branch;
  return environment;
}

}  // namespace

PushVerdict PushReceiver::pre_receive(const PushRequest& request, OutputSink& out, const std::stop_token&) {
  check_refs(request.updates);
  const PushOptions options = PushOptions::parse(request.options, out);
  check_deletions(request);
  validate(request, out);
  if (options.plan) {
    tell_plan(request, options, out);
    return PushVerdict::Reject;
  }

  const std::vector<Pending> branches = begin(request, options);
  for (const Pending& branch : branches) {
    branch.session->terminal().attach(out);
    if (branch.session->wait_for_verdict() == PushSession::Verdict::Reject) {
      abandon(branches);
      return PushVerdict::Reject;
    }
    branch.session->terminal().detach();
  }
  return PushVerdict::Accept;
}

// Waits until all have ended: they read from the quarantine, which goes with the push.
void PushReceiver::abandon(const std::vector<Pending>& branches) {
  for (const Pending& branch : branches) {
    if (branch.session->verdict() == PushSession::Verdict::Undecided) parts_.queue.cancel(branch.activity);
    branch.session->settle(PushSession::Fate::Abandoned);
  }
  for (const Pending& branch : branches) {
    branch.session->wait_for_end();
    branch.session->terminal().detach();
  }
}

void PushReceiver::post_receive(const PushRequest& request, OutputSink& out, const std::stop_token&) {
  const auto moved = [&request](const Pending& branch) {
    return std::any_of(request.updates.begin(), request.updates.end(),
                       [&branch](const RefUpdate& update) { return update.ref == branch.ref; });
  };
  std::vector<Pending> branches = pending(request.push);
  for (const Pending& branch : branches) {
    branch.session->settle(moved(branch) ? PushSession::Fate::Moved : PushSession::Fate::Abandoned);
  }
  for (const Pending& branch : branches) {
    branch.session->terminal().attach(out);
    branch.session->wait_for_end();
    branch.session->terminal().detach();
  }
}

void PushReceiver::push_ended(const std::string& push) {
  std::vector<Pending> branches = pending(push);
  pushes_.lock()->erase(push);
  for (const Pending& branch : branches) branch.session->terminal().close();
  // A verdict that is still open when git is gone has nobody to go to.
  for (const Pending& branch : branches) {
    if (branch.session->verdict() == PushSession::Verdict::Undecided) parts_.queue.cancel(branch.activity);
    branch.session->settle(PushSession::Fate::Abandoned);
  }
}

void PushReceiver::check_deletions(const PushRequest& request) const {
  for (const RefUpdate& update : request.updates) {
    if (is_branch(update) && is_deletion(update)) check_deletable(parts_.store, request.project, branch_of(update));
  }
}

void PushReceiver::validate(const PushRequest& request, OutputSink& out) const {
  const git::Repository repository = parts_.repositories.open(request.project, request.quarantine);
  for (const RefUpdate& update : request.updates) {
    if (!is_branch(update) || is_deletion(update)) continue;
    out.line("Validating configuration files");
    parts_.pipeline.validate(repository, update.new_id, out);
  }
}

void PushReceiver::tell_plan(const PushRequest& request, const PushOptions& options, OutputSink& out) const {
  for (const RefUpdate& update : request.updates) {
    if (!is_branch(update)) continue;
    if (is_deletion(update)) {
      out.line(fmt::format("\nPlan: the branch {} and its environment would be deleted.", branch_of(update)));
    } else {
      out.line();
      branch_push(request, update, options, nullptr).plan(out);
    }
  }
  out.line("\nThis was a plan: nothing has changed. git is told that the push was declined, for that reason alone.");
}

BranchPush PushReceiver::branch_push(const PushRequest& request, const RefUpdate& update, const PushOptions& options,
                                     const std::shared_ptr<PushSession>& session) const {
  return {.store = parts_.store,
          .repositories = parts_.repositories,
          .releases = parts_.releases,
          .project = request.project,
          .branch = branch_of(update),
          .update = update,
          .options = options,
          .quarantine = request.quarantine,
          .session = session};
}

std::vector<PushReceiver::Pending> PushReceiver::begin(const PushRequest& request, const PushOptions& options) {
  std::vector<Pending> branches;
  std::vector<ActivityJob> jobs;
  for (const RefUpdate& update : request.updates) {
    if (!is_branch(update)) continue;
    const auto session = std::make_shared<PushSession>();
    jobs.push_back(job(request, update, options, session));
    branches.push_back({update.ref, jobs.back().activity.id, session});
    session->terminal().write(fmt::format("\nProcessing activity: {}\n", jobs.back().activity.text));
  }
  (*pushes_.lock())[request.push] = branches;
  parts_.queue.submit(std::move(jobs));
  return branches;
}

ActivityJob PushReceiver::job(const PushRequest& request, const RefUpdate& update, const PushOptions& options,
                              const std::shared_ptr<PushSession>& session) {
  const Environment environment = environment_of(parts_.store, request.project, branch_of(update));
  const bool deletes = is_deletion(update);
  Activity activity = new_activity(
      deletes ? "environment.delete" : "environment.push", environment, request.user,
      fmt::format("**{}** {} **{}**", request.user, deletes ? "deleted" : "pushed to", shown_name(environment)));
  activity.parameters["old_commit"] = update.old_id;
  activity.parameters["new_commit"] = update.new_id;
  const auto end = std::make_shared<SessionEnd>(session);
  if (deletes) {
    return {activity, [&store = parts_.store, environment, session, end](ActivityRun& run) {
              return BranchDeletion{store, environment.project, environment.name, session}.run(run);
            }};
  }
  const auto push = std::make_shared<BranchPush>(branch_push(request, update, options, session));
  return {activity, [push, end](ActivityRun& run) { return push->run(run); }};
}

std::vector<PushReceiver::Pending> PushReceiver::pending(const std::string& push) {
  auto pushes = pushes_.lock();
  const auto found = pushes->find(push);
  return found == pushes->end() ? std::vector<Pending>() : found->second;
}

}  // namespace penstock
