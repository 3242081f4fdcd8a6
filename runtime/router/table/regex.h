#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::router {

// A Perl-compatible regular expression of a configuration. Matching is bounded: an expression that would take too long
// on some path does not match it. Immutable; any thread may match.
class Regex {
 public:
  // Throws UserError.
  explicit Regex(const std::string& expression);

  bool matches(std::string_view text) const;
  // The whole match and its groups; empty when it does not match.
  std::vector<std::string> groups(std::string_view text) const;

 private:
  struct Compiled;
  std::shared_ptr<const Compiled> compiled_;
};

}  // namespace penstock::router
