#pragma once

#include "base/json.h"

namespace penstock {

// The system calls of containers, as the `seccomp` of an OCI configuration: an allow-list. What is not on it does not
// exist (ENOSYS), so that programs fall back; what needs a privilege is refused (EPERM).
Json seccomp_profile();

}  // namespace penstock
