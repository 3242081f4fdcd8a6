#pragma once

#include "base/output_sink.h"
#include "base/synchronized.h"

#include <chrono>
#include <condition_variable>
#include <list>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

namespace penstock {

// Keeps the crons of an environment from running while what they run in changes. Environments are known by their keys.
// Thread safe; outlives its passes and pauses.
class CronGate {
 public:
  // A cron runs as long as it lives.
  class Pass {
   public:
    // Waits until nothing pauses the environment. `name` is for those who wait for it. Throws Cancelled.
    Pass(CronGate& gate, std::string environment, std::string name, const std::stop_token& stop);
    Pass(const Pass&) = delete;
    ~Pass();

    // Requested when something has waited long enough.
    std::stop_token asked_to_end() const { return end_.get_token(); }

   private:
    friend class CronGate;

    CronGate& gate_;
    const std::string environment_;
    const std::string name_;
    std::stop_source end_;
  };

  // How long crons that run may go on, and who is told of it.
  struct Patience {
    std::chrono::seconds limit;
    OutputSink& output;
    std::stop_token stop;
  };

  // No cron runs as long as it lives.
  class Pause {
   public:
    // None begins from now on. Those that run have until the limit to end, then they are asked to; returns when they
    // have. Throws Cancelled.
    Pause(CronGate& gate, const std::string& environment, const Patience& patience);
    Pause(const Pause&) = delete;

   private:
    struct Closed {
      Closed(CronGate& of, std::string which);
      ~Closed();
      CronGate& gate;
      const std::string environment;
    };

    const Closed closed_;
  };

 private:
  struct Lane {
    int pauses = 0;
    std::list<Pass*> running;
  };

  void wait_until_idle(const std::string& environment, const Patience& patience);
  std::vector<std::string> running(const std::string& environment);
  void ask_to_end(const std::string& environment);

  Synchronized<std::map<std::string, Lane>> lanes_;
  std::condition_variable_any changed_;
};

}  // namespace penstock
