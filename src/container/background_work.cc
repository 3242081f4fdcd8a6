#include "container/background_work.h"

#include "base/log.h"

#include <exception>

namespace penstock {
namespace {

void attempt(const std::function<void()>& task) {
  try {
    task();
  } catch (const std::exception& error) {
    log_of("container")->error("background work failed: {}", error.what());
  }
}

}  // namespace

BackgroundWork::BackgroundWork() : thread_([this] { work(); }) {}

BackgroundWork::~BackgroundWork() {
  queue_.lock()->closed = true;
  changed_.notify_one();
  thread_.join();
}

void BackgroundWork::add(std::function<void()> task) {
  queue_.lock()->tasks.push_back(std::move(task));
  changed_.notify_one();
}

void BackgroundWork::work() {
  while (true) {
    std::function<void()> task;
    {
      auto queue = queue_.lock();
      changed_.wait(queue.unique_lock(), [&] { return queue->closed || !queue->tasks.empty(); });
      if (queue->tasks.empty()) return;
      task = std::move(queue->tasks.front());
      queue->tasks.pop_front();
    }
    attempt(task);
  }
}

}  // namespace penstock
