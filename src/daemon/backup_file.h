// A backup as one file, which carries an environment's data, code and configuration to another server: a tar archive of
//   backup.json     what it is: `version`, `environment`, `commit`, `created_at`, `configuration`, `variables`
//   code.bundle     a git bundle of the commit and all before it
//   data/…          the tree of data
// No variable that is sensitive is in it, nor anything of the credentials of services.
#pragma once

#include "store/backup.h"

#include <filesystem>
#include <functional>
#include <iosfwd>
#include <stop_token>
#include <string_view>

namespace penstock {

class Repositories;
class VolumePool;

struct ExportBackup {
  const Repositories& repositories;
  VolumePool& volumes;
  const Backup& backup;
  std::string data_key;           // Environment::key() of its environment
  std::filesystem::path scratch;  // a directory for what is made on the way

  // What `write` throws ends it.
  void run(const std::function<void(std::string_view)>& write) const;
};

struct ImportBackup {
  const Repositories& repositories;
  VolumePool& volumes;
  std::string id;  // of the new backup
  std::string project;
  std::string environment;
  std::string data_key;

  // The backup, not stored yet: its data is kept and its commit has a reference. Throws UserError when the file is not
  // what a server of this version exported, Cancelled. What it leaves then is swept when no activity runs.
  Backup run(std::istream& file, const std::stop_token& stop) const;
};

// Keeps git from forgetting the commit of a backup; clients do not see it.
std::string backup_reference(const std::string& id);

}  // namespace penstock
