// images.yaml: which base images there are and where each comes from.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace penstock {

// Where an image comes from.
struct ImageSource {
  std::vector<std::string> debian_packages;
  std::map<std::string, std::string> files;  // programs added to the packages: absolute path to content
  std::string oci_reference;                 // when set, there are no packages
};

class Catalogue {
 public:
  // Throws UserError naming the line.
  static Catalogue parse(const std::string& yaml);
  // The one compiled in: packaging/images.yaml.
  static Catalogue builtin();

  // Both replace types of the same names.
  void add(const Catalogue& other);
  void add(const std::string& type, std::map<std::string, ImageSource> versions);

  // `name` is "type:version".
  std::optional<ImageSource> find(const std::string& name) const;
  // Type -> versions, for messages.
  std::map<std::string, std::vector<std::string>> available() const;

 private:
  std::map<std::string, std::map<std::string, ImageSource>> types_;
};

}  // namespace penstock
