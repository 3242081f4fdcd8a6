#include "runtime/router/proxy/resolver.h"

#include "base/handle.h"
#include "base/log.h"

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <netdb.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace penstock::router {
namespace {

constexpr std::size_t kThreads = 2;
constexpr std::size_t kMostWaiting = 256;

using Found = Handle<addrinfo, ::freeaddrinfo>;
using Interfaces = Handle<ifaddrs, ::freeifaddrs>;

sockaddr_storage copy_of(const sockaddr& address) {
  sockaddr_storage copy{};
  std::memcpy(&copy, &address, address.sa_family == AF_INET6 ? sizeof(sockaddr_in6) : sizeof(sockaddr_in));
  return copy;
}

bool is_internet(const sockaddr* address) {
  return address != nullptr && (address->sa_family == AF_INET || address->sa_family == AF_INET6);
}

bool is_special(in_addr address) {
  const std::uint32_t ip = ntohl(address.s_addr);
  const std::uint32_t first = ip >> 24;
  return first == 0 || first == 127 || (ip >> 16) == 0xa9fe || first >= 224;
}

// Loopback, unspecified, link-local and multicast.
bool is_special(const sockaddr_storage& address) {
  if (address.ss_family == AF_INET) return is_special(reinterpret_cast<const sockaddr_in&>(address).sin_addr);
  const in6_addr& ip = reinterpret_cast<const sockaddr_in6&>(address).sin6_addr;
  if (IN6_IS_ADDR_V4MAPPED(&ip)) {
    in_addr inner{};
    std::memcpy(&inner, &ip.s6_addr[12], sizeof inner);
    return is_special(inner);
  }
  return IN6_IS_ADDR_UNSPECIFIED(&ip) || IN6_IS_ADDR_LOOPBACK(&ip) || IN6_IS_ADDR_LINKLOCAL(&ip) ||
         IN6_IS_ADDR_MULTICAST(&ip);
}

bool is_own(const std::string& ip) {
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) return true;
  const Interfaces interfaces(list);
  for (const ifaddrs* each = list; each != nullptr; each = each->ifa_next) {
    if (is_internet(each->ifa_addr) && ip_of(copy_of(*each->ifa_addr)) == ip) return true;
  }
  return false;
}

std::string endpoint(const std::string& ip, std::uint16_t port) {
  const bool v6 = ip.find(':') != std::string::npos;
  return (v6 ? "[" + ip + "]" : ip) + ":" + std::to_string(port);
}

}  // namespace

void Resolver::start() {
  for (std::size_t i = 0; i < kThreads; ++i) {
    threads_.emplace_back([this](const std::stop_token& stop) { run(stop); });
  }
}

void Resolver::resolve(const std::string& host, std::uint16_t port, std::function<void(Addresses)> done) {
  {
    auto questions = questions_.lock();
    if (questions->size() < kMostWaiting) {
      questions->push_back({host, port, std::move(done)});
      done = nullptr;
    }
  }
  if (done) return done({});
  asked_.notify_one();
}

void Resolver::run(const std::stop_token& stop) {
  while (true) {
    Question question;
    {
      auto questions = questions_.lock();
      if (!asked_.wait(questions.unique_lock(), stop, [&] { return !questions->empty(); })) return;
      question = std::move(questions->front());
      questions->pop_front();
    }
    question.done(look_up(question));
  }
}

Resolver::Addresses Resolver::look_up(const Question& question) const {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_ADDRCONFIG;
  addrinfo* list = nullptr;
  const int error = ::getaddrinfo(question.host.c_str(), nullptr, &hints, &list);
  if (error != 0) {
    log_of("router")->warn("cannot find the host {}: {}", question.host, ::gai_strerror(error));
    return {};
  }
  const Found found(list);
  Addresses addresses;
  for (const addrinfo* each = list; each != nullptr && addresses.size() < 8; each = each->ai_next) {
    if (!is_internet(each->ai_addr)) continue;
    const sockaddr_storage address = copy_of(*each->ai_addr);
    const std::string ip = ip_of(address);
    const bool allowed = std::find(allowed_.begin(), allowed_.end(), ip) != allowed_.end();
    if (!allowed && (is_special(address) || is_own(ip))) {
      log_of("router")->warn("no proxy may lead to {}: {} is this machine's own", question.host, ip);
      continue;
    }
    addresses.emplace_back(endpoint(ip, question.port));
  }
  return addresses;
}

}  // namespace penstock::router
