#include "base/error.h"

#include <cerrno>
#include <system_error>

namespace penstock {

SystemError::SystemError(const std::string& action) : SystemError(action, errno) {}

SystemError::SystemError(const std::string& action, int code)
    : Error("cannot " + action + ": " + std::generic_category().message(code)), code_(code) {}

}  // namespace penstock
