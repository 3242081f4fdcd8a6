#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::config {

// The one of `known` that `word` was probably meant to be: fewest typing errors (a letter too much, missing, wrong, or
// two swapped), and not more than a third of its length.
std::optional<std::string> nearest(std::string_view word, const std::vector<std::string>& known);

// ", did you mean 'X'?" or nothing.
std::string did_you_mean(std::string_view word, const std::vector<std::string>& known);

// "'a', 'b' or 'c'".
std::string alternatives(const std::vector<std::string>& words);

// A value of the user's in a message: in quotes, on one line, cut when it is long.
std::string in_quotes(std::string_view text);

}  // namespace penstock::config
