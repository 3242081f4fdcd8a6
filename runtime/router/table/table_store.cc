#include "runtime/router/table/table_store.h"

#include "base/error.h"
#include "base/file.h"
#include "base/log.h"

namespace penstock::router {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kEnding = ".json";

}  // namespace

TableStore::TableStore(fs::path directory) : directory_(std::move(directory)) {
  fs::create_directories(directory_);
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

TableStore::~TableStore() {
  thread_.request_stop();
  thread_.join();
}

std::vector<std::string> TableStore::load() const {
  std::vector<fs::path> paths;
  for (const auto& entry : fs::directory_iterator(directory_)) {
    const std::string name = entry.path().filename();
    if (name.ends_with(kEnding) && !name.starts_with('.')) paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  std::vector<std::string> sources;
  for (const fs::path& path : paths) {
    try {
      sources.push_back(read_file(path));
    } catch (const Error& error) {
      log_of("router")->error("an entry is not served: {}", error.what());
    }
  }
  return sources;
}

void TableStore::apply(std::vector<Change> changes, Done done) {
  queue_.lock()->push_back({std::move(changes), std::move(done)});
  filled_.notify_one();
}

void TableStore::run(const std::stop_token& stop) {
  while (true) {
    std::vector<Batch> batches;
    {
      auto queue = queue_.lock();
      filled_.wait(queue.unique_lock(), stop, [&] { return !queue->empty(); });
      batches.swap(*queue);
    }
    if (batches.empty()) return;
    for (const Batch& batch : batches) {
      std::string error;
      try {
        for (const Change& change : batch.changes) write(change);
      } catch (const Error& failure) {
        error = failure.what();
      }
      batch.done(error);
    }
  }
}

void TableStore::write(const Change& change) const {
  const fs::path path = directory_ / (change.id + std::string(kEnding));
  if (change.source) return write_file_durably(path, *change.source, 0600);
  std::error_code error;
  if (!fs::remove(path, error) && error) throw SystemError("remove " + path.string(), error.value());
  fsync_directory(directory_);
}

void keep(EventLoop& loop, TableStore* store, std::vector<TableStore::Change> changes, TableStore::Done done) {
  if (store == nullptr || changes.empty()) return done("");
  store->apply(std::move(changes), [&loop, done = std::move(done)](const std::string& error) {
    loop.post([done, error] { done(error); });
  });
}

}  // namespace penstock::router
