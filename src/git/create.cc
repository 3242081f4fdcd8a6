#include "git/create.h"

#include "base/error.h"
#include "base/file.h"
#include "base/id.h"

#include <fmt/core.h>

#include <fcntl.h>
#include <unistd.h>

#include <string>

namespace penstock::git {
namespace {

namespace fs = std::filesystem;

std::string quoted(const std::string& value) {
  std::string result = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') result += '\\';
    result += c;
  }
  return result + "\"";
}

std::string config_of(const CreateRepository& options) {
  return fmt::format(R"([core]
	repositoryformatversion = 0
	filemode = true
	bare = true
	hooksPath = {}
	fsync = committed,reference
	logAllRefUpdates = false
[receive]
	unpackLimit = 1
	fsckObjects = true
	maxInputSize = {}
	advertisePushOptions = true
	advertiseAtomic = true
	autogc = false
[transfer]
	hideRefs = refs/penstock
[uploadpack]
	allowFilter = true
[gc]
	auto = 0
)",
                     quoted(options.hooks), options.max_input_bytes);
}

void give_away(const fs::path& path, std::pair<uid_t, gid_t> owner) {
  if (::lchown(path.c_str(), owner.first, owner.second) != 0) throw SystemError("change the owner of " + path.string());
}

void fill(const fs::path& path, const CreateRepository& options) {
  for (const char* directory : {"objects/info", "objects/pack", "refs/heads", "refs/tags"}) {
    fs::create_directories(path / directory);
  }
  write_file_durably(path / "HEAD", "ref: refs/heads/" + options.default_branch + "\n");
  write_file_durably(path / "config", config_of(options));
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(path)) {
    if (entry.is_directory()) fsync_directory(entry.path());
    if (options.owner) give_away(entry.path(), *options.owner);
  }
  if (options.owner) give_away(path, *options.owner);
  fsync_directory(path);
}

}  // namespace

void CreateRepository::run() const {
  if (fs::exists(path)) throw Conflict("cannot create repository " + path.string() + ": it exists");
  fs::create_directories(path.parent_path());
  const TemporaryDirectory made(path.parent_path());
  fs::permissions(made.path(), fs::perms::owner_all);
  fill(made.path(), *this);
  if (::rename(made.path().c_str(), path.c_str()) != 0) throw SystemError("create repository " + path.string());
  fsync_directory(path.parent_path());
}

}  // namespace penstock::git
