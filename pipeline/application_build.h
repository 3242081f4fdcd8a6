#pragma once

#include "base/clock.h"
#include "base/json.h"
#include "pipeline/build_identity.h"
#include "pipeline/build_plan.h"
#include "pipeline/pipeline.h"

#include <nlohmann/json.hpp>

#include <optional>

namespace penstock {

class BuildDirectory;
struct FrozenArtifact;

// The build of one application of a commit, from its image to its artifact. Use once.
class ApplicationBuild {
 public:
  ApplicationBuild(const PipelineParts& parts, const BuildRequest& request, const config::Application& application);

  BuiltApplication run(OutputSink& output, const std::stop_token& stop);
  // What run() would do. `before`: what the application was built from last, if it was.
  PlannedBuild plan(const FormerBuild* before) const;

 private:
  BuildIdentity identity(const Image& image) const;
  // The artifact that the same inputs led to before.
  std::optional<std::string> known_artifact(const std::string& build_id) const;
  FrozenArtifact build(const Image& image, OutputSink& output, const std::stop_token& stop);
  void check_out(const std::filesystem::path& destination) const;
  BuildContainer container(const BuildDirectory& directory, const Image& image) const;
  lifecycle::Variables hook_environment(const Image& image) const;
  void register_build(const FrozenArtifact& artifact, const BuildIdentity& identity, const std::string& id) const;
  void link(const std::string& build_id) const;
  std::int64_t commit_seconds() const;

  const PipelineParts& parts_;
  const BuildRequest& request_;
  const config::Application& application_;
  const git::Commit commit_;
  const git::ObjectId tree_;                        // of the application's files
  std::vector<lifecycle::UserVariable> variables_;  // the build-visible ones
  Json timings_ = Json::object();                   // stage to milliseconds
};

}  // namespace penstock
