#pragma once

#include <chrono>
#include <functional>
#include <stop_token>
#include <string>

namespace penstock {

// Does the work at once and then again and again, until stopped. What it throws is logged: "cannot <what>: …". Throws
// nothing.
void periodically(const std::stop_token& stop, std::chrono::seconds pause, const std::string& what,
                  const std::function<void()>& work);

}  // namespace penstock
