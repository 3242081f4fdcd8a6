#pragma once

#include <optional>

namespace penstock {

// Copies the text that penstockd sends over `socket` to `out`, whole lines as they come, and returns the exit status
// that ends it. None when penstockd went away before.
std::optional<int> relay(int socket, int out);

}  // namespace penstock
