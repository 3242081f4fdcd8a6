#pragma once

#include <string_view>

namespace penstock {

// How a release takes the place of the one before it.
enum class Strategy { StopStart, Rolling };

// "stopstart" and "rolling", as the API says them; the reader throws UserError.
std::string_view to_string(Strategy strategy);
Strategy strategy_of(std::string_view name);

}  // namespace penstock
