#include "runtime/router/tls/ticket_keys.h"

#include "base/error.h"

#include <openssl/rand.h>

#include <algorithm>

namespace penstock::router {
namespace {

template <std::size_t Size>
void fill(std::array<unsigned char, Size>& bytes) {
  if (RAND_bytes(bytes.data(), static_cast<int>(Size)) != 1) throw Error("cannot make a key: there is no randomness");
}

TicketKeys::Key new_key(TicketKeys::Now now) {
  TicketKeys::Key key{};
  fill(key.name);
  fill(key.cipher);
  fill(key.authentication);
  key.made = now;
  return key;
}

}  // namespace

TicketKeys::Key TicketKeys::current(Now now) {
  auto keys = keys_.lock();
  if (keys->empty() || now - keys->front().made >= kInUse) {
    keys->insert(keys->begin(), new_key(now));
    std::erase_if(*keys, [&](const Key& key) { return now - key.made >= kKept; });
  }
  return keys->front();
}

std::optional<TicketKeys::Found> TicketKeys::find(std::span<const unsigned char, 16> name, Now now) {
  auto keys = keys_.lock();
  const auto found = std::find_if(keys->begin(), keys->end(), [&](const Key& key) {
    return std::equal(name.begin(), name.end(), key.name.begin()) && now - key.made < kKept;
  });
  if (found == keys->end()) return std::nullopt;
  return Found{.key = *found, .current = now - found->made < kInUse};
}

}  // namespace penstock::router
