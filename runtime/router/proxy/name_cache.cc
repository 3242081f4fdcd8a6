#include "runtime/router/proxy/name_cache.h"

#include <utility>

namespace penstock::router {
namespace {

constexpr Milliseconds kGood{30'000};
constexpr Milliseconds kGoodWhenNone{5'000};

}  // namespace

NameCache::NameCache(EventLoop& loop, Resolver& resolver)
    : loop_(loop), resolver_(resolver), self_(std::make_shared<Synchronized<NameCache*>>(this)) {}

NameCache::~NameCache() {
  *self_->lock() = nullptr;
}

void NameCache::resolve(const std::string& host, std::uint16_t port, NameWaiter& waiter) {
  const std::string key = host + ":" + std::to_string(port);
  Name& name = names_[key];
  if (name.addresses && loop_.now() < name.good_until) return waiter.on_resolved(name.addresses);
  name.waiting.push_back(&waiter);
  if (name.waiting.size() > 1) return;
  resolver_.resolve(host, port, [key, self = self_](Resolver::Addresses addresses) {
    auto cache = self->lock();
    if (*cache == nullptr) return;
    (*cache)->loop_.post([key, self, addresses = std::move(addresses)] {
      NameCache* const there = *self->lock();
      if (there != nullptr) there->learn(key, addresses);
    });
  });
}

void NameCache::learn(const std::string& key, Resolver::Addresses addresses) {
  Name& name = names_[key];
  name.good_until = loop_.now() + (addresses.empty() ? kGoodWhenNone : kGood);
  name.addresses = std::make_shared<const Resolver::Addresses>(std::move(addresses));
  const auto found = name.addresses;
  while (!names_[key].waiting.empty()) {
    NameWaiter* const waiter = names_[key].waiting.back();
    names_[key].waiting.pop_back();
    waiter->on_resolved(found);
  }
}

void NameCache::forget(NameWaiter& waiter) {
  for (auto& [key, name] : names_) std::erase(name.waiting, &waiter);
}

void NameCache::clear() {
  std::erase_if(names_, [](const auto& entry) { return entry.second.addresses && entry.second.waiting.empty(); });
}

}  // namespace penstock::router
