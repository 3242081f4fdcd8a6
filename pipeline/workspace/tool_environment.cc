#include "pipeline/workspace/tool_environment.h"

#include "hooks/lifecycle/build_environment.h"

namespace penstock {

lifecycle::Variables tool_environment(lifecycle::Variables hook_environment) {
  const std::string cache = lifecycle::kCacheDirectory;
  lifecycle::Variables result = {
      {"HOME", "/tmp"},
      {"NODE_EXTRA_CA_CERTS", "/etc/ssl/certs/ca-certificates.crt"},
      {"npm_config_audit", "false"},
      {"npm_config_cache", cache + "/npm"},
      {"npm_config_fund", "false"},
      {"npm_config_update_notifier", "false"},
      {"PIP_CACHE_DIR", cache + "/pip"},
      {"PIP_DISABLE_PIP_VERSION_CHECK", "1"},
      {"PIP_NO_INPUT", "1"},
      {"COMPOSER_CACHE_DIR", cache + "/composer"},
      {"COMPOSER_HOME", "/tmp/composer"},
      {"COMPOSER_NO_INTERACTION", "1"},
  };
  result.merge(hook_environment);
  return result;
}

}  // namespace penstock
