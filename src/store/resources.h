#pragma once

#include "base/json.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace penstock {

class Database;
struct Environment;

// What somebody has said that a component of an application, or a service, is to have.
struct Resources {
  std::string profile_size;  // "0.5": CPUs, and the memory that goes with them; empty: the server's default
  std::optional<unsigned> instance_count;  // none: 1
  std::optional<std::uint64_t> disk;       // MB; none: no limit

  bool operator==(const Resources&) const = default;
};

// What an environment that is new has.
enum class ResourcesInit {
  Default,  // nothing said
  Minimum,  // the smallest size, for all
  Parent,   // what its parent has
};

ResourcesInit resources_init_of(std::string_view name);

// By component ("app", "app--queue") or service; "*" is for those without an entry of their own.
using ResourcesByName = std::map<std::string, Resources>;

// Of a component or service.
Resources resources_of(const ResourcesByName& resources, const std::string& name);

Json resources_to_json(const ResourcesByName& resources);
ResourcesByName resources_from_json(const Json& json);

// The resources that the next deployment of an environment is to have.
class EnvironmentResources {
 public:
  explicit EnvironmentResources(Database& database) : database_(database) {}

  // Of an environment that has none of its own: empty.
  ResourcesByName get(const std::string& project, const std::string& environment) const;
  // In place of all it had. Throws Conflict when there is no such environment.
  void set(const std::string& project, const std::string& environment, const ResourcesByName& resources);
  // Gives a new environment its first. Throws as set().
  void init(const Environment& environment, ResourcesInit init);

 private:
  Database& database_;
};

}  // namespace penstock
