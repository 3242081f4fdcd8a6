#include "container/address_pool.h"

#include "base/error.h"

#include <arpa/inet.h>
#include <unistd.h>

#include <array>
#include <charconv>
#include <random>

namespace fs = std::filesystem;

namespace penstock {
namespace {

std::string to_text(std::uint32_t address) {
  const in_addr raw{htonl(address)};
  std::array<char, INET_ADDRSTRLEN> text{};
  return ::inet_ntop(AF_INET, &raw, text.data(), text.size());
}

}  // namespace

AddressPool::AddressPool(fs::path directory, const std::string& network) : directory_(std::move(directory)) {
  const std::size_t slash = network.find('/');
  in_addr base{};
  unsigned bits = 0;
  const bool parsed = slash != std::string::npos &&
                      ::inet_pton(AF_INET, network.substr(0, slash).c_str(), &base) == 1 &&
                      std::from_chars(&network[slash + 1], &network.back() + 1, bits).ec == std::errc();
  if (!parsed || bits < 8 || bits > 30) {
    throw UserError("cannot use \"" + network + "\" as address pool: expected an IPv4 network such as 10.213.0.0/16");
  }
  const std::uint32_t size = std::uint32_t{1} << (32 - bits);
  // Without the network's own and its broadcast address.
  first_ = (ntohl(base.s_addr) & ~(size - 1)) + 1;
  count_ = size - 2;
  fs::create_directories(directory_);
}

std::string AddressPool::claim(const std::string& owner) const {
  const std::uint32_t start = std::random_device{}() % count_;
  for (std::uint32_t i = 0; i < count_; ++i) {
    std::string address = to_text(first_ + (start + i) % count_);
    if (::symlink(owner.c_str(), (directory_ / address).c_str()) == 0) return address;
    if (errno != EEXIST) throw SystemError("claim " + address);
  }
  throw Error("cannot give " + owner + " an address: all " + std::to_string(count_) + " are taken");
}

void AddressPool::release(const std::string& address, const std::string& owner) const {
  std::error_code gone;
  const fs::path link = directory_ / address;
  if (fs::read_symlink(link, gone) == owner) fs::remove(link, gone);
}

std::map<std::string, std::string> AddressPool::claims() const {
  std::map<std::string, std::string> claims;
  for (const fs::directory_entry& entry : fs::directory_iterator(directory_)) {
    std::error_code gone;
    const fs::path owner = fs::read_symlink(entry.path(), gone);
    if (!gone) claims[entry.path().filename()] = owner;
  }
  return claims;
}

}  // namespace penstock
