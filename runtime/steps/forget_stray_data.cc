#include "runtime/steps/forget_stray_data.h"

#include "runtime/volumes/volume_pool.h"
#include "store/store.h"

#include <map>
#include <set>
#include <string>

namespace penstock {

void ForgetStrayData::run() const {
  std::map<std::string, EnvironmentStatus> known;
  for (const Environment& environment : store.environments().list_all()) {
    known.emplace(environment.key(), environment.status);
  }
  std::set<std::string> backups;
  for (const Backup& backup : store.backups().list_all()) backups.insert(backup.id);

  for (const std::string& environment : volumes.environments()) {
    const auto record = known.find(environment);
    if (record == known.end() && volumes.holds(environment)) continue;
    for (const std::string& name : volumes.kept(environment)) {
      if (backups.count(name) == 0) volumes.forget(environment, name);
    }
    if (record == known.end() || record->second == EnvironmentStatus::Inactive) volumes.remove(environment);
  }
}

}  // namespace penstock
