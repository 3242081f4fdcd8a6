#include "runtime/router/table/registry.h"

#include "base/error.h"
#include "base/log.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>
#include <unordered_map>

namespace penstock::router {

namespace {

// Null when nothing of it can be used.
std::shared_ptr<const Environment> read_or_drop(const Json& json, std::vector<DroppedEntry>& dropped) {
  try {
    return read_environment(json, dropped);
  } catch (const UserError& error) {
    dropped.push_back({"environment", error.what()});
    return nullptr;
  }
}

}  // namespace

Registry::Registry(EventLoop& loop, HttpsMode mode, TableStore* store, Publish publish)
    : loop_(loop), mode_(mode), store_(store), publish_(std::move(publish)) {}

void Registry::restore() {
  if (store_ == nullptr) return;
  Dropped dropped;
  for (const std::string& source : store_->load()) {
    const auto environment = read_or_drop(Json::parse(source, nullptr, false), dropped);
    if (!environment) continue;
    set(environment);
    if (environment->hold.active) limit_hold(environment);
  }
  publish(dropped, [] {});
  log_of("router")->info("restored environments={}", environments_.size());
}

Registry::Dropped Registry::replace(const Json& environments, TableStore::Done done) {
  Dropped dropped;
  std::unordered_map<std::string, std::shared_ptr<const Environment>> old;
  for (const auto& environment : environments_) old.emplace(environment->id, environment);
  environments_.clear();
  std::set<std::string> seen;
  std::vector<TableStore::Change> changes;
  for (const Json& json : environments) {
    auto environment = read_or_drop(json, dropped);
    if (!environment || !seen.insert(environment->id).second) continue;
    const auto before = old.find(environment->id);
    if (before == old.end() || before->second->source != environment->source) {
      changes.push_back({environment->id, environment->source});
    } else {
      environment = before->second;
    }
    environments_.push_back(std::move(environment));
  }
  for (const auto& [id, environment] : old) {
    if (!seen.contains(id)) changes.push_back({id, std::nullopt});
  }
  return change(std::move(dropped), std::move(changes), std::move(done));
}

Registry::Dropped Registry::put(const Json& json, TableStore::Done done) {
  Dropped dropped;
  const auto environment = read_environment(json, dropped);
  set(environment);
  return change(std::move(dropped), {{environment->id, environment->source}}, std::move(done));
}

Registry::Dropped Registry::remove(const std::string& id, TableStore::Done done) {
  if (std::erase_if(environments_, [&](const auto& e) { return e->id == id; }) == 0) {
    done("");
    return {};
  }
  return change({}, {{id, std::nullopt}}, std::move(done));
}

void Registry::set(std::shared_ptr<const Environment> environment) {
  const auto same =
      std::find_if(environments_.begin(), environments_.end(), [&](const auto& e) { return e->id == environment->id; });
  if (same != environments_.end()) {
    *same = std::move(environment);
  } else {
    environments_.push_back(std::move(environment));
  }
}

Registry::Dropped Registry::change(Dropped dropped, std::vector<TableStore::Change> changes, TableStore::Done done) {
  struct Progress {
    int left = 2;
    std::string error;
  };
  const auto progress = std::make_shared<Progress>();
  const TableStore::Done half_done = [progress, done = std::move(done)](const std::string& error) {
    progress->error += error;
    if (--progress->left == 0) done(progress->error);
  };
  publish(dropped, [half_done] { half_done(""); });
  keep(loop_, store_, std::move(changes), half_done);
  return dropped;
}

void Registry::publish(Dropped& dropped, std::function<void()> adopted) {
  publish_(std::make_shared<const RouteTable>(environments_, mode_, dropped), std::move(adopted));
  for (const DroppedEntry& entry : dropped) log_of("router")->warn("dropped {}: {}", entry.entry, entry.why);
}

void Registry::limit_hold(const std::shared_ptr<const Environment>& held) {
  restored_holds_.emplace_back(loop_.timers(), [this, held] {
    if (std::find(environments_.begin(), environments_.end(), held) == environments_.end()) return;
    log_of("router")->warn("nobody ended the hold of environment={} in time: it is served again", held->id);
    auto released = std::make_shared<Environment>(*held);
    released->hold.active = false;
    for (Route& route : released->routes) {
      if (route.upstream != nullptr) route.upstream = &released->upstreams.at(route.upstream->name);
    }
    set(std::move(released));
    Dropped dropped;
    publish(dropped, [] {});
  });
  restored_holds_.back().arm(held->hold.timeout);
}

}  // namespace penstock::router
