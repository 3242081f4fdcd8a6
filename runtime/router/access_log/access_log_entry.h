#pragma once

#include "runtime/router/metrics/request_counters.h"

#include <memory>
#include <string>
#include <string_view>

namespace penstock::router {

struct Environment;
struct RequestHead;

// What an access log says of a request: made while the request's head is there, written when its response has ended.
// Passwords are not in it: neither Authorization nor what URLs may have before their host.
class AccessLogEntry {
 public:
  AccessLogEntry(std::shared_ptr<const Environment> environment, const RequestHead& request, std::string_view client_ip,
                 Protocol protocol);

  struct Outcome {
    int status = 0;  // 0: the client went away before there was one, which is written as 499
    std::uint64_t bytes = 0;
    Histogram::Duration duration{0};  // without holds
    Histogram::Duration held{0};
    Histogram::Duration upstream{0};  // of it, spent with the application
  };
  // Appends a line. `combined_time` and `json_time` are the present time in both formats.
  void write(const Outcome& outcome, std::string_view combined_time, std::string_view json_time,
             std::string& out) const;

  const Environment& environment() const { return *environment_; }

 private:
  void describe_combined(const RequestHead& request, std::string_view client_ip, Protocol protocol);
  void describe_json(const RequestHead& request, std::string_view client_ip, Protocol protocol);

  std::shared_ptr<const Environment> environment_;
  std::string origin_;   // what precedes the time
  std::string request_;  // what stands between it and the outcome
  std::string client_;   // what follows that
};

}  // namespace penstock::router
