#pragma once

#include "base/process.h"

#include <cstdint>
#include <functional>
#include <istream>
#include <string_view>

namespace penstock {

// Runs git between a request's body and its response, in constant memory. Both directions flow at once, so that
// neither side can wait for the other for ever.
struct GitRpc {
  ProcessOptions process;        // its standard input and output are ours
  std::istream* body = nullptr;  // none: no input
  std::uint64_t most_bytes = 0;  // of the body, the rest is left; 0: no limit
  // Takes git's output as it comes. False: the client is gone; what git still writes is dropped, git itself runs on.
  std::function<bool(std::string_view)> output;
  // Called once git runs, before any output.
  std::function<void()> started;

  // Throws SystemError when git cannot be started.
  ExitStatus run() const;
};

}  // namespace penstock
