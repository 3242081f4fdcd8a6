// How the provider of an image is written in YAML, in images.yaml and elsewhere.
#pragma once

#include "image/catalogue.h"

#include <map>
#include <string>
#include <string_view>

namespace YAML {
class Node;
}

namespace penstock {

// A map of versions to {"debian": …} or {"oci": …}. Throws UserError: "line N: …".
std::map<std::string, ImageSource> read_versions(const YAML::Node& node);
// What may become part of a file name or of a command line: [a-z0-9] and what `also` allows. Throws UserError.
std::string checked_word(const YAML::Node& node, std::string_view also);
// Throws UserError unless it is a map; `what` names what was expected.
void require_map(const YAML::Node& node, const std::string& what);
[[noreturn]] void refuse(const YAML::Node& node, const std::string& why);

}  // namespace penstock
