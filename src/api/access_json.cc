#include "api/access_json.h"

#include "base/error.h"
#include "base/password_hash.h"
#include "store/environment.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace penstock::api {
namespace {

constexpr const char* kHiddenPassword = "******";
constexpr std::size_t kMostRules = 500;
constexpr std::size_t kMostUsers = 100;

void check_address(const std::string& text) {
  if (text == "any") return;
  const std::size_t slash = std::min(text.find('/'), text.size());
  const std::string ip = text.substr(0, slash);
  std::array<unsigned char, sizeof(in6_addr)> parsed{};
  const bool v4 = ::inet_pton(AF_INET, ip.c_str(), parsed.data()) == 1;
  bool valid = v4 || ::inet_pton(AF_INET6, ip.c_str(), parsed.data()) == 1;
  if (slash < text.size()) {
    unsigned bits = 0;
    const auto [end, error] = std::from_chars(text.data() + slash + 1, text.data() + text.size(), bits);
    valid = valid && error == std::errc() && end == text.data() + text.size() && bits <= (v4 ? 32U : 128U);
  }
  if (!valid)
    throw UserError(fmt::format("cannot set http_access: \"{}\" is no IP address, ADDRESS/BITS or any", text));
}

HttpAccess::Rule rule_of(const Json& json) {
  const std::string permission = json.value("permission", "");
  if (permission != "allow" && permission != "deny") {
    throw UserError("cannot set http_access: a permission must be allow or deny");
  }
  HttpAccess::Rule rule{.allow = permission == "allow", .address = json.value("address", "")};
  check_address(rule.address);
  return rule;
}

std::string hash_for(const HttpAccess& access, const std::string& user, const Json& password) {
  const bool valid = !user.empty() && user.find(':') == std::string::npos && password.is_string() && password != "";
  if (!valid) throw UserError("cannot set http_access: basic_auth must be user names without ':' and their passwords");
  const auto known = access.basic_auth.find(user);
  if (known != access.basic_auth.end() && password == kHiddenPassword) return known->second;
  return hash_password(password.get<std::string>());
}

}  // namespace

Json access_json(const HttpAccess& access) {
  Json json = access.to_json();
  for (auto& [user, password] : json["basic_auth"].items()) password = kHiddenPassword;
  return json;
}

HttpAccess changed_access(HttpAccess access, const Json& patch) {
  if (!patch.is_object()) throw UserError("cannot set http_access: it must be an object");
  const HttpAccess before = access;
  for (const auto& [name, value] : patch.items()) {
    if (name == "is_enabled" && value.is_boolean()) {
      access.is_enabled = value.get<bool>();
    } else if (name == "addresses" && value.is_array() && value.size() <= kMostRules) {
      access.addresses.clear();
      for (const Json& rule : value) access.addresses.push_back(rule_of(rule));
    } else if (name == "basic_auth" && (value.is_object() || value.empty()) && value.size() <= kMostUsers) {
      access.basic_auth.clear();
      for (const auto& [user, password] : value.items()) access.basic_auth[user] = hash_for(before, user, password);
    } else {
      throw UserError(
          fmt::format("cannot set http_access: {} is not one of is_enabled, addresses and basic_auth", name));
    }
  }
  return access;
}

}  // namespace penstock::api
