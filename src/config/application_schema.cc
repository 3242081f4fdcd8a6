#include "config/limits.h"
#include "config/nearest.h"
#include "config/paths.h"
#include "config/schema.h"
#include "config/units.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <arpa/inet.h>

#include <array>

namespace penstock::config {

namespace {

constexpr std::size_t kMaxMounts = 100;
constexpr std::int64_t kDaySeconds = 86'400;

bool has_value(const YamlNode& node, const std::string& key) {
  const YamlNodePtr value = node.find(key);
  return value && !value->is_null();
}

bool is_type(const std::string& text) {
  const std::size_t colon = text.find(':');
  return colon != 0 && colon != std::string::npos && colon + 1 < text.size() &&
         text.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.:_-") ==
             std::string::npos;
}

bool is_address(const std::string& text) {
  std::array<unsigned char, sizeof(in6_addr)> address{};
  return inet_pton(AF_INET, text.c_str(), address.data()) == 1 ||
         inet_pton(AF_INET6, text.c_str(), address.data()) == 1;
}

std::optional<std::string> mount_key(Reader& reader, const Field& field) {
  auto path = resolve_path("", field.key);
  if (path && !path->empty()) return path;
  reader.invalid(field, fmt::format("the mount {} is not a folder inside the application's", in_quotes(field.key)));
  return std::nullopt;
}

// The path in the volume; the mount's own path when it is not given.
Shape mount_schema() {
  const Shape fields = object({{"source", one_of({"storage", "instance", "tmp", "temporary", "service"}), true},
                               {"source_path", text()},
                               {"service", text(kMaxNameLength)}});
  return [fields](Reader& reader, const Field& field) -> std::optional<Json> {
    auto mount = fields(reader, field);
    if (!mount) return std::nullopt;
    const auto path = resolve_path("", mount->value("source_path", field.key));
    if (path) {
      (*mount)["source_path"] = *path;
      return mount;
    }
    reader.invalid(field, "source_path leads out of the volume");
    return std::nullopt;
  };
}

Shape mounts_schema() {
  return map_of({mount_key, kMaxMounts}, mount_schema());
}

// Prefix to name to value.
Shape variables_schema() {
  const auto any_key = [](Reader& reader, const Field& field) -> std::optional<std::string> {
    const bool fits = !field.key.empty() && field.key.find('=') == std::string::npos;
    if (fits) return field.key;
    reader.invalid(field, "expected the name of a variable, without '='");
    return std::nullopt;
  };
  return map_of({any_key, kMaxEntries}, map_of({any_key, kMaxEntries}, anything()));
}

Shape access_schema() {
  return object({{"ssh", one_of({"admin", "contributor", "viewer"})}});
}

Shape firewall_schema() {
  return object({{"outbound", list_of(object({{"protocol", one_of({"tcp"})},
                                              {"ips", list_of(text())},
                                              {"domains", list_of(text())},
                                              {"ports", list_of(integer(1, 65535))}}))}});
}

Shape source_schema() {
  const auto root = [](Reader& reader, const Field& field) -> std::optional<Json> {
    const auto path = field.node->is_scalar() ? resolve_path("", field.node->text) : std::nullopt;
    if (path) return *path;
    reader.expected(field, "a folder of the repository");
    return std::nullopt;
  };
  return object({{"root", root}, {"operations", map_of({name(), kMaxEntries}, object({{"command", text(), true}}))}});
}

Shape start_stop(bool start_required) {
  return object({{"start", text(), start_required}, {"stop", text()}});
}

Shape worker_schema() {
  std::vector<Property> properties{
      {"commands", object({{"pre_start", text()}, {"start", text(), true}, {"post_start", text()}}), true}};
  for (const Property& property : instance_overrides()) properties.push_back(property);
  return object(std::move(properties));
}

Shape cron_schema() {
  const Shape fields =
      object({{"spec", text_like("a time specification of five fields such as 'H 3 * * *'", is_cron_spec), true},
              {"commands", start_stop(true)},
              {"cmd", text()},
              {"shutdown_timeout", integer(0)},
              {"timeout", integer(1, kDaySeconds)}});
  return [fields](Reader& reader, const Field& field) {
    auto cron = fields(reader, field);
    const bool runs = has_value(*field.node, "commands") || has_value(*field.node, "cmd");
    if (cron && !runs) reader.missing_key(field, "commands");
    return cron;
  };
}

Shape operation_schema() {
  return object({{"role", one_of({"admin", "contributor", "viewer"})},
                 {"commands", start_stop(true), true},
                 {"timeout", integer(1)}});
}

Shape packages_schema() {
  return map_of(text(kMaxNameLength * 4));
}

// Composer's own form has a `require`.
std::optional<Json> read_php_dependencies(Reader& reader, const Field& field) {
  static const Shape composer =
      object({{"require", packages_schema(), true}, {"repositories", anything()}, {"config", anything()}});
  const bool extended = field.node->is_map() && field.node->find("require") && field.node->find("require")->is_map();
  return extended ? composer(reader, field) : packages_schema()(reader, field);
}

Shape dependencies_schema() {
  return object({{"php", read_php_dependencies},
                 {"python", packages_schema()},
                 {"python2", packages_schema()},
                 {"python3", packages_schema()},
                 {"ruby", packages_schema()},
                 {"nodejs", packages_schema()}});
}

std::vector<Property> php_settings() {
  const Shape extension = scalar_or_map(text(kMaxNameLength),
                                        object({{"name", text(kMaxNameLength), true}, {"configuration", anything()}}));
  return {{"extensions", list_of(extension)},
          {"disabled_extensions", list_of(text(kMaxNameLength))},
          {"request_terminate_timeout", integer(1)},
          {"sizing_hints", object({{"request_memory", integer(10)}, {"reserved_memory", integer(70)}})}};
}

Shape runtime_schema() {
  std::vector<Property> properties = php_settings();
  properties.push_back({"xdebug", object({{"idekey", text()}})});
  properties.push_back({"quicklisp", anything()});
  return object(std::move(properties));
}

Shape stack_schema() {
  const Shape runtimes = list_of(scalar_or_map(text(kMaxNameLength), map_of(object(php_settings()))));
  const Shape package = scalar_or_map(text(kMaxNameLength), object({{"package", text(), true}, {"channel", text()}}));
  return object({{"runtimes", runtimes}, {"packages", list_of(package)}});
}

Shape build_schema() {
  return object({{"flavor", one_of({"none", "default", "composer", "drupal", "symfony"})}, {"caches", anything()}});
}

}  // namespace

std::vector<Property> instance_overrides() {
  return {{"container_profile", one_of({"HIGH_CPU", "BALANCED", "HIGH_MEMORY", "HIGHER_MEMORY"})},
          {"relationships", relationships_schema()},
          {"mounts", mounts_schema()},
          {"variables", variables_schema()},
          {"access", access_schema()},
          {"firewall", firewall_schema()},
          {"additional_hosts", map_of(text_like("an IP address", is_address))},
          {"resources", object({{"base_memory", integer(1)}, {"memory_ratio", integer(1)}})},
          {"disk", integer(1)},
          {"size", one_of({"AUTO", "XS", "S", "M", "L", "XL", "2XL", "4XL"})}};
}

Shape application_schema() {
  const Shape hook = text();
  std::vector<Property> properties{{"type", text_like("a runtime and its version, such as 'nodejs:18'", is_type)},
                                   {"stack", stack_schema()},
                                   {"source", source_schema()},
                                   {"build", build_schema()},
                                   {"dependencies", dependencies_schema()},
                                   {"hooks", object({{"build", hook}, {"deploy", hook}, {"post_deploy", hook}})},
                                   {"web", web_schema()},
                                   {"workers", map_of({name(), kMaxEntries}, worker_schema())},
                                   {"crons", map_of({name(), kMaxEntries}, cron_schema())},
                                   {"timezone", text_like("a time zone such as 'Europe/Paris'", is_timezone)},
                                   {"runtime", runtime_schema()},
                                   {"operations", map_of({name(), kMaxEntries}, operation_schema())},
                                   {"preflight", object({{"enabled", boolean()}, {"ignored_rules", list_of(text())}})},
                                   {"tasks", anything()},
                                   {"egress", anything()},
                                   {"authorizations", anything()},
                                   {"image", anything()}};
  for (const Property& property : instance_overrides()) properties.push_back(property);
  return [fields = object(std::move(properties))](Reader& reader, const Field& field) {
    auto application = fields(reader, field);
    const bool typed = has_value(*field.node, "type") || has_value(*field.node, "stack");
    if (application && !typed) reader.missing_key(field, "type");
    return application;
  };
}

}  // namespace penstock::config
