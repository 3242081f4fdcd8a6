#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>

namespace penstock {

// Gives each container an IPv4 address. What is given is on disk, one symbolic link per address, so it survives
// restarts and two processes never give the same. Thread safe.
class AddressPool {
 public:
  // `network` as in "10.213.0.0/16", at least a /30. Throws UserError.
  AddressPool(std::filesystem::path directory, const std::string& network);

  // A free address, not one given back a moment ago. Throws Error when all are taken.
  std::string claim(const std::string& owner) const;
  // Fine when it is not, or no longer, the owner's.
  void release(const std::string& address, const std::string& owner) const;
  // Address -> owner.
  std::map<std::string, std::string> claims() const;

 private:
  const std::filesystem::path directory_;
  std::uint32_t first_ = 0;
  std::uint32_t count_ = 0;
};

}  // namespace penstock
