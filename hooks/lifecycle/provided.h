// What every container of an application has, at build and at runtime.
#pragma once

#include "hooks/lifecycle/variables.h"

namespace penstock::lifecycle {

// Defaults that a user's variables may replace.
Variables default_variables(const Common& common);
// PLATFORM_* that they may not. `application` is the value of PLATFORM_APPLICATION.
Variables provided_variables(const Common& common, const Json& application);

}  // namespace penstock::lifecycle
