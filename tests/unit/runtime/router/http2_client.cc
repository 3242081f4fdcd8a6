#include "unit/runtime/router/http2_client.h"

#include "base/error.h"

#include <algorithm>

namespace penstock::router::test {
namespace {

std::string text_of(const std::uint8_t* bytes, std::size_t length) {
  return {reinterpret_cast<const char*>(bytes), length};
}

std::vector<nghttp2_nv> views_of(const Http2Client::Fields& fields) {
  const auto bytes = [](const std::string& text) {
    return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
  };
  std::vector<nghttp2_nv> views;
  for (const auto& [name, value] : fields) {
    views.push_back({bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE});
  }
  return views;
}

}  // namespace

Http2Client::Http2Client(Client& connection, std::uint32_t window) : connection_(connection) {
  Handle<nghttp2_session_callbacks, nghttp2_session_callbacks_del> callbacks;
  ::nghttp2_session_callbacks_new(out_ptr(callbacks));
  ::nghttp2_session_callbacks_set_on_begin_headers_callback(
      callbacks.get(), [](nghttp2_session*, const nghttp2_frame* frame, void* user_data) {
        of(user_data).streams_[frame->hd.stream_id].in_trailers = true;
        return 0;
      });
  ::nghttp2_session_callbacks_set_on_header_callback(
      callbacks.get(),
      [](nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name, std::size_t name_length,
         const std::uint8_t* value, std::size_t value_length, std::uint8_t, void* user_data) {
        of(user_data).on_field(*frame, text_of(name, name_length), text_of(value, value_length));
        return 0;
      });
  ::nghttp2_session_callbacks_set_on_frame_recv_callback(
      callbacks.get(), [](nghttp2_session*, const nghttp2_frame* frame, void* user_data) {
        of(user_data).on_frame(*frame);
        return 0;
      });
  ::nghttp2_session_callbacks_set_on_data_chunk_recv_callback(
      callbacks.get(), [](nghttp2_session* session, std::uint8_t, std::int32_t id, const std::uint8_t* bytes,
                          std::size_t length, void* user_data) {
        of(user_data).response(id).body += text_of(bytes, length);
        return ::nghttp2_session_consume_connection(session, length);
      });
  ::nghttp2_session_callbacks_set_on_stream_close_callback(
      callbacks.get(), [](nghttp2_session*, std::int32_t id, std::uint32_t error, void* user_data) {
        of(user_data).response(id).closed = true;
        of(user_data).response(id).error = error;
        return 0;
      });
  Handle<nghttp2_option, nghttp2_option_del> option;
  ::nghttp2_option_new(out_ptr(option));
  ::nghttp2_option_set_no_auto_window_update(option.get(), 1);
  if (::nghttp2_session_client_new2(out_ptr(session_), callbacks.get(), this, option.get()) != 0) {
    throw Error("cannot speak HTTP/2");
  }
  const nghttp2_settings_entry setting{NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, window};
  ::nghttp2_submit_settings(session_.get(), NGHTTP2_FLAG_NONE, &setting, 1);
}

void Http2Client::on_field(const nghttp2_frame& frame, const std::string& name, const std::string& value) {
  Response& response = streams_[frame.hd.stream_id].response;
  if (name == ":status") {
    streams_[frame.hd.stream_id].in_trailers = false;
    const int status = std::stoi(value);
    if (status < 200) {
      response.interim.push_back(status);
    } else {
      response.status = status;
    }
    return;
  }
  (streams_[frame.hd.stream_id].in_trailers ? response.trailers : response.fields)[name] = value;
}

void Http2Client::on_frame(const nghttp2_frame& frame) {
  if (frame.hd.type == NGHTTP2_GOAWAY) {
    told_to_go_ = true;
    go_error_ = frame.goaway.error_code;
    last_served_ = frame.goaway.last_stream_id;
  }
  const bool carries = frame.hd.type == NGHTTP2_HEADERS || frame.hd.type == NGHTTP2_DATA;
  if (carries && (frame.hd.flags & NGHTTP2_FLAG_END_STREAM) != 0) streams_[frame.hd.stream_id].response.ended = true;
}

ssize_t Http2Client::read_body(nghttp2_session* session, std::int32_t id, std::uint8_t* into, std::size_t room,
                               std::uint32_t* flags, nghttp2_data_source* /*source*/, void* user_data) {
  Stream& stream = of(user_data).streams_[id];
  const std::size_t count = std::min(room, stream.unsent.size());
  if (count == 0 && !stream.finished) return NGHTTP2_ERR_DEFERRED;
  std::copy_n(stream.unsent.begin(), count, into);
  stream.unsent.erase(0, count);
  if (!stream.unsent.empty() || !stream.finished) return static_cast<ssize_t>(count);
  *flags |= NGHTTP2_DATA_FLAG_EOF;
  if (!stream.trailers.empty()) {
    *flags |= NGHTTP2_DATA_FLAG_NO_END_STREAM;
    const auto views = views_of(stream.trailers);
    ::nghttp2_submit_trailer(session, id, views.data(), views.size());
  }
  return static_cast<ssize_t>(count);
}

std::int32_t Http2Client::request(const Fields& fields, bool body_follows) {
  nghttp2_data_provider provider{};
  provider.read_callback = read_body;
  const auto views = views_of(fields);
  const std::int32_t id = ::nghttp2_submit_request(session_.get(), nullptr, views.data(), views.size(),
                                                   body_follows ? &provider : nullptr, nullptr);
  streams_[id].finished = !body_follows;
  push();
  return id;
}

std::int32_t Http2Client::request(const std::string& method, const std::string& path, const Fields& more,
                                  bool body_follows) {
  Fields fields{{":method", method}, {":scheme", "http"}, {":path", path}, {":authority", "site.test"}};
  fields.insert(fields.end(), more.begin(), more.end());
  return request(fields, body_follows);
}

void Http2Client::send(std::int32_t stream, const std::string& bytes, bool last, const Fields& trailers) {
  streams_[stream].unsent += bytes;
  streams_[stream].finished = last;
  streams_[stream].trailers = trailers;
  ::nghttp2_session_resume_data(session_.get(), stream);
  push();
}

void Http2Client::reset(std::int32_t stream) {
  ::nghttp2_submit_rst_stream(session_.get(), NGHTTP2_FLAG_NONE, stream, NGHTTP2_CANCEL);
  push();
}

void Http2Client::widen(std::int32_t stream, int bytes) {
  ::nghttp2_submit_window_update(session_.get(), NGHTTP2_FLAG_NONE, stream, bytes);
  push();
}

void Http2Client::push() {
  const std::uint8_t* bytes = nullptr;
  for (ssize_t count = 1; count > 0;) {
    count = ::nghttp2_session_mem_send(session_.get(), &bytes);
    if (count > 0) connection_.send(text_of(bytes, static_cast<std::size_t>(count)));
  }
}

bool Http2Client::until(const std::function<bool()>& condition) {
  while (true) {
    push();
    if (condition()) return true;
    const std::string received = connection_.read_some();
    if (received.empty()) return condition();
    if (::nghttp2_session_mem_recv(session_.get(), reinterpret_cast<const std::uint8_t*>(received.data()),
                                   received.size()) < 0) {
      throw Error("cannot understand what the router says");
    }
  }
}

const Http2Client::Response& Http2Client::wait(std::int32_t stream) {
  until([&] { return response(stream).closed; });
  return response(stream);
}

std::uint32_t Http2Client::setting(nghttp2_settings_id id) const {
  return ::nghttp2_session_get_remote_settings(session_.get(), id);
}

}  // namespace penstock::router::test
