#include "pipeline/retention.h"

#include "base/file.h"
#include "pipeline/artifact/artifact_store.h"
#include "store/store.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

#include <fcntl.h>

#include <fstream>

using namespace penstock;
namespace fs = std::filesystem;

namespace {

struct Kept {
  TemporaryDirectory work;
  Store store{work.path()};
  ArtifactStore artifacts{work.path() / "artifacts", work.path() / "mounts"};

  ~Kept() {
    for (const auto& artifact : artifacts.list()) artifacts.unmount(artifact.digest);
  }

  std::string add(const std::string& content) {
    fs::create_directories(work.path() / "tree");
    std::ofstream(work.path() / "tree/file") << content;
    const auto frozen = artifacts.freeze(work.path() / "tree", 1700000000);
    store.artifacts().add({.digest = frozen.digest, .size = frozen.size});
    return frozen.digest;
  }
  std::vector<std::string> remove_unused(std::chrono::seconds spared = std::chrono::seconds(-5)) {
    return RemoveUnusedArtifacts{.store = store, .artifacts = artifacts, .spared = spared}.run();
  }
};

}  // namespace

TEST_CASE_METHOD(Kept, "an artifact that nothing uses is removed with its record") {
  const std::string digest = add("unused");
  artifacts.mount(digest);
  CHECK(remove_unused() == std::vector<std::string>{digest});
  CHECK(artifacts.list().empty());
  CHECK_FALSE(store.artifacts().find(digest));
}

TEST_CASE_METHOD(Kept, "an artifact whose files are open stays") {
  const std::string digest = add("open");
  const Fd open(::open((artifacts.mount(digest) / "file").c_str(), O_RDONLY | O_CLOEXEC));
  CHECK(remove_unused().empty());
  CHECK(store.artifacts().find(digest));
}

TEST_CASE_METHOD(Kept, "an artifact that was just built or reused stays") {
  add("fresh");
  CHECK(remove_unused(std::chrono::hours(1)).empty());
}

TEST_CASE_METHOD(Kept, "an artifact of a deployment stays") {
  const std::string digest = add("deployed");
  Project project = new_project("test");
  store.projects().add(project);
  store.environments().add({.project = project.id, .name = "main", .machine_name = "main-1"});
  Deployment deployment;
  deployment.id = "d1";
  deployment.project = project.id;
  deployment.environment = "main";
  deployment.artifacts = {{"app", digest}};
  store.deployments().add(deployment);
  CHECK(remove_unused().empty());
}
