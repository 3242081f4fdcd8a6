#include "hooks/lifecycle/provided.h"

#include "base/base64.h"

#include <nlohmann/json.hpp>

namespace penstock::lifecycle {

Variables default_variables(const Common& common) {
  return {
      {"HOME", kAppDirectory},
      {"LANG", "C.UTF-8"},
      {"PATH", search_path(common.image_path)},
      {"SHELL", "/bin/dash"},
  };
}

Variables provided_variables(const Common& common, const Json& application) {
  return {
      {"PLATFORM_APP_DIR", kAppDirectory},
      {"PLATFORM_APPLICATION", base64_encode(application.dump())},
      {"PLATFORM_APPLICATION_NAME", common.application.name},
      {"PLATFORM_PROJECT", common.project},
      {"PLATFORM_PROJECT_ENTROPY", common.project_entropy},
      {"PLATFORM_TREE_ID", common.tree_id},
  };
}

}  // namespace penstock::lifecycle
