// The first stage: is the configuration of a commit right?
#pragma once

#include "config/configuration.h"
#include "config/load.h"
#include "git/repository.h"

namespace penstock {

class OutputSink;

struct Validate {
  const git::Repository& repository;
  git::ObjectId commit;
  config::Available available;

  // Throws UserError after telling every problem to `output`, a line each.
  config::Configuration run(OutputSink& output) const;
};

}  // namespace penstock
