#pragma once

#include "base/json.h"

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::router {

// Who may see an environment (reference 5.4): by address, the first rule that fits, or by user and password; either is
// enough. Immutable once read; any thread may ask.
class Access {
 public:
  // {"addresses": [{"permission": "allow" or "deny", "address": "192.0.2.0/24"}], "basic_auth": {user: hash of the
  // password}}, hashes as hash_password() makes them. Throws UserError, nlohmann::json::exception.
  static Access read(const Json& json);

  enum class Verdict { Admit, Refuse, AskForPassword };
  Verdict judge(std::string_view client_ip) const;
  bool open() const { return rules_.empty() && passwords_.empty(); }
  // By user.
  const std::map<std::string, std::string>& passwords() const { return passwords_; }

 private:
  using Ip = std::array<std::uint8_t, 16>;  // IPv4 as in ::ffff:0:0/96
  struct Rule {
    bool allow;
    Ip network;
    unsigned bits;  // of the network that count
  };
  static Rule read_rule(const std::string& permission, const std::string& address);

  std::vector<Rule> rules_;
  std::map<std::string, std::string> passwords_;
};

}  // namespace penstock::router
