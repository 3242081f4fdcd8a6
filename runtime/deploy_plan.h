#pragma once

#include "runtime/plan.h"
#include "runtime/release.h"

#include <optional>

namespace penstock {

struct DeployerSettings;

// What putting a release live would do to what is live.
struct DeployPlan {
  const DeployerSettings& settings;
  const std::optional<Release>& live;  // none: nothing runs yet
  const Release& next;                 // an application without an artifact is still to be built
  bool has_data;                       // there is something to take a snapshot of
  Strategy strategy;

  Plan run() const;

 private:
  bool holds() const { return strategy == Strategy::StopStart; }
  bool is_same_as_live() const;
  PlanSection requests() const;
  PlanSection containers() const;
  PlanSection data() const;
  PlanSection mounts() const;
  PlanSection hooks() const;
  PlanSection services() const;
  PlanSection crons() const;
  PlanSection routes() const;
};

}  // namespace penstock
