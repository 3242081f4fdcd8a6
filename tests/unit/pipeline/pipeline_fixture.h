// A pipeline of its own: real git, real containers, a state directory that goes with it.
#pragma once

#include "pipeline/artifact/artifact_store.h"
#include "pipeline/pipeline.h"
#include "support/git_sandbox.h"
#include "unit/container/test_engine.h"

namespace penstock::test {

struct PipelineFixture {
  TemporaryDirectory state;
  GitSandbox git;
  TestEngine engine;
  ImageStore images{"/var/cache/penstock/images", Catalogue::builtin()};
  Store store{state.path()};
  ArtifactStore artifacts{state.path() / "artifacts", state.path() / "mounts"};
  Project project = new_project("test");
  std::vector<Variable> variables;
  BuildLimits limits;
  CapturingSink output;

  PipelineFixture() { store.projects().add(project); }
  ~PipelineFixture() {
    for (const auto& artifact : artifacts.list()) artifacts.unmount(artifact.digest);
  }

  Pipeline pipeline() {
    return Pipeline({*engine, images, store, artifacts, state.path() / "builds", state.path() / "cache", limits});
  }

  // Declares one application of type static:1; `more` are further lines of it.
  void configure(const std::string& more) const {
    git.write(".upsun/config.yaml",
              "applications:\n  app:\n    type: static:1\n    web: {commands: {start: sleep 1}}\n" + more);
  }
  void build_hook(const std::string& script) const { configure("    hooks:\n      build: \"" + script + "\"\n"); }

  std::vector<BuiltApplication> build_all(const std::string& commit, const std::stop_token& stop = {}) {
    const git::Repository repository(git.path() / ".git");
    const Pipeline builder = pipeline();
    const auto configuration = builder.validate(repository, commit, output);
    return builder.build({project, repository, commit, variables}, configuration, output, stop);
  }
  BuiltApplication build(const std::string& commit) { return build_all(commit).at(0); }
  BuiltApplication build() { return build(git.commit("change")); }

  std::string read(const BuiltApplication& built, const std::string& file) {
    return read_file(artifacts.mount(built.digest) / file);
  }
  bool printed(const std::string& text) const { return output.text().find(text) != std::string::npos; }
};

}  // namespace penstock::test
