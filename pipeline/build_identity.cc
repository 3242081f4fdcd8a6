#include "pipeline/build_identity.h"

#include "base/digest.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace penstock {
namespace {

constexpr std::string_view kFormat = "penstock build 1";  // changed when a build begins to depend on something else

}  // namespace

std::string BuildIdentity::id() const {
  Sha256 digest;
  digest.field(kFormat).field(tree).field(application.name).field(application.build_slug().dump()).field(image_digest);
  auto sorted = variables;
  std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
  for (const auto& variable : sorted) {
    digest.field(variable.name).field(variable.value).field(variable.is_json ? "json" : "text");
  }
  return digest.hex();
}

}  // namespace penstock
