#pragma once

#include "base/clock.h"
#include "base/json.h"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace penstock {

class Database;

// A frozen application. The content itself is in the artifact store of the pipeline.
struct Artifact {
  std::string digest;  // 64 hexadecimal digits
  std::uint64_t size = 0;
  WallTime created_at = wall_now();
  Json manifest = Json::object();
};

class Artifacts {
 public:
  explicit Artifacts(Database& database) : database_(database) {}

  // The same digest again changes nothing: it is the same content.
  void add(const Artifact& artifact);
  // Builds that lead to it are forgotten with it. Throws NotFound.
  void remove(const std::string& digest);

  // Throws NotFound.
  Artifact get(const std::string& digest) const;
  std::optional<Artifact> find(const std::string& digest) const;
  // Newest first.
  std::vector<Artifact> list() const;
  // The digests that any environment's current deployment, a deployment under way, one of those that
  // Deployments::prune() keeps, or a backup uses, and those that a staged push was built to.
  std::set<std::string> in_use(std::size_t deployments_kept) const;

 private:
  Database& database_;
};

}  // namespace penstock
