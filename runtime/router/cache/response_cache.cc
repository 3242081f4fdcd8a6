#include "runtime/router/cache/response_cache.h"

#include <algorithm>

namespace penstock::router {
namespace {

constexpr Milliseconds kMemoLifetime{10'000};
constexpr std::size_t kMostVariants = 16;
constexpr std::size_t kNodeBytes = 256;  // with its places in the tables

bool answers(const CachedResponse& response, const FieldList& request) {
  return response.vary.empty() || response.vary_values == selected_values(response.vary, request);
}

bool same_request(const CachedResponse& a, const CachedResponse& b) {
  return a.vary == b.vary && a.vary_values == b.vary_values;
}

bool authorized(const FieldList& request) {
  const auto fields = request.all();
  return std::any_of(fields.begin(), fields.end(), [](const Field& f) { return f.known == FieldName::Authorization; });
}

}  // namespace

ResponseCache::ResponseCache(CacheLimits limits) : limits_(limits) {}

std::list<ResponseCache::Node>::iterator ResponseCache::Shard::node_of(const CacheKey& key) {
  const auto found = by_key.find(key.hash());
  return found != by_key.end() && found->second->key == key.text() ? found->second : nodes.end();
}

std::list<ResponseCache::Node>::iterator ResponseCache::Shard::add(const CacheKey& key) {
  if (const auto taken = by_key.find(key.hash()); taken != by_key.end()) erase(taken->second);
  Node*& first = by_url[key.url_hash()];
  nodes.push_front({.key = std::string(key.text()),
                    .environment = key.environment_hash(),
                    .hash = key.hash(),
                    .url_hash = key.url_hash(),
                    .bytes = 0,
                    .variants = {},
                    .next_of_url = first,
                    .previous_of_url = nullptr});
  if (first != nullptr) first->previous_of_url = &nodes.front();
  first = &nodes.front();
  by_key.emplace(key.hash(), nodes.begin());
  grow(nodes.front(), kNodeBytes + key.text().size());
  return nodes.begin();
}

void ResponseCache::Shard::grow(Node& node, std::size_t by) {
  node.bytes += by;
  bytes += by;
  bytes_of[node.environment] += by;
}

void ResponseCache::Shard::shrink(Node& node, std::size_t by) {
  node.bytes -= by;
  bytes -= by;
  const auto of_environment = bytes_of.find(node.environment);
  of_environment->second -= by;
  if (of_environment->second == 0) bytes_of.erase(of_environment);
}

void ResponseCache::Shard::erase_oldest_of(std::size_t environment) {
  const auto oldest =
      std::find_if(nodes.rbegin(), nodes.rend(), [&](const Node& node) { return node.environment == environment; });
  erase(std::prev(oldest.base()));
}

void ResponseCache::Shard::erase(std::list<Node>::iterator node) {
  if (node->next_of_url != nullptr) node->next_of_url->previous_of_url = node->previous_of_url;
  if (node->previous_of_url != nullptr) {
    node->previous_of_url->next_of_url = node->next_of_url;
  } else if (node->next_of_url != nullptr) {
    by_url[node->url_hash] = node->next_of_url;
  } else {
    by_url.erase(node->url_hash);
  }
  by_key.erase(node->hash);
  shrink(*node, node->bytes);
  nodes.erase(node);
}

void ResponseCache::Shard::erase_variant(Node& node, std::size_t index) {
  shrink(node, node.variants[index]->bytes());
  node.variants.erase(node.variants.begin() + static_cast<std::ptrdiff_t>(index));
}

void ResponseCache::Shard::put(Node& node, Entry entry, Milliseconds now) {
  for (std::size_t i = node.variants.size(); i-- > 0;) {
    if (same_request(*node.variants[i], *entry) || node.variants[i]->expires <= now) erase_variant(node, i);
  }
  if (node.variants.size() == kMostVariants) erase_variant(node, 0);
  grow(node, entry->bytes());
  node.variants.push_back(std::move(entry));
}

ResponseCache::Found ResponseCache::find(const CacheKey& key, const FieldList& request, Milliseconds now) {
  Shard& shard = shard_of(key);
  const std::scoped_lock lock(shard.mutex);
  const auto node = shard.node_of(key);
  Entry stale;
  if (node != shard.nodes.end()) {
    const auto fits = [&](const Entry& e) {
      return (e->for_authorized || !authorized(request)) && answers(*e, request);
    };
    const auto found = std::find_if(node->variants.rbegin(), node->variants.rend(), fits);
    if (found != node->variants.rend()) {
      shard.nodes.splice(shard.nodes.begin(), shard.nodes, node);
      if ((*found)->expires > now) {
        ++shard.hits;
        return {.entry = *found};
      }
      stale = *found;
    }
  }
  ++shard.misses;
  const Memo& memo = shard.memos[key.hash() / kShards % kMemos];
  return {.stale = std::move(stale), .not_worthwhile = memo.hash == key.hash() && memo.until > now};
}

void ResponseCache::store(const CacheKey& key, Entry entry, Milliseconds now) {
  if (entry->bytes() > limits_.entry_bytes) return;
  Shard& shard = shard_of(key);
  const std::scoped_lock lock(shard.mutex);
  auto node = shard.node_of(key);
  if (node == shard.nodes.end()) node = shard.add(key);
  shard.put(*node, std::move(entry), now);
  shard.nodes.splice(shard.nodes.begin(), shard.nodes, node);
  const std::size_t environment = node->environment;
  while (shard.bytes_of[environment] > limits_.environment_bytes / kShards) shard.erase_oldest_of(environment);
  while (shard.bytes > limits_.bytes / kShards) shard.erase(std::prev(shard.nodes.end()));
}

void ResponseCache::remember_miss(const CacheKey& key, Milliseconds now) {
  Shard& shard = shard_of(key);
  const std::scoped_lock lock(shard.mutex);
  shard.memos[key.hash() / kShards % kMemos] = {.hash = key.hash(), .until = now + kMemoLifetime};
}

void ResponseCache::invalidate(const CacheKey& key) {
  Shard& shard = shard_of(key);
  const std::scoped_lock lock(shard.mutex);
  const auto first = shard.by_url.find(key.url_hash());
  Node* node = first == shard.by_url.end() ? nullptr : first->second;
  while (node != nullptr) {
    Node* next = node->next_of_url;
    shard.erase(shard.by_key.at(node->hash));
    node = next;
  }
}

void ResponseCache::drop(std::string_view prefix) {
  for (Shard& shard : shards_) {
    const std::scoped_lock lock(shard.mutex);
    for (auto node = shard.nodes.begin(); node != shard.nodes.end();) {
      const auto each = node++;
      if (each->key.starts_with(prefix)) shard.erase(each);
    }
    for (Memo& memo : shard.memos) memo = {};
  }
}

bool ResponseCache::reserve(std::size_t bytes) {
  if (recorded_.fetch_add(bytes) + bytes <= limits_.recorded_bytes) return true;
  recorded_ -= bytes;
  return false;
}

CacheStatistics ResponseCache::statistics() {
  CacheStatistics sum;
  for (Shard& shard : shards_) {
    const std::scoped_lock lock(shard.mutex);
    sum.hits += shard.hits;
    sum.misses += shard.misses;
    sum.entries += shard.nodes.size();
    sum.bytes += shard.bytes;
  }
  return sum;
}

}  // namespace penstock::router
