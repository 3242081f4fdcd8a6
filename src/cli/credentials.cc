#include "cli/credentials.h"

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <cstdlib>

namespace penstock::cli {
namespace {

namespace fs = std::filesystem;

std::optional<std::string> variable(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') return std::nullopt;
  return std::string(value);
}

void check_permissions(const fs::path& path) {
  constexpr fs::perms others = fs::perms::group_all | fs::perms::others_all;
  if ((fs::status(path).permissions() & others) != fs::perms::none) {
    throw UserError(fmt::format("cannot use {}: others can read it; chmod 600 it", path.string()));
  }
}

}  // namespace

fs::path Credentials::path() {
  if (const auto home = variable("PENSTOCK_HOME")) return fs::path(*home) / "credentials.json";
  if (const auto config = variable("XDG_CONFIG_HOME")) return fs::path(*config) / "penstock" / "credentials.json";
  return fs::path(variable("HOME").value_or("/root")) / ".config" / "penstock" / "credentials.json";
}

Credentials Credentials::load() {
  Credentials credentials;
  if (fs::exists(path())) {
    check_permissions(path());
    const Json document = Json::parse(read_file(path()), nullptr, false);
    if (!document.is_object()) throw UserError(fmt::format("cannot read {}: it is not JSON", path().string()));
    credentials.url = document.value("url", credentials.url);
    credentials.token = document.value("token", std::string());
  }
  if (const auto url = variable("PENSTOCK_URL")) credentials.url = *url;
  if (const auto token = variable("PENSTOCK_TOKEN")) credentials.token = *token;
  return credentials;
}

void Credentials::save() const {
  fs::create_directories(path().parent_path());
  const Json document = {{"url", url}, {"token", token}};
  write_file_durably(path(), document.dump(2) + "\n", 0600);
}

void Credentials::forget() {
  fs::remove(path());
}

}  // namespace penstock::cli
