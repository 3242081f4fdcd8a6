#include "config/places.h"

namespace penstock::config {

Place Places::find(std::string path) const {
  while (true) {
    const auto it = places_.find(path);
    if (it != places_.end()) return it->second;
    const std::size_t end = path.find_last_of(".[");
    if (end == std::string::npos) return {};
    path.resize(end);
  }
}

}  // namespace penstock::config
