#include "pipeline/artifact/ordered_work.h"

#include "base/error.h"
#include "base/synchronized.h"

#include <condition_variable>
#include <exception>
#include <optional>
#include <thread>
#include <vector>

namespace penstock {
namespace {

constexpr std::size_t kWaitingPerThread = 4;

// A ring of results. Job i uses slot i modulo the ring's size.
class Ring {
 public:
  Ring(std::size_t jobs, std::size_t slots) : jobs_(jobs) { state_.lock()->slots.resize(slots); }

  void produce(const OrderedWork::Producer& producer) {
    while (const auto job = take()) {
      Slot& slot = *job->slot;
      producer(job->index, slot.result);
      const auto state = state_.lock();
      slot.ready = true;
      changed_.notify_all();
    }
  }

  // Hands out no more work. consume() throws the first failure, if it still runs.
  void end(std::exception_ptr failure = nullptr) {
    auto state = state_.lock();
    if (!state->failure) state->failure = std::move(failure);
    state->ended = true;
    changed_.notify_all();
  }

  void consume(const OrderedWork::Consumer& consumer) {
    for (std::size_t index = 0; index < jobs_; ++index) {
      consumer(wait_for(index));
      auto state = state_.lock();
      slot_of(*state, index).ready = false;
      state->consumed++;
      changed_.notify_all();
    }
  }

 private:
  struct Slot {
    std::string result;
    bool ready = false;
  };
  struct State {
    std::vector<Slot> slots;
    std::size_t taken = 0;
    std::size_t consumed = 0;
    bool ended = false;
    std::exception_ptr failure;
  };
  struct Job {
    std::size_t index;
    Slot* slot;
  };

  static Slot& slot_of(State& state, std::size_t index) { return state.slots[index % state.slots.size()]; }

  // None when there is nothing left to do.
  std::optional<Job> take() {
    auto state = state_.lock();
    changed_.wait(state.unique_lock(), [&] {
      return state->ended || state->taken == jobs_ || state->taken < state->consumed + state->slots.size();
    });
    if (state->ended || state->taken == jobs_) return std::nullopt;
    const std::size_t index = state->taken++;
    return Job{index, &slot_of(*state, index)};
  }

  const std::string& wait_for(std::size_t index) {
    auto state = state_.lock();
    changed_.wait(state.unique_lock(), [&] { return state->failure || slot_of(*state, index).ready; });
    if (state->failure) std::rethrow_exception(state->failure);
    return slot_of(*state, index).result;
  }

  const std::size_t jobs_;
  Synchronized<State> state_;
  std::condition_variable changed_;
};

// Lets the threads end also when the consumer throws.
struct Ending {
  Ring& ring;
  ~Ending() { ring.end(); }
};

}  // namespace

void OrderedWork::run(const std::function<Producer()>& new_producer, const Consumer& consume) const {
  Ring ring(jobs, threads * kWaitingPerThread);
  const std::stop_callback cancel(stop, [&] { ring.end(std::make_exception_ptr(Cancelled("cancelled"))); });
  std::vector<std::jthread> workers;
  const Ending ending{ring};
  for (unsigned i = 0; i < threads; ++i) {
    workers.emplace_back([&ring, producer = new_producer()] {
      try {
        ring.produce(producer);
      } catch (...) {
        ring.end(std::current_exception());
      }
    });
  }
  ring.consume(consume);
}

}  // namespace penstock
