#include "runtime/router/access_log/access_log_writer.h"

#include "base/error.h"
#include "base/log.h"
#include "runtime/router/access_log/rotating_file.h"

#include <utility>

namespace penstock::router {

void AccessLogWriter::start() {
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

AccessLogWriter::~AccessLogWriter() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

void AccessLogWriter::submit(Batch batch) {
  {
    auto state = state_.lock();
    std::size_t& of_environment = state->bytes_of[batch.environment];
    const std::size_t size = batch.text.size();
    if (state->bytes + size > bounds_.waiting_bytes || of_environment + size > bounds_.waiting_bytes_of_one) {
      state->dropped[batch.environment] += batch.lines;
      return;
    }
    state->bytes += size;
    of_environment += size;
    state->waiting.push_back(std::move(batch));
  }
  filled_.notify_one();
}

void AccessLogWriter::run(const std::stop_token& stop) {
  while (true) {
    std::vector<Batch> batches;
    {
      auto state = state_.lock();
      filled_.wait(state.unique_lock(), stop, [&] { return !state->waiting.empty(); });
      batches.swap(state->waiting);
    }
    if (batches.empty()) return;
    for (const Batch& batch : batches) write(batch);
    auto state = state_.lock();
    for (const Batch& batch : batches) {
      state->bytes -= batch.text.size();
      state->bytes_of[batch.environment] -= batch.text.size();
    }
    std::erase_if(state->bytes_of, [](const auto& entry) { return entry.second == 0; });
  }
}

void AccessLogWriter::write(const Batch& batch) {
  try {
    append_to(batch.log, batch.text);
    failing_.erase(batch.environment);
  } catch (const Error& error) {
    state_.lock()->dropped[batch.environment] += batch.lines;
    if (!failing_.insert(batch.environment).second) return;
    log_of("router")->warn("the access log of environment={} is not written: {}", batch.environment, error.what());
  }
}

}  // namespace penstock::router
