#pragma once

#include "runtime/router/client/response_sink.h"
#include "runtime/router/loop/event_loop.h"

#include <memory>
#include <vector>

namespace penstock::router {

class Downstream;

// Answers one request of a Downstream, over several events. Once the exchange has ended - it passed the last part,
// called abort(), or on_client_gone() was called - it must not touch the Downstream again, which then destroys it when
// the events at hand are handled.
class Responder : public Retirable {
 public:
  explicit Responder(Downstream& client);

  // Starts to answer; called once.
  virtual void start() = 0;
  // More of the request's body, as asked for by Downstream::read_body().
  virtual void on_request_body(const BodyPart& part) = 0;
  // Nothing is pending any more, or file() may take more.
  virtual void on_writable() = 0;
  // The client hung up, broke off or takes nothing.
  virtual void on_client_gone() = 0;

  // Has what is said through out() pass `Filter` first. Before start(); the last one added comes first.
  template <typename Filter, typename... Arguments>
  void filter_through(Arguments&&... arguments) {
    filters_.push_back(std::make_unique<Filter>(*out_, std::forward<Arguments>(arguments)...));
    out_ = filters_.back().get();
  }

 protected:
  // Where the response goes.
  ResponseSink& out() { return *out_; }
  // Whose request it is. What is written here passes no filter.
  Downstream& client() { return client_; }

 private:
  Downstream& client_;
  ResponseSink* out_;
  std::vector<std::unique_ptr<ResponseFilter>> filters_;
};

}  // namespace penstock::router
