// The base images on this machine, made when first asked for.
#pragma once

#include "base/output_sink.h"
#include "image/catalogue.h"

#include <filesystem>
#include <map>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace penstock {

struct Image {
  std::string name;              // "nodejs:18"
  std::string digest;            // "sha256:…" of what it holds: same digest, same packages in the same versions
  std::filesystem::path rootfs;  // owned by root, to be shown read-only; never changes, never moves
  std::string path;              // the PATH of processes in it
};

// Thread safe; several processes may use one directory at once. A crash never leaves a half image that can be found.
class ImageStore {
 public:
  // `directory` is created when needed.
  ImageStore(std::filesystem::path directory, Catalogue catalogue);

  // The image named "type:version". Builds it when it is absent (about half a minute), telling `progress`; asked for
  // twice at once, it is built once. Throws UserError listing what is available when the catalogue has no such name,
  // Cancelled on `stop`.
  Image resolve(const std::string& name, OutputSink& progress, std::stop_token stop = {});
  // The image when it is there already.
  std::optional<Image> find(const std::string& name) const;

  // Type -> versions, for messages.
  std::map<std::string, std::vector<std::string>> available() const { return catalogue_.available(); }

 private:
  struct Recipe;
  struct Work;

  Recipe recipe_of(const std::string& name) const;
  std::optional<Image> find(const Recipe& recipe) const;
  Image make(const Recipe& recipe, const Work& work);
  std::string build(const Recipe& recipe, const Work& work);
  std::string publish(const Recipe& recipe, const std::filesystem::path& building) const;

  const std::filesystem::path directory_;
  const Catalogue catalogue_;
};

}  // namespace penstock
