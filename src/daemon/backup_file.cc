#include "daemon/backup_file.h"

#include "base/error.h"
#include "base/file.h"
#include "daemon/repositories.h"
#include "runtime/volumes/tree_archive.h"
#include "runtime/volumes/volume_pool.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <fcntl.h>
#include <unistd.h>

#include <fstream>
#include <istream>

namespace penstock {
namespace {

namespace fs = std::filesystem;

constexpr int kVersion = 1;
constexpr const char* kDescription = "backup.json";
constexpr const char* kBundle = "code.bundle";
constexpr std::string_view kData = "data/";
constexpr std::size_t kDescriptionLimit = std::size_t{16} << 20;

Fd open_tree(const fs::path& path) {
  Fd tree(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!tree) throw SystemError("open " + path.string());
  return tree;
}

Json description_of(const Backup& backup) {
  Json variables = Json::array();
  for (const Json& variable : backup.release.variables) {
    if (!variable.value("is_sensitive", true)) variables.push_back(variable);
  }
  return {{"version", kVersion},
          {"id", backup.id},
          {"environment", backup.environment},
          {"commit", backup.release.commit},
          {"tree", backup.release.tree},
          {"created_at", iso8601(backup.created_at)},
          {"configuration", backup.release.configuration},
          {"variables", std::move(variables)}};
}

// Its release has no artifacts: restoring it builds them.
Backup backup_in(const std::string& text) {
  const Json json = Json::parse(text, nullptr, false);
  try {
    if (json.at("version") != kVersion) throw UserError("cannot import the backup: it is of another version");
    Backup backup;
    json.at("id").get_to(backup.id);
    if (backup.id.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789") != std::string::npos) {
      throw UserError("cannot import the backup: it has no id");
    }
    json.at("commit").get_to(backup.release.commit);
    json.at("tree").get_to(backup.release.tree);
    backup.release.configuration = json.at("configuration");
    backup.release.variables = json.at("variables");
    backup.created_at = parse_iso8601(json.at("created_at").get<std::string>());
    return backup;
  } catch (const Json::exception&) {
    throw UserError(fmt::format("cannot import the backup: {} does not say what it must", kDescription));
  }
}

// The bundle in the file that is being read, where git's user can read it.
class BundleFile {
 public:
  explicit BundleFile(const git::Plumbing& git) : directory_(git.path) {
    if (git.user && ::chown(directory_.path().c_str(), git.user->first, git.user->second) != 0) {
      throw SystemError("give away " + directory_.path().string());
    }
  }
  fs::path path() const { return directory_.path() / kBundle; }

 private:
  const TemporaryDirectory directory_;
};

}  // namespace

void ExportBackup::run(const std::function<void(std::string_view)>& write) const {
  fs::create_directories(scratch);
  const TemporaryDirectory directory(scratch);
  const fs::path bundle = directory.path() / kBundle;
  {
    const Fd file(::open(bundle.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!file) throw SystemError("create " + bundle.string());
    repositories.plumbing(backup.project)
        .stream("bundle the code of a backup", {"bundle", "create", "-", backup_reference(backup.id)}, file.get());
  }
  TarStream tar(write);
  tar.add_file(kDescription, description_of(backup).dump(2));
  tar.add_tree(open_tree(directory.path()).get(), "");
  tar.add_tree(open_tree(volumes.kept_tree(data_key, backup.id)).get(), std::string(kData));
  tar.finish();
}

Backup ImportBackup::run(std::istream& file, const std::stop_token& stop) const {
  TarReader tar([&](char* buffer, std::size_t size) {
    if (stop.stop_requested()) throw Cancelled("stopped while importing a backup");
    file.read(buffer, static_cast<std::streamsize>(size));
    return static_cast<std::size_t>(file.gcount());
  });
  if (!tar.next() || tar.name() != kDescription) throw UserError("cannot import the backup: the file is none");
  Backup backup = backup_in(tar.content(kDescriptionLimit));
  if (!tar.next() || tar.name() != kBundle) throw UserError("cannot import the backup: it has no code");
  const git::Plumbing git = repositories.plumbing(project);
  const UnpackLimits room{.bytes = volumes.available(), .owner = git.user};
  const BundleFile bundle(git);
  tar.unpack(open_tree(bundle.path().parent_path()).get(), kBundle, room);
  git.checked("take in the code of a backup",
              {"-c", "fetch.fsckObjects=true", "fetch", "--quiet", "--no-tags", "--no-write-fetch-head",
               "--no-auto-maintenance", bundle.path(), backup_reference(backup.id) + ":" + backup_reference(id)});
  if (repositories.open(project).resolve(backup_reference(id)) != backup.release.commit) {
    throw UserError("cannot import the backup: its code is not of its commit");
  }
  const Fd data = open_tree(volumes.create_kept(data_key, id));
  const UnpackLimits as_it_was{.bytes = volumes.available()};
  while (tar.next()) {
    const std::string name = tar.name();
    if (!name.starts_with(kData)) throw UserError(fmt::format("cannot import the backup: it has {}", name));
    tar.unpack(data.get(), name.substr(kData.size()), as_it_was);
  }
  volumes.flush();
  backup.id = id;
  backup.project = project;
  backup.environment = environment;
  return backup;
}

std::string backup_reference(const std::string& id) {
  return "refs/penstock/backups/" + id;
}

}  // namespace penstock
