// HTTP/1.1 by rules so strict that no two programs disagree about them: the judge of what the router forwards. Shares
// no code with the router. What breaks a rule ends the fuzzer and is a finding.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace penstock::fuzz {

// Ends the program, naming `rule` and showing `bytes`, unless `kept`.
void require(bool kept, const char* rule, std::string_view bytes = {});

struct StrictHead {
  using Fields = std::vector<std::pair<std::string, std::string>>;

  std::string start;
  Fields fields;  // names in lower case
  bool chunked = false;
  std::optional<std::uint64_t> length;

  std::size_t count(std::string_view name) const;
};

// Takes one head off `bytes`. Empty: not all of it is there.
std::optional<StrictHead> take_head(std::string_view& bytes);

// "METHOD target HTTP/1.1" and one Host.
void require_request(const StrictHead& head);
// "HTTP/1.1 status reason".
int status_of(const StrictHead& head);

// Takes one body off `bytes`. Empty: not all of it is there.
std::optional<std::string> take_body(const StrictHead& head, std::string_view& bytes);

}  // namespace penstock::fuzz
