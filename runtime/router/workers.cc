#include "runtime/router/workers.h"

#include "base/error.h"

#include <sched.h>
#include <sys/resource.h>

#include <algorithm>

namespace penstock::router {
namespace {

std::size_t processors() {
  cpu_set_t set;
  if (::sched_getaffinity(0, sizeof set, &set) != 0) return std::max(1U, std::thread::hardware_concurrency());
  return static_cast<std::size_t>(CPU_COUNT(&set));
}

// A connection to an application may go with each, and some more files.
std::size_t room_for_connections() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) throw SystemError("read the limit of open files");
  return std::max<std::size_t>(1, limit.rlim_cur / 4 * 3);
}

ConnectionLimits::Bounds bounds_of(const Settings& settings) {
  return {.per_address = settings.https == HttpsMode::Proxied ? 0 : settings.connections_per_address,
          .in_all = settings.connections != 0 ? settings.connections : room_for_connections(),
          .trusted = settings.trusted};
}

// The same table with reference counts of its own: those of a shared one would be fought over by all processors at
// every request.
std::shared_ptr<const RouteTable> copy_of(const RouteTable& table, HttpsMode mode) {
  RouteTable::Environments environments;
  for (const auto& environment : table.environments()) {
    environments.emplace_back(environment.get(), [environment](const Environment*) {});
  }
  std::vector<DroppedEntry> known;
  return std::make_shared<const RouteTable>(std::move(environments), mode, known);
}

}  // namespace

Workers::Thread::Thread(const SharedParts& shared, const TlsContext& context)
    : worker(loop, shared),
      tls(loop, context, {.whole = shared.settings.timeouts.handshake, .linger = shared.settings.timeouts.linger},
          [this](Fd client, Caller caller, std::unique_ptr<TlsChannel> channel) {
            if (!channel) return void(++worker.statistics().failed_handshakes);
            worker.accept(std::move(client), std::move(caller), std::move(channel));
          }) {}

Workers::Workers(EventLoop& control, const Settings& settings, const TlsContext& tls)
    : control_(control),
      limits_(bounds_of(settings)),
      https_(settings.https),
      cache_(settings.cache),
      resolver_(settings.proxy_to) {
  const std::size_t count = settings.threads != 0 ? settings.threads : processors();
  for (std::size_t i = 0; i < count; ++i) {
    threads_.push_back(
        std::make_unique<Thread>(SharedParts{settings, cache_, access_log_, resolver_, tls_client_}, tls));
  }
}

Workers::~Workers() {
  for (auto& thread : threads_) {
    thread->loop.stop();
    if (thread->thread.joinable()) thread->thread.join();
  }
}

void Workers::listen(const std::vector<int>& sockets) {
  listen(sockets, [](Thread& thread, Fd client, Caller caller) {
    thread.worker.accept(std::move(client), std::move(caller), nullptr);
  });
}

void Workers::listen_tls(const std::vector<int>& sockets) {
  listen(sockets,
         [](Thread& thread, Fd client, Caller caller) { thread.tls.accept(std::move(client), std::move(caller)); });
}

void Workers::listen(const std::vector<int>& sockets, void (*accept)(Thread& thread, Fd client, Caller caller)) {
  for (std::size_t i = 0; i < sockets.size(); ++i) {
    Thread& thread = *threads_[i % threads_.size()];
    thread.listeners.push_back(std::make_unique<Listener>(
        thread.loop, sockets[i], limits_,
        [&thread, accept](Fd client, Caller caller) { accept(thread, std::move(client), std::move(caller)); }));
  }
}

void Workers::start() {
  access_log_.start();
  resolver_.start();
  for (auto& each : threads_) {
    Thread& thread = *each;
    thread.loop.post([&thread] {
      for (auto& listener : thread.listeners) listener->open();
    });
    thread.thread = std::thread([&thread] { thread.loop.run(); });
  }
}

void Workers::adopt(const std::shared_ptr<const RouteTable>& table, const std::shared_ptr<const Holds>& holds,
                    std::function<void()> adopted) {
  const auto copies = std::make_shared<std::vector<std::shared_ptr<const RouteTable>>>();
  for (std::size_t i = 0; i < threads_.size(); ++i) copies->push_back(copy_of(*table, https_));
  each([copies, holds](std::size_t index, Worker& worker) { worker.adopt((*copies)[index], *holds); },
       std::move(adopted));
}

void Workers::drain(std::function<void()> done) {
  leave(&Worker::drain, std::move(done));
}

void Workers::drain_applications(const DrainOrder& order, Drains::Done done) {
  struct Progress {
    std::size_t left;
    DrainReport sum;
    Drains::Done done;
  };
  const auto progress = std::make_shared<Progress>(Progress{threads_.size(), {}, std::move(done)});
  for (auto& each : threads_) {
    Thread& thread = *each;
    thread.loop.post([this, &thread, order, progress] {
      thread.worker.drains().begin(order, [this, progress](const DrainReport& report) {
        control_.post([progress, report] {
          progress->sum += report;
          if (--progress->left == 0) std::exchange(progress->done, nullptr)(progress->sum);
        });
      });
    });
  }
}

void Workers::stop(std::function<void()> done) {
  leave(&Worker::stop, std::move(done));
}

void Workers::leave(Leave how, std::function<void()> done) {
  const auto left = std::make_shared<std::size_t>(threads_.size());
  const std::function<void()> one_done = [left, done = std::move(done)] {
    if (--*left == 0) done();
  };
  for (auto& each : threads_) {
    Thread& thread = *each;
    thread.loop.post([this, how, &thread, one_done] {
      thread.listeners.clear();
      if (how == &Worker::stop) thread.tls.stop();
      leave_when_established(thread, how, one_done);
    });
  }
}

// Who is in the middle of a handshake becomes one who is connected.
void Workers::leave_when_established(Thread& thread, Leave how, const std::function<void()>& done) {
  (thread.worker.*how)([this, &thread, how, done] {
    if (thread.tls.idle()) return control_.post(done);
    thread.tls.when_idle([this, &thread, how, done] { leave_when_established(thread, how, done); });
  });
}

void Workers::each(const std::function<void(std::size_t, Worker&)>& task, std::function<void()> done) {
  struct Progress {
    std::size_t left;
    std::function<void()> done;
  };
  const auto progress = std::make_shared<Progress>(Progress{threads_.size(), std::move(done)});
  const auto one_done = [progress] {
    // Whoever lets go of `progress` last may be another thread: what belongs to this one is gone by then.
    if (--progress->left == 0) std::exchange(progress->done, nullptr)();
  };
  for (std::size_t i = 0; i < threads_.size(); ++i) {
    Thread& thread = *threads_[i];
    thread.loop.post([this, i, &thread, task, one_done] {
      task(i, thread.worker);
      control_.post(one_done);
    });
  }
}

}  // namespace penstock::router
