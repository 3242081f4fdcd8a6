#pragma once

#include "runtime/router/client/responder.h"
#include "runtime/router/hold/hold_queue.h"
#include "runtime/router/http/reply.h"
#include "runtime/router/loop/stream.h"
#include "runtime/router/worker.h"

#include <list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace penstock::router {

// A client's connection: reads one request after the other and has each answered by a Reply or a Responder. Between
// requests and while a request is held it keeps no buffers but the bytes it needs.
class Session final : public EventHandler, private HeldRequest {
 public:
  Session(Worker& worker, Fd fd, std::string client_ip);
  ~Session() override;

  void on_events(std::uint32_t events) override;

  // Answers the present request at once.
  void reply(const RequestHead& request, const Reply& reply);
  // Has the present request answered by `responder`.
  void answer_with(std::unique_ptr<Responder> responder);
  // Keeps the request, whose head is `head`, until `queue` lets it go on.
  void hold(HoldQueue& queue, std::string_view head);

  // The response has been handed to stream() whole. `keep_alive`: the client may send another request.
  void responded(bool keep_alive);
  // Breaks the connection off.
  void close();
  // The client took something of a response: it has its time again.
  void progress();
  // The client sent or closed something while it should wait. False: it hung up.
  bool still_there();
  // Gets what the client sends again.
  void resume_input();

  Worker& worker() { return worker_; }
  Stream& stream() { return stream_; }
  const std::string& client_ip() const { return client_ip_; }
  // What was received after the head of the present request.
  std::string& input() { return input_; }

 private:
  friend class Worker;
  enum class State : std::uint8_t { Head, Held, Responding, Flushing, Lingering, Closed };

  void proceed(ReleaseSlot slot) override;
  void give_up() override;

  void on_input();
  void take_requests(std::string bytes);
  void take_request(std::string_view head, ReleaseSlot slot);
  void refuse(int status);
  void next_request();
  void linger();
  void on_timer();
  // Idle between requests: nothing is lost when it closes.
  bool quiet() const { return state_ == State::Head && input_.empty(); }

  Worker& worker_;
  std::string client_ip_;
  State state_ = State::Head;
  bool keep_alive_ = true;
  bool handling_ = false;     // take_requests() is at work
  std::size_t searched_ = 0;  // of input_, for the end of a head
  std::string input_;
  std::string held_;            // head of the held request
  HoldQueue* queue_ = nullptr;  // while held
  HoldQueue::Ticket ticket_;
  std::unique_ptr<Responder> responder_;
  std::list<std::unique_ptr<Session>>::iterator place_;  // in worker_.sessions_
  Timer timer_;
  Stream stream_;
};

}  // namespace penstock::router
