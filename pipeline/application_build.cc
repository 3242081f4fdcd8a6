#include "pipeline/application_build.h"

#include "base/output_sink.h"
#include "config/component.h"
#include "git/checkout.h"
#include "hooks/lifecycle/build_environment.h"
#include "pipeline/artifact/artifact_store.h"
#include "pipeline/build_flavor.h"
#include "pipeline/build_hook.h"
#include "pipeline/freeze.h"
#include "pipeline/install_dependencies.h"
#include "pipeline/pull_image.h"
#include "pipeline/workspace/build_directory.h"
#include "pipeline/workspace/tool_environment.h"

#include <fmt/format.h>

namespace penstock {
namespace {

constexpr std::size_t kShownTree = 7;
constexpr const char* kPlatformFolder = ".upsun";

std::vector<lifecycle::UserVariable> build_variables(const std::vector<Variable>& variables,
                                                     const std::string& application) {
  std::vector<lifecycle::UserVariable> result;
  result.reserve(variables.size());
  for (const auto& variable : variables) {
    result.push_back({variable.name, variable.value, variable.is_json, variable.visible_build, variable.visible_runtime,
                      variable.application_scope});
  }
  return lifecycle::build_visible(result, application);
}

// Adds the time until its end to `timings`.
class StageTimer {
 public:
  StageTimer(Json& timings, const char* stage) : timings_(timings), stage_(stage) {}
  StageTimer(const StageTimer&) = delete;
  ~StageTimer() { timings_[stage_] = std::chrono::duration_cast<std::chrono::milliseconds>(watch_.elapsed()).count(); }

 private:
  Json& timings_;
  const char* stage_;
  Stopwatch watch_;
};

template <typename Stage>
auto timed(Json& timings, const char* name, const Stage& stage) {
  const StageTimer timer(timings, name);
  return stage();
}

}  // namespace

ApplicationBuild::ApplicationBuild(const PipelineParts& parts, const BuildRequest& request,
                                   const config::Application& application)
    : parts_(parts),
      request_(request),
      application_(application),
      commit_(request.repository.commit(request.commit)),
      tree_(request.repository.source_tree(commit_.tree, application.source_root)),
      variables_(build_variables(request.variables, application.name)) {}

BuiltApplication ApplicationBuild::run(OutputSink& output, const std::stop_token& stop) {
  output.line(fmt::format("Building application '{}' (runtime type: {}, tree: {})", application_.name,
                          application_.type, tree_.substr(0, kShownTree)));
  const Image image = timed(timings_, "image", [&] {
    return PullImage{parts_.images, application_.type}.run(output, stop);
  });
  const BuildIdentity inputs = identity(image);
  const std::string id = inputs.id();
  if (const auto known = known_artifact(id)) {
    output.line("  Reusing existing build for this tree ID\n");
    link(id);
    return {application_.name, tree_, id, *known, true};
  }
  const FrozenArtifact artifact = build(image, output, stop);
  register_build(artifact, inputs, id);
  output.line();
  return {application_.name, tree_, id, artifact.digest, false};
}

PlannedBuild ApplicationBuild::plan(const FormerBuild* before) const {
  PlannedBuild planned{
      .application = application_.name, .type = application_.type, .tree = tree_, .digest = {}, .why = {}};
  const std::optional<Image> image = parts_.images.find(application_.type);
  if (!image) {
    planned.why = "its base image is not on this machine yet";
    return planned;
  }
  const BuildIdentity inputs = identity(*image);
  planned.digest = known_artifact(inputs.id());
  const std::string changes = before == nullptr ? "" : changed_inputs(*before, inputs);
  if (planned.digest) {
    planned.why = before != nullptr && changes.empty() ? "nothing that a build sees has changed" : "built before";
  } else if (before == nullptr) {
    planned.why = "it has not been deployed here before";
  } else {
    planned.why = changes.empty() ? "its last build is no longer kept" : "other " + changes;
  }
  return planned;
}

FrozenArtifact ApplicationBuild::build(const Image& image, OutputSink& output, const std::stop_token& stop) {
  const BuildDirectory directory(parts_.builds);
  timed(timings_, "checkout", [&] { check_out(directory.application()); });
  const BuildContainer box = container(directory, image);
  const lifecycle::Variables hook = hook_environment(image);
  const lifecycle::Variables tools = tool_environment(hook);

  timed(timings_, "dependencies", [&] {
    InstallDependencies{application_.dependencies, box, tools}.run(output, stop);
  });
  timed(timings_, "flavor", [&] { BuildFlavor{application_, box, tools}.run(output, stop); });
  timed(timings_, "hook", [&] { BuildHook{application_.hooks.build, box, hook}.run(output, stop); });
  return timed(timings_, "freeze", [&] {
    return Freeze{parts_.artifacts, directory.application(), config::mount_points(application_), commit_seconds()}.run(
        output, stop);
  });
}

BuildIdentity ApplicationBuild::identity(const Image& image) const {
  return {.tree = tree_, .application = application_, .variables = variables_, .image_digest = image.digest};
}

std::optional<std::string> ApplicationBuild::known_artifact(const std::string& build_id) const {
  const auto known = parts_.store.builds().find(request_.project.id, build_id);
  if (!known || !parts_.artifacts.touch(known->digest)) return std::nullopt;
  return known->digest;
}

void ApplicationBuild::check_out(const std::filesystem::path& destination) const {
  git::Checkout{.repository = request_.repository,
                .tree = commit_.tree,
                .path = application_.source_root,
                .destination = destination,
                .omit = {kPlatformFolder},
                .time = commit_.time,
                .owner = std::pair(kAppUid, kAppGid)}
      .run();
}

BuildContainer ApplicationBuild::container(const BuildDirectory& directory, const Image& image) const {
  return {.engine = parts_.engine,
          .image = image,
          .application = directory.application(),
          .temporary = directory.temporary(),
          .cache = make_cache_directory(parts_.cache / request_.project.id),
          .limits = parts_.limits,
          .deadline = SteadyClock::now() + parts_.limits.time,
          .labels = {{"project", request_.project.id}, {"app", application_.name}, {"role", "build"}}};
}

lifecycle::Variables ApplicationBuild::hook_environment(const Image& image) const {
  const lifecycle::Common common{.application = application_,
                                 .project = request_.project.id,
                                 .project_entropy = request_.project.entropy,
                                 .tree_id = tree_,
                                 .image_path = image.path,
                                 .variables = variables_};
  return lifecycle::BuildEnvironment{common, commit_seconds()}.variables();
}

void ApplicationBuild::register_build(const FrozenArtifact& artifact, const BuildIdentity& inputs,
                                      const std::string& id) const {
  Json manifest = {{"application", application_.name},
                   {"type", application_.type},
                   {"commit", request_.commit},
                   {"tree", tree_},
                   {"build_id", id},
                   {"image", inputs.image_digest},
                   {"configuration", application_.build_slug()},
                   {"timings_ms", timings_}};
  Transaction transaction = parts_.store.begin();
  parts_.store.artifacts().add({.digest = artifact.digest, .size = artifact.size, .manifest = std::move(manifest)});
  parts_.store.builds().add(KnownBuild{request_.project.id, id, artifact.digest});
  link(id);
  transaction.commit();
}

void ApplicationBuild::link(const std::string& build_id) const {
  parts_.store.builds().add(CommitArtifact{request_.project.id, request_.commit, application_.name, build_id});
}

std::int64_t ApplicationBuild::commit_seconds() const {
  return std::chrono::duration_cast<std::chrono::seconds>(commit_.time.time_since_epoch()).count();
}

}  // namespace penstock
