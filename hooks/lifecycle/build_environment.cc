#include "hooks/lifecycle/build_environment.h"

#include "hooks/lifecycle/provided.h"

#include <nlohmann/json.hpp>

namespace penstock::lifecycle {

Variables BuildEnvironment::variables() const {
  Variables result = {
      {"CI", "1"},
      {"PLATFORM_CACHE_DIR", kCacheDirectory},
      {"PLATFORM_OUTPUT_DIR", kAppDirectory},
      {"PLATFORM_VENDOR", "penstock"},
      {"SOURCE_DATE_EPOCH", std::to_string(source_date_epoch)},
  };
  result.merge(provided_variables(common, common.application.build_slug()));
  result.merge(user_variables(common, Phase::Build));
  result.merge(default_variables(common));
  return result;
}

}  // namespace penstock::lifecycle
