#include "runtime/router/http2/http2_callbacks.h"

#include "base/error.h"
#include "runtime/router/http2/http2_connection.h"
#include "runtime/router/http2/http2_fields.h"

#include <exception>
#include <new>

namespace penstock::router {
namespace {

// Of what costs more than it says: so many answers may wait to be sent, so many settings come in one frame, so many
// CONTINUATION frames follow a HEADERS frame.
constexpr std::size_t kMostAnswersWaiting = 1000;
constexpr std::size_t kMostSettings = 16;
constexpr std::size_t kMostContinuations = 8;

std::string_view text_of(const std::uint8_t* bytes, std::size_t length) {
  return {reinterpret_cast<const char*>(bytes), length};
}

// Nothing may be thrown through nghttp2.
template <typename Action>
int guarded(Action action) noexcept {
  try {
    return action();
  } catch (const std::exception&) {
    return NGHTTP2_ERR_CALLBACK_FAILURE;
  }
}

Http2Connection& connection_of(void* user_data) {
  return *static_cast<Http2Connection*>(user_data);
}

Http2Stream* stream_of(nghttp2_session* session, std::int32_t id) {
  return static_cast<Http2Stream*>(::nghttp2_session_get_stream_user_data(session, id));
}

}  // namespace

// Takes what nghttp2 tells to the Http2Connection.
class Http2Callbacks {
 public:
  static int on_begin_frame(nghttp2_session* /*session*/, const nghttp2_frame_hd* header, void* user_data) {
    return guarded([&] { return connection_of(user_data).on_frame_begin(*header), 0; });
  }

  static int on_begin_headers(nghttp2_session* /*session*/, const nghttp2_frame* /*frame*/, void* user_data) {
    return guarded([&] { return connection_of(user_data).on_fields_begin(), 0; });
  }

  static int on_header(nghttp2_session* /*session*/, const nghttp2_frame* frame, const std::uint8_t* name,
                       std::size_t name_length, const std::uint8_t* value, std::size_t value_length,
                       std::uint8_t /*flags*/, void* user_data) {
    return guarded([&]() -> int {
      const bool wanted =
          connection_of(user_data).on_field(*frame, text_of(name, name_length), text_of(value, value_length));
      return wanted ? 0 : NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    });
  }

  static int on_invalid_header(nghttp2_session* /*session*/, const nghttp2_frame* /*frame*/,
                               const std::uint8_t* /*name*/, std::size_t /*name_length*/, const std::uint8_t* /*value*/,
                               std::size_t /*value_length*/, std::uint8_t /*flags*/, void* /*user_data*/) {
    return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;  // otherwise it is left out
  }

  static int on_frame(nghttp2_session* /*session*/, const nghttp2_frame* frame, void* user_data) {
    return guarded([&] { return connection_of(user_data).on_frame(*frame), 0; });
  }

  static int on_data(nghttp2_session* session, std::uint8_t /*flags*/, std::int32_t id, const std::uint8_t* bytes,
                     std::size_t length, void* user_data) {
    return guarded(
        [&] { return connection_of(user_data).on_data(id, stream_of(session, id), text_of(bytes, length)), 0; });
  }

  static int on_frame_sent(nghttp2_session* session, const nghttp2_frame* frame, void* user_data) {
    return guarded([&] {
      Http2Stream* const stream = stream_of(session, frame->hd.stream_id);
      if (stream != nullptr) connection_of(user_data).on_frame_sent(*stream, *frame);
      return 0;
    });
  }

  static int on_stream_close(nghttp2_session* session, std::int32_t id, std::uint32_t error, void* user_data) {
    return guarded([&] {
      Http2Stream* const stream = stream_of(session, id);
      if (stream != nullptr) connection_of(user_data).on_stream_closed(*stream, error);
      return 0;
    });
  }

  static ssize_t read_body(nghttp2_session* session, std::int32_t id, std::uint8_t* /*buffer*/, std::size_t most,
                           std::uint32_t* flags, nghttp2_data_source* source, void* /*user_data*/) {
    return guarded([&]() -> int {
      auto& stream = *static_cast<Http2Stream*>(source->ptr);
      const Http2Stream::Sendable sendable = stream.sendable(most);
      if (sendable.deferred) return NGHTTP2_ERR_DEFERRED;
      *flags |= NGHTTP2_DATA_FLAG_NO_COPY;
      if (sendable.last) *flags |= NGHTTP2_DATA_FLAG_EOF;
      if (sendable.last && stream.trailers() != nullptr) {
        *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
        const Http2Fields fields(*stream.trailers());
        ::nghttp2_submit_trailer(session, id, fields.data(), fields.size());
      }
      return static_cast<int>(sendable.bytes);
    });
  }

  static int send_body(nghttp2_session* /*session*/, nghttp2_frame* /*frame*/, const std::uint8_t* header,
                       std::size_t length, nghttp2_data_source* source, void* user_data) {
    return guarded([&]() -> int {
      constexpr std::size_t kHeader = 9;
      const bool sent =
          connection_of(user_data).add_data(text_of(header, kHeader), length, *static_cast<Http2Stream*>(source->ptr));
      return sent ? 0 : NGHTTP2_ERR_WOULDBLOCK;
    });
  }

  static Handle<nghttp2_session_callbacks, nghttp2_session_callbacks_del> make() {
    Handle<nghttp2_session_callbacks, nghttp2_session_callbacks_del> callbacks;
    if (::nghttp2_session_callbacks_new(out_ptr(callbacks)) != 0) throw std::bad_alloc();
    nghttp2_session_callbacks* const all = callbacks.get();
    ::nghttp2_session_callbacks_set_on_begin_frame_callback(all, on_begin_frame);
    ::nghttp2_session_callbacks_set_on_begin_headers_callback(all, on_begin_headers);
    ::nghttp2_session_callbacks_set_on_header_callback(all, on_header);
    ::nghttp2_session_callbacks_set_on_invalid_header_callback(all, on_invalid_header);
    ::nghttp2_session_callbacks_set_on_frame_recv_callback(all, on_frame);
    ::nghttp2_session_callbacks_set_on_data_chunk_recv_callback(all, on_data);
    ::nghttp2_session_callbacks_set_on_frame_send_callback(all, on_frame_sent);
    ::nghttp2_session_callbacks_set_on_stream_close_callback(all, on_stream_close);
    ::nghttp2_session_callbacks_set_send_data_callback(all, send_body);
    return callbacks;
  }
};

Handle<nghttp2_session, nghttp2_session_del> open_http2(Http2Connection& connection) {
  static const auto callbacks = Http2Callbacks::make();
  Handle<nghttp2_option, nghttp2_option_del> option;
  if (::nghttp2_option_new(out_ptr(option)) != 0) throw std::bad_alloc();
  ::nghttp2_option_set_no_auto_window_update(option.get(), 1);
  ::nghttp2_option_set_no_closed_streams(option.get(), 1);
  ::nghttp2_option_set_max_outbound_ack(option.get(), kMostAnswersWaiting);
  ::nghttp2_option_set_max_settings(option.get(), kMostSettings);
  ::nghttp2_option_set_max_continuations(option.get(), kMostContinuations);
  Handle<nghttp2_session, nghttp2_session_del> session;
  if (::nghttp2_session_server_new2(out_ptr(session), callbacks.get(), &connection, option.get()) != 0) {
    throw std::bad_alloc();
  }
  return session;
}

nghttp2_data_provider body_of(void* stream) {
  nghttp2_data_provider provider{};
  provider.source.ptr = stream;
  provider.read_callback = Http2Callbacks::read_body;
  return provider;
}

}  // namespace penstock::router
