#include "daemon/push_options.h"

#include "base/error.h"
#include "config/nearest.h"

#include <fmt/format.h>

#include <algorithm>

namespace penstock {
namespace {

const std::vector<std::string> kKnown = {"environment.status",
                                         "environment.title",
                                         "environment.parent",
                                         "environment.type",
                                         "environment.clone_parent_on_create",
                                         "deploy.strategy",
                                         "resources.init",
                                         "plan"};

[[noreturn]] void refuse(const std::string& key, const std::string& value, const std::string& expected) {
  throw UserError(fmt::format("cannot use push option {}={}: {}", key, value, expected));
}

EnvironmentType type_of(const std::string& value) {
  if (value == "production") refuse("environment.type", value, "only the default branch is production");
  return environment_type_of(value);
}

bool truth_of(const std::string& key, const std::string& value) {
  if (value == "True" || value == "true") return true;
  if (value == "False" || value == "false") return false;
  refuse(key, value, "it must be True or False");
}

void set(PushOptions& options, const std::string& key, const std::string& value) {
  if (key == "environment.status") {
    if (value != "active") refuse(key, value, "it must be active");
    options.activate = true;
  } else if (key == "environment.title") {
    options.title = value;
  } else if (key == "environment.parent") {
    options.parent = value;
  } else if (key == "environment.type") {
    options.type = type_of(value);
  } else if (key == "environment.clone_parent_on_create") {
    options.clone_parent = truth_of(key, value);
  } else if (key == "deploy.strategy") {
    options.strategy = strategy_of(value);
  } else if (key == "resources.init") {
    options.resources = resources_init_of(value);
  } else if (key == "plan") {
    options.plan = true;
  }
}

}  // namespace

PushOptions PushOptions::parse(const std::vector<std::string>& options, OutputSink& warnings) {
  PushOptions parsed;
  for (const std::string& option : options) {
    const std::size_t equals = option.find('=');
    const std::string key = option.substr(0, equals);
    if (std::find(kKnown.begin(), kKnown.end(), key) == kKnown.end()) {
      warnings.line(fmt::format("W: unknown push option {}{}", key, config::did_you_mean(key, kKnown)));
      continue;
    }
    set(parsed, key, equals == std::string::npos ? "" : option.substr(equals + 1));
  }
  return parsed;
}

}  // namespace penstock
