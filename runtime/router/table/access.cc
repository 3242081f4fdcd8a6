#include "runtime/router/table/access.h"

#include "base/error.h"
#include "base/password_hash.h"

#include <nlohmann/json.hpp>

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <optional>

namespace penstock::router {
namespace {

constexpr unsigned kAllBits = 128;
constexpr unsigned kBitsBeforeIpv4 = 96;

struct Parsed {
  std::array<std::uint8_t, 16> ip{};
  unsigned first_bit = 0;  // where the address begins in it
};

std::optional<Parsed> parse_ip(std::string_view text) {
  const std::string ip(text);
  Parsed parsed;
  if (::inet_pton(AF_INET6, ip.c_str(), parsed.ip.data()) == 1) return parsed;
  parsed.ip = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
  parsed.first_bit = kBitsBeforeIpv4;
  if (::inet_pton(AF_INET, ip.c_str(), parsed.ip.data() + 12) == 1) return parsed;
  return std::nullopt;
}

bool same_bits(const std::array<std::uint8_t, 16>& a, const std::array<std::uint8_t, 16>& b, unsigned bits) {
  const unsigned bytes = bits / 8;
  if (!std::equal(a.begin(), a.begin() + bytes, b.begin())) return false;
  const unsigned rest = bits % 8;
  return rest == 0 || ((a[bytes] ^ b[bytes]) >> (8 - rest)) == 0;
}

}  // namespace

Access::Rule Access::read_rule(const std::string& permission, const std::string& address) {
  if (permission != "allow" && permission != "deny") {
    throw UserError("cannot use permission '" + permission + "': expected allow or deny");
  }
  const bool allow = permission == "allow";
  if (address == "any") return {.allow = allow, .network = {}, .bits = 0};
  const std::string_view text = address;
  const std::size_t slash = std::min(text.find('/'), text.size());
  const auto parsed = parse_ip(text.substr(0, slash));
  unsigned bits = parsed ? kAllBits - parsed->first_bit : 0;
  const unsigned most = bits;
  bool valid = parsed.has_value();
  if (slash < text.size()) {
    const auto [end, error] = std::from_chars(text.data() + slash + 1, text.data() + text.size(), bits);
    valid = valid && error == std::errc() && end == text.data() + text.size() && bits <= most;
  }
  if (!valid) throw UserError("cannot use address '" + address + "': expected an IP address, ADDRESS/BITS or any");
  // 0.0.0.0/0 is what people write for everybody.
  return {.allow = allow, .network = parsed->ip, .bits = bits == 0 ? 0 : bits + parsed->first_bit};
}

Access Access::read(const Json& json) {
  Access access;
  if (const auto addresses = json.find("addresses"); addresses != json.end()) {
    for (const Json& rule : *addresses) {
      access.rules_.push_back(
          read_rule(rule.at("permission").get<std::string>(), rule.at("address").get<std::string>()));
    }
  }
  if (const auto users = json.find("basic_auth"); users != json.end()) {
    access.passwords_ = users->get<std::map<std::string, std::string>>();
  }
  for (const auto& [user, hash] : access.passwords_) {
    if (!is_password_hash(hash)) throw UserError("cannot check the password of '" + user + "': not a hash of one");
  }
  return access;
}

Access::Verdict Access::judge(std::string_view client_ip) const {
  const auto parsed = rules_.empty() ? std::nullopt : parse_ip(client_ip);
  const auto rule = std::find_if(rules_.begin(), rules_.end(), [&](const Rule& each) {
    return each.bits == 0 || (parsed && same_bits(parsed->ip, each.network, each.bits));
  });
  if (rule != rules_.end() && rule->allow) return Verdict::Admit;
  if (!passwords_.empty()) return Verdict::AskForPassword;
  return rule == rules_.end() ? Verdict::Admit : Verdict::Refuse;
}

}  // namespace penstock::router
