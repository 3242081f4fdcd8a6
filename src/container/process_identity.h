#pragma once

#include "base/handle.h"
#include "base/json.h"

#include <sys/types.h>

#include <cstdint>
#include <string>

namespace penstock {

// A process of this machine, told apart from later ones that get the same number, also after a reboot.
struct ProcessIdentity {
  pid_t pid = -1;
  std::uint64_t start_time = 0;  // clock ticks since boot
  std::string boot_id;

  // Of a process that runs now. Throws Error when it does not.
  static ProcessIdentity of(pid_t pid);
  static ProcessIdentity from_json(const Json& json);
  Json to_json() const;

  // A pidfd of it; empty when it has ended.
  Fd open() const;
};

}  // namespace penstock
