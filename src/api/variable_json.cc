#include "api/variable_json.h"

#include "api/urls.h"
#include "base/error.h"
#include "client/url.h"
#include "store/variable.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>

namespace penstock::api {
namespace {

constexpr std::size_t kNameLimit = 256;

struct Flag {
  const char* name;
  bool Variable::*member;
};

constexpr std::array kFlags = {
    Flag{"is_json", &Variable::is_json},
    Flag{"is_sensitive", &Variable::is_sensitive},
    Flag{"visible_build", &Variable::visible_build},
    Flag{"visible_runtime", &Variable::visible_runtime},
    Flag{"is_enabled", &Variable::is_enabled},
    Flag{"is_inheritable", &Variable::is_inheritable},
};

void set_flag(Variable& variable, const Flag& flag, const Json& value) {
  if (!value.is_boolean()) throw UserError(fmt::format("cannot set {}: it must be true or false", flag.name));
  if (flag.member == &Variable::is_sensitive && variable.is_sensitive && !value.get<bool>()) {
    throw UserError(fmt::format("cannot set {}: a sensitive variable stays sensitive", variable.name));
  }
  variable.*flag.member = value.get<bool>();
}

void set_name(Variable& variable, const Json& value) {
  const std::string name = value.is_string() ? value.get<std::string>() : "";
  const bool fits = !name.empty() && name.size() <= kNameLimit &&
                    std::none_of(name.begin(), name.end(), [](unsigned char c) { return c <= ' ' || c == '='; });
  if (!fits) throw UserError("cannot set the variable: its name must be a text without spaces and \"=\"");
  variable.name = name;
}

void set_scope(Variable& variable, const Json& value) {
  variable.application_scope.clear();
  for (const Json& application : value.is_array() ? value : Json::array({value})) {
    if (!application.is_string()) throw UserError("cannot set application_scope: it must be a list of names");
    variable.application_scope.push_back(application.get<std::string>());
  }
}

void check(const Variable& variable) {
  if (variable.is_json && Json::parse(variable.value, nullptr, false).is_discarded()) {
    throw UserError(fmt::format("cannot set {}: its value is not JSON", variable.name));
  }
}

std::string self_of(const Variable& variable, const std::optional<std::string>& shown_on) {
  const std::string owner = shown_on ? environment_path(variable.project, *shown_on) : project_path(variable.project);
  return owner + "/variables/" + client::percent_encode(variable.name);
}

}  // namespace

Json variable_json(const Variable& variable, const std::optional<std::string>& shown_on) {
  Json document = {{"id", variable.name}, {"name", variable.name}, {"attributes", Json::object()}};
  if (!variable.is_sensitive) document["value"] = variable.value;
  document["is_json"] = variable.is_json;
  document["is_sensitive"] = variable.is_sensitive;
  document["visible_build"] = variable.visible_build;
  document["visible_runtime"] = variable.visible_runtime;
  document["application_scope"] = variable.application_scope;
  if (shown_on) {
    document["project"] = variable.project;
    document["environment"] = *shown_on;
    document["inherited"] = variable.environment != shown_on;
    document["is_enabled"] = variable.is_enabled;
    document["is_inheritable"] = variable.is_inheritable;
  }
  document["created_at"] = iso8601(variable.created_at);
  document["updated_at"] = iso8601(variable.updated_at);
  const Json self = {{"href", self_of(variable, shown_on)}};
  document["_links"] = {{"self", self}, {"#edit", self}, {"#delete", self}};
  return document;
}

void apply_variable(Variable& variable, const Json& patch) {
  for (const auto& [name, value] : patch.items()) {
    const auto* flag =
        std::find_if(kFlags.begin(), kFlags.end(), [&name = name](const Flag& f) { return name == f.name; });
    if (flag != kFlags.end()) {
      set_flag(variable, *flag, value);
    } else if (name == "name") {
      set_name(variable, value);
    } else if (name == "value") {
      variable.value = value.is_string() ? value.get<std::string>() : value.dump();
    } else if (name == "application_scope") {
      set_scope(variable, value);
    } else if (name != "attributes") {
      throw UserError(fmt::format("cannot set {}: a variable has no such property", name));
    }
  }
  check(variable);
}

}  // namespace penstock::api
