#pragma once

#include <optional>
#include <string>
#include <vector>

namespace penstock {

class Database;

// What a build id led to, in one project.
struct KnownBuild {
  std::string project;
  std::string build_id;
  std::string digest;
};

// Which build an application of a commit has.
struct CommitArtifact {
  std::string project;
  std::string commit;
  std::string application;
  std::string build_id;
};

class Builds {
 public:
  explicit Builds(Database& database) : database_(database) {}

  // Replaces what the id led to before. The artifact must be stored: throws Conflict otherwise.
  void add(const KnownBuild& build);
  std::optional<KnownBuild> find(const std::string& project, const std::string& build_id) const;

  // The build must be stored: throws Conflict otherwise.
  void add(const CommitArtifact& link);
  std::vector<CommitArtifact> of_commit(const std::string& project, const std::string& commit) const;

  // Forgets all builds of a project, so that the next push builds again.
  void clear(const std::string& project);

 private:
  Database& database_;
};

}  // namespace penstock
