#include "runtime/router/http2/http2_connection.h"

#include "runtime/router/http2/http2_callbacks.h"
#include "runtime/router/http2/http2_fields.h"
#include "runtime/router/tls/tls_channel.h"
#include "runtime/router/worker.h"

#include <algorithm>
#include <array>
#include <utility>

namespace penstock::router {
namespace {

constexpr std::uint32_t kMostStreams = 128;
// Of bodies that nobody takes: of all streams, of one that is read and, as the protocol begins, 64 KiB of any other.
constexpr std::int32_t kConnectionWindow = 1 << 20;
constexpr std::int32_t kStreamWindow = 256 << 10;
constexpr std::size_t kLongestTrailers = std::size_t{8} << 10;
// Sent at once; more is not prepared before.
constexpr std::size_t kMostOutput = std::size_t{64} << 10;

// Requests that end before they are answered, each of which costs the application one (CVE-2023-44487), and frames that
// say so.
constexpr double kResetsAtOnce = 400;
constexpr double kResetsPerSecond = 60;
// Frames that ask for work and bring nothing.
constexpr double kControlsAtOnce = 500;
constexpr double kControlsPerSecond = 100;

constexpr std::array<nghttp2_settings_entry, 4> kSettings = {{
    {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, kMostStreams},
    {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, kLongestHead},
    {NGHTTP2_SETTINGS_ENABLE_CONNECT_PROTOCOL, 1},
    {NGHTTP2_SETTINGS_NO_RFC7540_PRIORITIES, 1},
}};

}  // namespace

Http2Connection::Http2Connection(Worker& worker, Fd fd, Caller caller, std::unique_ptr<TlsChannel> tls)
    : worker_(worker),
      peer_{.caller = std::move(caller), .tls = tls.get()},
      session_(open_http2(*this)),
      resets_(kResetsAtOnce, kResetsPerSecond),
      controls_(kControlsAtOnce, kControlsPerSecond),
      idle_(worker.loop().timers(),
            [this] {
              if (lingering_) return close();
              ::nghttp2_session_terminate_session(session_.get(), NGHTTP2_NO_ERROR);
              schedule();
            }),
      stalled_(worker.loop().timers(), [this] { close(); }),
      stream_(worker.loop(), std::move(fd), *this, std::move(tls)) {
  ::nghttp2_submit_settings(session_.get(), NGHTTP2_FLAG_NONE, kSettings.data(), kSettings.size());
  ::nghttp2_session_set_local_window_size(session_.get(), NGHTTP2_FLAG_NONE, 0, kConnectionWindow);
  idle_.arm(worker.settings().timeouts.request_head);
  schedule();
}

Http2Connection::~Http2Connection() {
  worker_.loop().forget(*this);
}

// The socket

void Http2Connection::on_events(std::uint32_t events) {
  if (gone_) return;
  if ((events & EPOLLOUT) != 0) {
    stream_.flush();
    stalled_.arm(worker_.settings().timeouts.client);
    if (stream_.pending() == 0) {
      stalled_.cancel();
      stream_.watch_input(true);
      schedule();
    }
  }
  if (stream_.broken() || (events & (EPOLLERR | EPOLLHUP)) != 0) return close();
  if ((events & EPOLLIN) == 0) return;
  const Stream::Received received = stream_.receive(worker_.loop().scratch());
  if (received.ended) return close();
  if (!lingering_ && !received.bytes.empty()) take(received.bytes);
}

void Http2Connection::take(std::string_view bytes) {
  receiving_ = true;
  const ssize_t taken =
      ::nghttp2_session_mem_recv(session_.get(), reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  pass_data(false);
  receiving_ = false;
  if (taken < 0) return close();
  bury();
  schedule();
}

void Http2Connection::schedule() {
  if (std::exchange(scheduled_, true)) return;
  worker_.loop().at_round_end(*this);
}

void Http2Connection::on_round_end() {
  if (gone_) return;
  if (stream_.pending() == 0) tell_drained();
  do {
    bury();
    produce();
    flush();
  } while (!closed_.empty());
  scheduled_ = false;
  if (stream_.broken() || failed_) return close();
  if (!drained_.empty() && stream_.pending() == 0) schedule();
  watch_time();
  if (over()) linger();
}

void Http2Connection::produce() {
  if (receiving_ || producing_ || lingering_) return;
  producing_ = true;
  while (stream_.pending() == 0) {
    const std::uint8_t* bytes = nullptr;
    const ssize_t count = ::nghttp2_session_mem_send(session_.get(), &bytes);
    if (count > 0) out_.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(count));
    if (out_.size() >= kMostOutput) {
      flush();
    } else if (count <= 0) {
      failed_ |= count < 0;
      break;
    }
  }
  producing_ = false;
}

bool Http2Connection::add_data(std::string_view header, std::size_t bytes, Http2Stream& stream) {
  if (out_.size() >= kMostOutput) return false;
  out_.append(header);
  stream.send(bytes, out_);
  return true;
}

void Http2Connection::flush() {
  if (out_.empty()) return;
  stream_.send(out_);
  out_.clear();
  if (streams_.empty()) out_.shrink_to_fit();
  if (stream_.pending() == 0) return;
  if (!stalled_.armed()) stalled_.arm(worker_.settings().timeouts.client);
  if (stream_.pending() > kMostPending) stream_.watch_input(false);
}

void Http2Connection::watch_time() {
  if (lingering_) return;
  if (!streams_.empty()) return idle_.cancel();
  if (!idle_.armed()) idle_.arm(worker_.settings().timeouts.keep_alive);
}

// The end

void Http2Connection::finish() {
  ::nghttp2_submit_shutdown_notice(session_.get());
  ::nghttp2_submit_ping(session_.get(), NGHTTP2_FLAG_NONE, nullptr);  // answered when the client has got the notice
  schedule();
}

bool Http2Connection::over() const {
  if (lingering_ || !out_.empty() || stream_.pending() > 0) return false;
  const bool wants =
      ::nghttp2_session_want_read(session_.get()) != 0 || ::nghttp2_session_want_write(session_.get()) != 0;
  return !wants || (finished_ && streams_.empty());
}

// Closing with unread bytes in the socket would reset the connection and destroy what is on its way.
void Http2Connection::linger() {
  lingering_ = true;
  drop_streams();
  stream_.shutdown_output();
  stream_.watch_input(true);
  idle_.arm(worker_.settings().timeouts.linger);
}

void Http2Connection::close() {
  if (std::exchange(gone_, true)) return;
  worker_.loop().forget(*this);
  stream_.close();
  idle_.cancel();
  stalled_.cancel();
  drop_streams();
  worker_.remove(*this);
}

void Http2Connection::drop_streams() {
  for (auto& stream : std::exchange(streams_, {})) {
    stream->closed_ = true;
    closed_.push_back(std::move(stream));
  }
  drained_.clear();
  bury();
}

void Http2Connection::limit(bool allowed) {
  if (!allowed) ::nghttp2_session_terminate_session(session_.get(), NGHTTP2_ENHANCE_YOUR_CALM);
}

// What the client sends

void Http2Connection::on_frame_begin(const nghttp2_frame_hd& header) {
  switch (header.type) {
    case NGHTTP2_DATA:
      if (header.length > 0 || (header.flags & NGHTTP2_FLAG_END_STREAM) != 0) return;
      break;
    case NGHTTP2_HEADERS:
    case NGHTTP2_WINDOW_UPDATE:
    case NGHTTP2_RST_STREAM:
      return;
    default:
      break;
  }
  limit(controls_.take(worker_.loop().now()));
}

void Http2Connection::on_fields_begin() {
  request_.clear();
  trailers_.clear();
}

bool Http2Connection::on_field(const nghttp2_frame& frame, std::string_view name, std::string_view value) {
  if (frame.headers.cat == NGHTTP2_HCAT_REQUEST) {
    request_.add(name, value);
    return true;
  }
  trailers_.append(name).append(": ").append(value).append("\r\n");
  return trailers_.size() <= kLongestTrailers;
}

void Http2Connection::on_frame(const nghttp2_frame& frame) {
  const bool last = (frame.hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
  switch (frame.hd.type) {
    case NGHTTP2_HEADERS:
      if (frame.headers.cat == NGHTTP2_HCAT_REQUEST) return begin_request(frame.hd.stream_id, !last);
      if (reader_ != nullptr) pass_data(false);
      if (auto* stream =
              static_cast<Http2Stream*>(::nghttp2_session_get_stream_user_data(session_.get(), frame.hd.stream_id))) {
        end_body(*stream);
      }
      return;
    case NGHTTP2_DATA:
      if (auto* stream =
              static_cast<Http2Stream*>(::nghttp2_session_get_stream_user_data(session_.get(), frame.hd.stream_id))) {
        if (reader_ == nullptr) reader_ = stream;
        pass_data(last);
      }
      return;
    case NGHTTP2_RST_STREAM:
      return limit(resets_.take(worker_.loop().now()));
    case NGHTTP2_PING:
      if ((frame.hd.flags & NGHTTP2_FLAG_ACK) == 0 || !worker_.stopping()) return;
      finished_ = true;
      ::nghttp2_submit_goaway(session_.get(), NGHTTP2_FLAG_NONE,
                              ::nghttp2_session_get_last_proc_stream_id(session_.get()), NGHTTP2_NO_ERROR, nullptr, 0);
      return;
    default:
      return;
  }
}

void Http2Connection::begin_request(std::int32_t id, bool body_follows) {
  idle_.cancel();
  request_.finish(body_follows);
  auto owned = std::make_unique<Http2Stream>(*this, id);
  Http2Stream& stream = *owned;
  stream.place_ = streams_.size();
  stream.request_ended_ = !body_follows;
  streams_.push_back(std::move(owned));
  ::nghttp2_session_set_stream_user_data(session_.get(), id, &stream);
  stream.take(request_.head(), request_.refusal());
}

void Http2Connection::on_data(std::int32_t id, Http2Stream* stream, std::string_view bytes) {
  if (stream == nullptr) {
    ::nghttp2_session_consume(session_.get(), id, bytes.size());
    return;
  }
  if (reader_ != nullptr) pass_data(false);
  reader_ = stream;
  data_ = bytes;
}

void Http2Connection::pass_data(bool last) {
  if (reader_ == nullptr) return;
  std::exchange(reader_, nullptr)->take_body(std::exchange(data_, {}), last, nullptr);
}

void Http2Connection::end_body(Http2Stream& stream) {
  FieldList fields;
  if (!parse_trailers(trailers_, fields)) return reset(stream, NGHTTP2_PROTOCOL_ERROR);
  stream.take_body({}, true, &fields);
}

void Http2Connection::on_stream_closed(Http2Stream& stream, std::uint32_t error) {
  stream.closed_ = true;
  // Whoever reset it: a client can have that done as well.
  if (error != NGHTTP2_NO_ERROR && !stream.answered()) limit(resets_.take(worker_.loop().now()));
  if (reader_ == &stream) reader_ = nullptr;
  const std::size_t place = stream.place_;
  closed_.push_back(std::move(streams_[place]));
  if (place + 1 < streams_.size()) {
    streams_[place] = std::move(streams_.back());
    streams_[place]->place_ = place;
  }
  streams_.pop_back();
}

// Tells the streams that are over. Not from within nghttp2 or a Responder.
void Http2Connection::bury() {
  while (!closed_.empty()) {
    for (auto& stream : std::exchange(closed_, {})) {
      if (stream->kept() > 0) ::nghttp2_session_consume_connection(session_.get(), stream->kept());
      stream->on_closed();
      worker_.loop().retire(std::move(stream));
    }
  }
}

// What the streams send

void Http2Connection::submit_interim(Http2Stream& stream, const ResponseHead& head) {
  const Http2Fields fields(head, {});
  ::nghttp2_submit_headers(session_.get(), NGHTTP2_FLAG_NONE, stream.id(), nullptr, fields.data(), fields.size(),
                           nullptr);
  schedule();
}

void Http2Connection::submit_head(Http2Stream& stream, const ResponseHead& head, bool last) {
  const Http2Fields fields(head, worker_.date());
  const nghttp2_data_provider provider = body_of(&stream);
  ::nghttp2_submit_response(session_.get(), stream.id(), fields.data(), fields.size(), last ? nullptr : &provider);
  schedule();
}

void Http2Connection::send_body(Http2Stream& stream, bool resume) {
  if (resume) ::nghttp2_session_resume_data(session_.get(), stream.id());
  produce();
  schedule();
}

void Http2Connection::reset(Http2Stream& stream, std::uint32_t error) {
  if (!stream.closed()) ::nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, stream.id(), error);
  schedule();
}

void Http2Connection::on_frame_sent(Http2Stream& stream, const nghttp2_frame& frame) {
  const bool last = (frame.hd.flags & NGHTTP2_FLAG_END_STREAM) != 0;
  // The response is whole: the rest of the request is not wanted (RFC 9113 section 8.1).
  if (last && !stream.request_ended() && !stream.upgraded()) reset(stream, NGHTTP2_NO_ERROR);
}

void Http2Connection::consumed(Http2Stream& stream, std::size_t bytes) {
  if (bytes == 0) return;
  ::nghttp2_session_consume(session_.get(), stream.id(), bytes);
  schedule();
}

void Http2Connection::widen(Http2Stream& stream) {
  if (stream.request_ended()) return;
  ::nghttp2_session_set_local_window_size(session_.get(), NGHTTP2_FLAG_NONE, stream.id(), kStreamWindow);
  schedule();
}

void Http2Connection::drained(Http2Stream& stream) {
  drained_.push_back(stream.id());
  schedule();
}

void Http2Connection::tell_drained() {
  for (const std::int32_t id : std::exchange(drained_, {})) {
    auto* stream = static_cast<Http2Stream*>(::nghttp2_session_get_stream_user_data(session_.get(), id));
    if (stream != nullptr) stream->on_drained();
  }
}

}  // namespace penstock::router
