#pragma once

#include "runtime/router/cache/cache_key.h"
#include "runtime/router/cache/cached_response.h"

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace penstock::router {

struct CacheLimits {
  std::size_t bytes = std::size_t{64} << 20;              // of all entries together
  std::size_t environment_bytes = std::size_t{32} << 20;  // of one environment's
  std::size_t entry_bytes = std::size_t{4} << 20;         // of one
  std::size_t recorded_bytes = std::size_t{16} << 20;     // of responses on their way in
};

struct CacheStatistics {
  std::uint64_t hits = 0;
  std::uint64_t misses = 0;
  std::uint64_t entries = 0;
  std::uint64_t bytes = 0;
};

// Responses that may answer further requests, for all threads; what was not used for longest makes room. Entries are
// immutable: whoever has one may send it without a lock.
class ResponseCache {
 public:
  using Entry = std::shared_ptr<const CachedResponse>;

  struct Found {
    Entry entry;                  // null: a miss
    Entry stale;                  // of a miss: what may be asked for by its validators
    bool not_worthwhile = false;  // lately the answer could not be stored
  };

  explicit ResponseCache(CacheLimits limits);
  ResponseCache(const ResponseCache&) = delete;
  ResponseCache& operator=(const ResponseCache&) = delete;

  // What answers this request at `now`, a time of EventLoop::now(), or did so before.
  Found find(const CacheKey& key, const FieldList& request, Milliseconds now);
  // Takes the place of an entry that the same requests would get. One that is too large is not kept.
  void store(const CacheKey& key, Entry entry, Milliseconds now);
  // The answer could not be stored: for a while there is no use in waiting for another one.
  void remember_miss(const CacheKey& key, Milliseconds now);
  // What the URL gave before may be wrong now, for whatever headers and cookies.
  void invalidate(const CacheKey& key);
  // Drops all entries whose key begins with `prefix`.
  void drop(std::string_view prefix);

  // Room for `bytes` more of a response that is being recorded; false when there is none.
  bool reserve(std::size_t bytes);
  void release(std::size_t bytes) { recorded_ -= bytes; }

  const CacheLimits& limits() const { return limits_; }
  CacheStatistics statistics();

 private:
  static constexpr std::size_t kShards = 4;
  static constexpr std::size_t kMemos = 2048;

  // The answers to one key; they differ by the fields that they vary by.
  struct Node {
    std::string key;
    std::size_t environment;  // hash of its id
    std::size_t hash;
    std::size_t url_hash;
    std::size_t bytes;
    std::vector<Entry> variants;  // the newest last
    // The others of the same URL.
    Node* next_of_url;
    Node* previous_of_url;
  };
  struct Memo {
    std::size_t hash = 0;
    Milliseconds until{0};
  };
  struct Shard {
    std::mutex mutex;
    std::list<Node> nodes;  // the one used last first
    std::unordered_map<std::size_t, std::list<Node>::iterator> by_key;
    std::unordered_map<std::size_t, Node*> by_url;
    std::size_t bytes = 0;
    std::unordered_map<std::size_t, std::size_t> bytes_of;  // by environment
    std::array<Memo, kMemos> memos;                         // by hash; another of the same place overwrites
    std::uint64_t hits = 0;
    std::uint64_t misses = 0;

    std::list<Node>::iterator node_of(const CacheKey& key);
    std::list<Node>::iterator add(const CacheKey& key);
    void put(Node& node, Entry entry, Milliseconds now);
    void erase(std::list<Node>::iterator node);
    void erase_variant(Node& node, std::size_t index);
    void grow(Node& node, std::size_t by);
    void shrink(Node& node, std::size_t by);
    // The one of this environment that was not used for longest.
    void erase_oldest_of(std::size_t environment);
  };

  // All of one URL are in the same.
  Shard& shard_of(const CacheKey& key) { return shards_[key.url_hash() % kShards]; }

  const CacheLimits limits_;
  std::array<Shard, kShards> shards_;
  std::atomic<std::size_t> recorded_ = 0;
};

}  // namespace penstock::router
