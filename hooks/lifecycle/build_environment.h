#pragma once

#include "hooks/lifecycle/variables.h"

#include <cstdint>

namespace penstock::lifecycle {

// What a build hook sees.
struct BuildEnvironment {
  Common common;
  std::int64_t source_date_epoch = 0;  // of the commit

  Variables variables() const;
};

// Where PLATFORM_CACHE_DIR is in a build container.
inline constexpr const char* kCacheDirectory = "/tmp/cache";

}  // namespace penstock::lifecycle
