#pragma once

#include "runtime/router/access_log/access_log_writer.h"
#include "runtime/router/cache/shared_cache.h"
#include "runtime/router/hold/hold_book.h"
#include "runtime/router/loop/event_loop.h"
#include "runtime/router/loop/listener.h"
#include "runtime/router/settings.h"
#include "runtime/router/tls/tls_acceptor.h"
#include "runtime/router/tls/tls_client.h"
#include "runtime/router/worker.h"

#include <functional>
#include <memory>
#include <thread>
#include <vector>

namespace penstock::router {

// The event loops that serve clients, each with a thread and a Worker of its own. All members are for the thread of
// the loop that they are controlled from.
class Workers {
 public:
  // Makes as many as the settings say. Nothing is served before start().
  Workers(EventLoop& control, const Settings& settings, const TlsContext& tls);
  Workers(const Workers&) = delete;
  Workers& operator=(const Workers&) = delete;
  // Breaks off what is under way.
  ~Workers();

  // Listens on all of `sockets`, which live as long as this, shared out over the loops. Before start().
  void listen(const std::vector<int>& sockets);
  void listen_tls(const std::vector<int>& sockets);
  void start();
  // Routes by `table` from now on; `adopted` is called once all do.
  void adopt(const std::shared_ptr<const RouteTable>& table, const std::shared_ptr<const Holds>& holds,
             std::function<void()> adopted);
  // As Drains::begin(), of all loops.
  void drain_applications(const DrainOrder& order, Drains::Done done);
  // No further connections. `done` is called when those there are have ended, or their time is over: Worker::drain()
  // and Worker::stop().
  void drain(std::function<void()> done);
  void stop(std::function<void()> done);

  // Runs `task` for each worker on its own thread, then `done` on the control loop.
  void each(const std::function<void(std::size_t index, Worker& worker)>& task, std::function<void()> done);
  // Asks each worker on its own thread and hands all answers to `done` on the control loop.
  template <typename Answer>
  void gather(std::function<Answer(Worker&)> ask, std::function<void(std::vector<Answer>)> done) {
    const auto answers = std::make_shared<std::vector<Answer>>(threads_.size());
    each([answers, ask = std::move(ask)](std::size_t index, Worker& worker) { (*answers)[index] = ask(worker); },
         [answers, done = std::move(done)] { done(std::move(*answers)); });
  }

  std::size_t count() const { return threads_.size(); }
  ResponseCache& cache() { return cache_.responses; }
  const AccessLogWriter& access_log() const { return access_log_; }
  // How many connections were over the limits. From any thread.
  std::uint64_t refused_connections() const { return limits_.refused(); }

 private:
  using Leave = void (Worker::*)(std::function<void()>);
  void leave(Leave how, std::function<void()> done);

  struct Thread {
    Thread(const SharedParts& shared, const TlsContext& tls);

    EventLoop loop;
    Worker worker;
    TlsAcceptor tls;
    std::vector<std::unique_ptr<Listener>> listeners;
    std::thread thread;
  };

  void listen(const std::vector<int>& sockets, void (*accept)(Thread& thread, Fd client, Caller caller));
  void leave_when_established(Thread& thread, Leave how, const std::function<void()>& done);

  EventLoop& control_;
  ConnectionLimits limits_;
  HttpsMode https_;
  SharedCache cache_;
  AccessLogWriter access_log_;
  Resolver resolver_;
  TlsClient tls_client_;
  std::vector<std::unique_ptr<Thread>> threads_;
};

}  // namespace penstock::router
