#pragma once

#include <filesystem>
#include <map>
#include <set>
#include <string>

namespace penstock {

class ApplicationMounts;

// Shows the writable directories of applications to the router, which may not search the volumes: read-only, nothing in
// them can be executed, and no link leads anywhere. Thread safe for different environments.
//   <directory>/<environment>/<application>/<digest of the mount's path>
class SharedMounts {
 public:
  // Empty: nothing is shown.
  explicit SharedMounts(std::filesystem::path directory) : directory_(std::move(directory)) {}

  // Where the mounts of an application are shown: what they are now, whatever was shown before. By their paths below
  // the application's directory. Throws SystemError.
  std::map<std::string, std::filesystem::path> share(const std::string& environment, const std::string& application,
                                                     const ApplicationMounts& mounts) const;
  void unshare(const std::string& environment) const;
  // Of all other environments.
  void unshare_all_but(const std::set<std::string>& environments) const;

 private:
  const std::filesystem::path directory_;
};

}  // namespace penstock
