#pragma once

#include "base/output_sink.h"
#include "base/process.h"
#include "runtime/release_containers.h"

#include <stop_token>
#include <string>

namespace penstock {

// How a run of a cron ended.
struct CronResult {
  enum class End {
    Finished,  // by itself
    TimedOut,
    Asked,      // something else had waited long enough
    Cancelled,  // somebody wanted it
  };

  ExitStatus status;
  End end = End::Finished;
};

// One run of a cron, in the first web instance of its application.
struct CronRun {
  ReleaseContainers& containers;  // adopted
  const std::string& application;
  const config::Cron& cron;
  OutputSink& output;

  // When it takes longer than its timeout, or either token is requested: its stop command or SIGTERM, and SIGKILL after
  // its shutdown timeout.
  CronResult run(const std::stop_token& cancelled, const std::stop_token& asked) const;
};

}  // namespace penstock
