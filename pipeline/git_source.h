#pragma once

#include "config/file_source.h"
#include "git/repository.h"

namespace penstock {

// The files of a commit, as the configuration is read from them. `repository` must outlive it.
class GitSource : public config::FileSource {
 public:
  GitSource(const git::Repository& repository, git::ObjectId commit)
      : repository_(repository), commit_(std::move(commit)) {}

  std::optional<std::string> read(const std::string& path, std::size_t limit) override;
  std::vector<std::string> list(const std::string& directory) override;

 private:
  const git::Repository& repository_;
  const git::ObjectId commit_;
};

}  // namespace penstock
