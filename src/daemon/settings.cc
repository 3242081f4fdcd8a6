#include "daemon/settings.h"

#include "base/error.h"
#include "base/file.h"
#include "base/json.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <nlohmann/json.hpp>

#include <unistd.h>

#include <algorithm>
#include <functional>
#include <map>
#include <thread>

namespace penstock {
namespace {

namespace fs = std::filesystem;

using Setter = std::function<void(const Json&)>;

Setter to_text(std::string& target) {
  return [&target](const Json& value) { target = value.get<std::string>(); };
}

Setter to_path(fs::path& target) {
  return [&target](const Json& value) {
    target = value.get<std::string>();
    if (!target.is_absolute()) throw UserError("it must be an absolute path");
  };
}

Setter to_word(std::string& target, std::vector<std::string> known) {
  return [&target, known = std::move(known)](const Json& value) {
    target = value.get<std::string>();
    if (std::find(known.begin(), known.end(), target) != known.end()) return;
    throw UserError(fmt::format("expected one of {}", fmt::join(known, ", ")));
  };
}

Setter to_flag(bool& target) {
  return [&target](const Json& value) { target = value.get<bool>(); };
}

template <typename Number>
Setter to_number(Number& target) {
  return [&target](const Json& value) {
    if (!value.is_number_unsigned() || value.get<std::uint64_t>() > std::numeric_limits<Number>::max()) {
      throw UserError("it must be a whole number that is not negative");
    }
    target = value.get<Number>();
  };
}

std::map<std::string, Setter> setters(Settings& s) {
  return {
      {"state_directory", to_path(s.state_directory)},
      {"run_directory", to_path(s.run_directory)},
      {"images_directory", to_path(s.images_directory)},
      {"programs_directory", to_path(s.programs_directory)},
      {"router_socket", to_path(s.router_socket)},
      {"listen", to_text(s.listen)},
      {"url", to_text(s.url)},
      {"site_domain", to_text(s.site_domain)},
      {"router_port", to_number(s.router_port)},
      {"router_tls_port", to_number(s.router_tls_port)},
      {"https", to_flag(s.https)},
      {"git_user", to_text(s.git_user)},
      {"prefix", to_text(s.prefix)},
      {"address_pool", to_text(s.address_pool)},
      {"runtime", to_text(s.runtime)},
      {"builds_at_once", to_number(s.builds_at_once)},
      {"access_log", to_word(s.access_log, {"combined", "json", "off"})},
      {"kept_deployments", to_number(s.kept_deployments)},
      {"backup_every_h", to_number(s.backup_every_h)},
      {"backup_kept_h", to_number(s.backup_kept_h)},
      {"log_level", to_text(s.log_level)},
  };
}

// Beside our own program in a build tree; in libexec when installed.
fs::path default_programs_directory() {
  const fs::path ours = fs::read_symlink("/proc/self/exe").parent_path();
  const fs::path installed = ours.parent_path() / "libexec/penstock";
  return fs::exists(installed) ? installed : ours;
}

void fill_in(Settings& settings) {
  if (settings.https && settings.router_tls_port != 0) {
    throw UserError("cannot set https and router_tls_port: either a TLS terminator stands before the router or not");
  }
  if (settings.images_directory.empty()) settings.images_directory = settings.state_directory / "images";
  if (settings.programs_directory.empty()) settings.programs_directory = default_programs_directory();
  if (settings.url.empty()) settings.url = "http://" + settings.listen;
  if (settings.builds_at_once == 0) settings.builds_at_once = std::max(1U, std::thread::hardware_concurrency() / 2);
}

void set(const std::map<std::string, Setter>& known, const std::string& key, const Json& value) {
  const auto found = known.find(key);
  if (found == known.end()) throw UserError(fmt::format("cannot set {}: there is no such setting", key));
  try {
    found->second(value);
  } catch (const Json::exception&) {
    throw UserError(fmt::format("cannot set {}: {} is of the wrong kind", key, value.dump()));
  } catch (const UserError& error) {
    throw UserError(fmt::format("cannot set {} to {}: {}", key, value.dump(), error.what()));
  }
}

}  // namespace

Settings Settings::parse(std::string_view json) {
  const Json document = Json::parse(json, nullptr, false, true);
  if (!document.is_object()) throw UserError("cannot read the settings: they are not a JSON object");
  Settings settings;
  const auto known = setters(settings);
  for (const auto& [key, value] : document.items()) set(known, key, value);
  fill_in(settings);
  return settings;
}

Settings Settings::load(const fs::path& file) {
  return parse(fs::exists(file) ? read_file(file) : std::string("{}"));
}

}  // namespace penstock
