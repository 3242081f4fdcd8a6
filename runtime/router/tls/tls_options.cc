#include "runtime/router/tls/tls_options.h"

#include "base/error.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace penstock::router {
namespace {

std::string text_in(const Json& json, const char* name) {
  const auto found = json.find(name);
  return found == json.end() || found->is_null() ? "" : found->get<std::string>();
}

TlsVersion read_version(const std::string& text) {
  if (text.empty() || text == "TLSv1.2") return TlsVersion::V1_2;
  if (text == "TLSv1.3") return TlsVersion::V1_3;
  throw UserError("cannot use min_version '" + text + "': expected TLSv1.2 or TLSv1.3");
}

ClientAuthentication read_authentication(const std::string& text) {
  if (text.empty()) return ClientAuthentication::None;
  if (text == "request") return ClientAuthentication::Request;
  if (text == "require") return ClientAuthentication::Require;
  throw UserError("cannot use client_authentication '" + text + "': expected request or require");
}

}  // namespace

TlsOptions TlsOptions::read(const Json& tls) {
  TlsOptions options;
  options.min_version = read_version(text_in(tls, "min_version"));
  options.client_authentication = read_authentication(text_in(tls, "client_authentication"));
  const auto authorities = tls.find("client_certificate_authorities");
  if (authorities != tls.end() && !authorities->empty()) {
    options.authorities = std::make_shared<ClientAuthorities>(authorities->get<std::vector<std::string>>());
  }
  if (options.client_authentication == ClientAuthentication::Require && !options.authorities) {
    throw UserError("cannot require client certificates: client_certificate_authorities is empty");
  }
  return options;
}

bool TlsOptions::same_clients(const TlsOptions& other) const {
  const auto digest = [](const TlsOptions& options) {
    return options.authorities ? options.authorities->digest() : "";
  };
  return client_authentication == other.client_authentication && digest(*this) == digest(other);
}

bool TlsOptions::merge(const TlsOptions& other) {
  const bool asks = other.client_authentication != ClientAuthentication::None;
  if (asks && client_authentication != ClientAuthentication::None && !same_clients(other)) return false;
  min_version = std::max(min_version, other.min_version);
  if (asks) {
    client_authentication = other.client_authentication;
    authorities = other.authorities;
  }
  return true;
}

}  // namespace penstock::router
