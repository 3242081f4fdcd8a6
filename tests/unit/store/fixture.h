#pragma once

#include "base/file.h"
#include "store/store.h"

#include <string>

namespace penstock::test {

// A store with one project "shop" whose production environment is "main".
struct StoreFixture {
  TemporaryDirectory directory;
  Store store{directory.path()};

  StoreFixture() {
    store.projects().add({.id = "shop", .title = "Shop", .entropy = "e"});
    add_environment("main");
  }

  void add_environment(const std::string& name, const std::optional<std::string>& parent = std::nullopt) {
    store.environments().add(
        {.project = "shop", .name = name, .machine_name = machine_name_of(name), .title = name, .parent = parent});
  }

  Deployment add_deployment(const std::string& id, const std::string& digest = "d0") {
    return store.deployments().add({.id = id,
                                    .project = "shop",
                                    .environment = "main",
                                    .commit = "c",
                                    .tree = "t",
                                    .artifacts = {{"app", digest}}});
  }
};

}  // namespace penstock::test
