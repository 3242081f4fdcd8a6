#include "runtime/recovery.h"

#include "base/error.h"
#include "base/log.h"
#include "runtime/certificates/site_certificates.h"
#include "runtime/parallel.h"
#include "runtime/router_client.h"
#include "runtime/router_entry.h"
#include "runtime/shared_mounts.h"
#include "runtime/site.h"
#include "runtime/step_times.h"
#include "runtime/steps/finish.h"
#include "runtime/steps/journal_steps.h"
#include "runtime/steps/remove_strays.h"
#include "runtime/steps/run_hooks.h"
#include "runtime/steps/start_again.h"
#include "runtime/steps/undo.h"
#include "runtime/volumes/volume_pool.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <map>
#include <set>

namespace penstock {
namespace {

constexpr std::size_t kAtOnce = 8;  // environments; starting all of a large machine together would starve each

}  // namespace

std::vector<std::string> Recovery::run() {
  const auto environments = look();
  tell_router(environments);
  in_parallel(
      environments,
      [&](const std::unique_ptr<Found>& found, const std::stop_token&) {
        attempt(found->environment, [&] { recover(*found); });
      },
      {}, kAtOnce);
  RemoveStrays{context_}.run();
  return *sentences_.lock();
}

std::vector<std::unique_ptr<Recovery::Found>> Recovery::look() {
  std::map<std::pair<std::string, std::string>, std::vector<Deployment>> uncommitted;
  for (Deployment& deployment : context_.parts.store.deployments().unfinished()) {
    uncommitted[{deployment.project, deployment.environment}].push_back(std::move(deployment));
  }
  std::vector<std::unique_ptr<Found>> environments;
  for (const Environment& environment : context_.parts.store.environments().list_all()) {
    const auto under_way = uncommitted.find({environment.project, environment.name});
    const bool active = environment.status == EnvironmentStatus::Active;
    if (!active && under_way == uncommitted.end()) continue;
    attempt(environment, [&] {
      auto found = look_at(environment, under_way == uncommitted.end() ? std::vector<Deployment>() : under_way->second);
      if (found->live || !found->uncommitted.empty()) environments.push_back(std::move(found));
    });
  }
  return environments;
}

std::unique_ptr<Recovery::Found> Recovery::look_at(const Environment& environment,
                                                   std::vector<Deployment> uncommitted) {
  auto found = std::make_unique<Found>();
  found->environment = environment;
  found->uncommitted = std::move(uncommitted);
  Store& store = context_.parts.store;
  for (const Deployment& deployment : found->uncommitted) {
    found->held = found->held || step::began(store.journal().entries(deployment.id), step::kHold);
  }
  auto current = store.deployments().current(environment.project, environment.name);
  if (!current || environment.status != EnvironmentStatus::Active) return found;
  found->finished = store.journal().entries(current->id).empty();
  found->live.emplace(context_, release_of(environment, std::move(*current)));
  found->running = found->live->adopt();
  return found;
}

// Requests for what does not run yet wait for it, so that a restart of the machine loses none.
void Recovery::tell_router(const std::vector<std::unique_ptr<Found>>& environments) {
  try {
    context_.parts.certificates.tell_router();
  } catch (const Error& error) {
    log_of("runtime")->error("router has old certificates until it answers: {}", error.what());
  }
  std::set<std::string> live;
  for (const auto& found : environments) {
    if (found->live) live.insert(found->environment.key());
  }
  context_.parts.shared_mounts.unshare_all_but(live);
  std::vector<Json> table;
  for (const auto& found : environments) {
    const Hold hold = found->held || (found->live && !found->running) ? Hold::On : Hold::Off;
    attempt(found->environment, [&] {
      if (found->live) {
        context_.parts.certificates.provide(found->environment,
                                            https_hosts_of(found->live->release(), context_.settings));
      }
      table.push_back(found->live ? router_entry(context_, *found->live, hold)
                                  : empty_router_entry(found->environment, context_.settings, hold));
    });
  }
  try {
    context_.parts.router.replace(table);
  } catch (const Error& error) {
    log_of("runtime")->error("router has an old table until it answers: {}", error.what());
    sentences_.lock()->push_back(error.what());
  }
}

void Recovery::recover(Found& found) {
  for (const Deployment& deployment : found.uncommitted) undo(found, deployment);
  if (!found.live || !found.uncommitted.empty()) return;
  if (!found.running) start_again(found);
  if (!found.finished) finish(found);
  if (found.running && found.finished) {
    say(found.environment, fmt::format("adopted deployment {}, which runs", found.live->release().deployment.number));
  }
}

void Recovery::undo(Found& found, const Deployment& deployment) {
  ReleaseContainers containers(context_, release_of(found.environment, deployment));
  CapturingSink output;
  Undo{.context = context_,
       .containers = containers,
       .live = found.live ? &*found.live : nullptr,
       .live_stopped = found.held,
       .reason = "it was interrupted",
       .output = output}
      .run();
  say(found.environment,
      fmt::format("undone: deployment {}, which was interrupted before its commit; {}", deployment.number,
                  found.live ? fmt::format("deployment {} serves", found.live->release().deployment.number)
                             : "it has no release yet"));
}

void Recovery::finish(Found& found) {
  CapturingSink output;
  StepTimes times;
  // Not patient: the API answers once all is recovered.
  const auto done = Finish{context_, *found.live, output, times, false}.run({});
  const std::string failed = failed_hook(done.commands);
  say(found.environment, fmt::format("finished deployment {}, which had committed{}",
                                     found.live->release().deployment.number, failed.empty() ? "" : "; " + failed));
}

void Recovery::start_again(Found& found) {
  CapturingSink output;
  const std::string problem = StartAgain{context_, *found.live, output}.run();
  context_.parts.router.put(router_entry(context_, *found.live, Hold::Off));
  say(found.environment, fmt::format("started deployment {} again{}", found.live->release().deployment.number,
                                     problem.empty() ? "" : "; " + problem));
}

template <typename Work>
void Recovery::attempt(const Environment& environment, const Work& work) {
  try {
    work();
  } catch (const std::exception& error) {
    log_of("runtime")->error("recovery failed: environment={} error={}", environment.key(), error.what());
    say(environment, std::string("could not be recovered: ") + error.what());
  }
}

void Recovery::say(const Environment& environment, const std::string& what) {
  sentences_.lock()->push_back(fmt::format("environment {} of {}: {}", environment.name, environment.project, what));
}

}  // namespace penstock
