#include "hooks/lifecycle/variables.h"

#include "base/base64.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cctype>

namespace penstock::lifecycle {
namespace {

constexpr std::string_view kEnvironmentPrefix = "env";

bool is_variable_name(const std::string& name) {
  const auto fits = [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; };
  return !name.empty() && std::isdigit(static_cast<unsigned char>(name.front())) == 0 &&
         std::all_of(name.begin(), name.end(), fits);
}

std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::toupper(c); });
  return text;
}

std::string text_of(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  return value.is_null() ? "" : value.dump();
}

Json value_of(const UserVariable& variable) {
  if (!variable.is_json) return variable.value;
  Json parsed = Json::parse(variable.value, nullptr, false);
  return parsed.is_discarded() ? Json(variable.value) : parsed;
}

bool applies(const UserVariable& variable, const std::string& application) {
  const auto& scope = variable.application_scope;
  return scope.empty() || std::find(scope.begin(), scope.end(), application) != scope.end();
}

// Collects variables; later ones replace earlier ones of the same name.
class Collector {
 public:
  void add(const std::string& prefix, const std::string& name, const Json& value) {
    if (prefix != kEnvironmentPrefix) {
      others_[prefix.empty() ? name : prefix + ":" + name] = value;
    } else if (is_variable_name(name)) {
      environment_[name] = text_of(value);
    }
  }

  void add(const UserVariable& variable) {
    const auto colon = variable.name.find(':');
    const std::string prefix = colon == std::string::npos ? "" : variable.name.substr(0, colon);
    const std::string name = colon == std::string::npos ? variable.name : variable.name.substr(colon + 1);
    if (prefix == kEnvironmentPrefix && is_variable_name(name)) {
      environment_[upper(name)] = variable.value;
    } else if (prefix != kEnvironmentPrefix) {
      add(prefix, name, value_of(variable));
    }
  }

  Variables result() && {
    environment_["PLATFORM_VARIABLES"] = base64_encode(others_.dump());
    return std::move(environment_);
  }

 private:
  Variables environment_;
  Json others_ = Json::object();
};

}  // namespace

Variables user_variables(const Common& common, Phase phase) {
  Collector collector;
  for (const auto& [prefix, names] : common.application.variables) {
    for (const auto& [name, value] : names) collector.add(prefix, name, value);
  }
  for (const auto& variable : common.variables) {
    const bool visible = phase == Phase::Build ? variable.visible_build : variable.visible_runtime;
    if (visible && applies(variable, common.application.name)) collector.add(variable);
  }
  return std::move(collector).result();
}

std::vector<UserVariable> build_visible(const std::vector<UserVariable>& variables, const std::string& application) {
  std::vector<UserVariable> visible;
  std::copy_if(variables.begin(), variables.end(), std::back_inserter(visible),
               [&](const UserVariable& variable) { return variable.visible_build && applies(variable, application); });
  return visible;
}

std::string search_path(const std::string& image_path) {
  return std::string(kAppDirectory) + "/" + kDependenciesDirectory + "/bin:" + image_path;
}

std::vector<std::string> to_strings(const Variables& variables) {
  std::vector<std::string> strings;
  strings.reserve(variables.size());
  for (const auto& [name, value] : variables) strings.push_back(fmt::format("{}={}", name, value));
  return strings;
}

}  // namespace penstock::lifecycle
