// The records that activities begin as.
#pragma once

#include "store/activity.h"
#include "store/environment.h"

#include <string>

namespace penstock {

// `text` is what people read, with **stars** around names.
Activity new_activity(const std::string& type, const Environment& environment, const std::string& user,
                      const std::string& text);
Activity new_project_activity(const std::string& type, const std::string& project, const std::string& user,
                              const std::string& text);

// "Main", as activities name environments.
std::string shown_name(const Environment& environment);

}  // namespace penstock
