#pragma once

#include "api/branch_operations.h"
#include "base/output_sink.h"
#include "store/environment.h"

#include <string>

namespace penstock {

class Repositories;
class Store;

// Not stored: active, with all that a child takes from its parent.
Environment child_of(const Environment& parent, const api::NewBranch& wanted);

// The record and the branch of an environment that begins at the head of its parent.
struct NewEnvironment {
  Store& store;
  Repositories& repositories;
  const Environment& environment;

  // Throws Conflict when there is one of that name, or the parent has no head.
  void check() const;
  // The record comes first: a start-up that finds it without a branch takes it back, with one it deploys it.
  void create(OutputSink& output) const;

 private:
  std::string parents_head() const;
};

}  // namespace penstock
