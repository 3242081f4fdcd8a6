#include "pipeline/pipeline.h"

#include "base/error.h"
#include "base/file.h"
#include "base/output_sink.h"
#include "container/engine.h"
#include "pipeline/application_build.h"
#include "pipeline/artifact/artifact_store.h"
#include "pipeline/validate.h"

namespace penstock {

namespace fs = std::filesystem;

config::Configuration Pipeline::validate(const git::Repository& repository, const git::ObjectId& commit,
                                         OutputSink& output) const {
  return Validate{repository, commit, {parts_.images.available(), parts_.services}}.run(output);
}

std::vector<BuiltApplication> Pipeline::build(const BuildRequest& request, const config::Configuration& configuration,
                                              OutputSink& output, const std::stop_token& stop) const {
  fs::create_directories(parts_.builds);
  try {
    std::vector<BuiltApplication> built;
    for (const auto& [name, application] : configuration.applications) {
      built.push_back(ApplicationBuild(parts_, request, application).run(output, stop));
    }
    return built;
  } catch (const std::exception& error) {
    output.line(std::string("\nE: Error building project: ") + error.what());
    throw;
  }
}

std::vector<PlannedBuild> Pipeline::plan(const BuildRequest& request, const config::Configuration& configuration,
                                         const FormerBuilds& before) const {
  std::vector<PlannedBuild> planned;
  for (const auto& [name, application] : configuration.applications) {
    const auto former = before.find(name);
    planned.push_back(
        ApplicationBuild(parts_, request, application).plan(former == before.end() ? nullptr : &former->second));
  }
  return planned;
}

void Pipeline::sweep() const {
  for (const auto& container : parts_.engine.list()) {
    const auto role = container.labels.find("role");
    if (role != container.labels.end() && role->second == "build") parts_.engine.remove(container.id);
  }
  remove_tree(parts_.builds);
  parts_.artifacts.sweep([&](const std::string& digest) { return parts_.store.artifacts().find(digest).has_value(); });
}

}  // namespace penstock
