// From a commit to artifacts: validate, pull image, install dependencies, build flavor, build hook, freeze.
#pragma once

#include "config/configuration.h"
#include "config/service_type.h"
#include "git/repository.h"
#include "image/image_store.h"
#include "pipeline/build_plan.h"
#include "pipeline/workspace/build_container.h"
#include "store/store.h"

#include <filesystem>
#include <stop_token>
#include <string>
#include <vector>

namespace penstock {

class ArtifactStore;
class Engine;
class OutputSink;

// What the pipeline works with. All of it must outlive the pipeline.
struct PipelineParts {
  Engine& engine;
  ImageStore& images;
  Store& store;
  ArtifactStore& artifacts;
  std::filesystem::path builds;  // where builds happen; only the pipeline's
  std::filesystem::path cache;   // PLATFORM_CACHE_DIR of each project, by id
  BuildLimits limits;
  config::ServiceTypes services;  // that configurations may have
};

// What to build, and for whom.
struct BuildRequest {
  const Project& project;
  const git::Repository& repository;
  git::ObjectId commit;
  std::vector<Variable> variables;  // what applies to the environment
};

// An application of a commit, built.
struct BuiltApplication {
  std::string application;
  git::ObjectId tree;
  std::string build_id;
  std::string digest;  // of the artifact
  bool reused = false;
};

// Thread safe: commits may be built in parallel, each with a git::Repository of its own.
class Pipeline {
 public:
  explicit Pipeline(PipelineParts parts) : parts_(std::move(parts)) {}

  // Throws UserError after telling every problem to `output`.
  config::Configuration validate(const git::Repository& repository, const git::ObjectId& commit,
                                 OutputSink& output) const;

  // Builds the applications whose build is not known, one after the other. When this returns, their artifacts are
  // durable and registered, and the commit is linked to them. When it throws, `output` has been told why, nothing is
  // left running and nothing on disk but what is registered.
  std::vector<BuiltApplication> build(const BuildRequest& request, const config::Configuration& configuration,
                                      OutputSink& output, const std::stop_token& stop = {}) const;

  // What build() would do, changing nothing. `before`: what is deployed was built from.
  std::vector<PlannedBuild> plan(const BuildRequest& request, const config::Configuration& configuration,
                                 const FormerBuilds& before) const;

  // Removes what builds and freezes left that were cut off by a crash. At start-up, before anything else.
  void sweep() const;

 private:
  PipelineParts parts_;
};

}  // namespace penstock
