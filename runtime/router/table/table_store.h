#pragma once

#include "base/synchronized.h"
#include "runtime/router/loop/event_loop.h"

#include <condition_variable>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace penstock::router {

// Keeps entries (environments, certificates) on disk, one file each that only we can read, so that a router started
// alone serves what the last one served. Writes on a thread of its own: no request waits for a disk.
class TableStore {
 public:
  struct Change {
    std::string id;
    std::optional<std::string> source;  // empty: removed
  };
  // Called on the store's thread when all is durable; `error` is empty, or says what went wrong.
  using Done = std::function<void(const std::string& error)>;

  // `directory` is made when it does not exist.
  explicit TableStore(std::filesystem::path directory);
  TableStore(const TableStore&) = delete;
  TableStore& operator=(const TableStore&) = delete;
  // Writes what is left.
  ~TableStore();

  // The sources kept. A file that cannot be read is logged and left out.
  std::vector<std::string> load() const;
  void apply(std::vector<Change> changes, Done done);

 private:
  struct Batch {
    std::vector<Change> changes;
    Done done;
  };

  void run(const std::stop_token& stop);
  void write(const Change& change) const;

  const std::filesystem::path directory_;
  Synchronized<std::vector<Batch>> queue_;
  std::condition_variable_any filled_;
  std::jthread thread_;
};

// Has `store` apply `changes`, and `done` called on the loop. A null store keeps nothing.
void keep(EventLoop& loop, TableStore* store, std::vector<TableStore::Change> changes, TableStore::Done done);

}  // namespace penstock::router
