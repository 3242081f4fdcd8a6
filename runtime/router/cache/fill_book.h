#pragma once

#include "base/synchronized.h"
#include "runtime/router/loop/event_loop.h"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace penstock::router {

// A request that waits for another's answer. Its members are for its own loop's thread.
struct FillWait {
  EventLoop& loop;
  std::function<void()> resume;  // empty: no longer waiting
};

// Which answers are being fetched for the cache, so that other requests for the same wait instead of fetching it again.
// For all threads.
class FillBook {
 public:
  // Whoever has it fetches the answer. Destroyed, it lets those go on who wait.
  class Fill {
   public:
    Fill() = default;
    Fill(FillBook& book, std::string key) : book_(&book), key_(std::move(key)) {}
    Fill(Fill&& other) noexcept : book_(std::exchange(other.book_, nullptr)), key_(std::move(other.key_)) {}
    Fill& operator=(Fill&& other) noexcept {
      std::swap(book_, other.book_);
      std::swap(key_, other.key_);
      return *this;
    }
    ~Fill() { finish(); }

    void finish();
    explicit operator bool() const { return book_ != nullptr; }

   private:
    FillBook* book_ = nullptr;
    std::string key_;
  };

  FillBook() = default;
  FillBook(const FillBook&) = delete;
  FillBook& operator=(const FillBook&) = delete;

  // The first one for a key gets the Fill. For the others it is empty, and what `make_wait` makes is resumed on its
  // loop.
  Fill begin(std::string_view key, const std::function<std::shared_ptr<FillWait>()>& make_wait);

 private:
  using Waits = std::vector<std::shared_ptr<FillWait>>;

  Synchronized<std::unordered_map<std::string, Waits>> fills_;
};

}  // namespace penstock::router
