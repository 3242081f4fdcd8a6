#include "runtime/router/upstream/fastcgi_request.h"

#include "runtime/router/upstream/fastcgi_records.h"

#include <algorithm>
#include <array>
#include <string>

namespace penstock::router::fastcgi {
namespace {

constexpr std::string_view kPrefix = "HTTP_";
constexpr std::size_t kLongestName = 200;

bool fits(std::string_view name) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  };
  return name.size() <= kLongestName && std::all_of(name.begin(), name.end(), plain) &&
         !equal_ignoring_case(name, "proxy");
}

class Variables {
 public:
  Variables(const RequestHead& request, const Origin& origin, std::string& out)
      : request_(request), origin_(origin), writer_(out) {}

  void write(const Script& script) {
    write_script(script);
    write_server();
    write_fields();
    for_each_origin_field(request_, origin_,
                          [this](std::string_view name, std::string_view value) { add_field(name, value); });
    writer_.finish();
  }

 private:
  void write_script(const Script& script) {
    writer_.add("SCRIPT_FILENAME", script.file);
    writer_.add("SCRIPT_NAME", script.name);
    writer_.add("DOCUMENT_ROOT", script.root);
    writer_.add("DOCUMENT_URI", script.name);
    if (!script.path_info.empty()) writer_.add("PATH_INFO", script.path_info);
  }

  void write_server() {
    const std::string_view query = request_.query.empty() ? request_.query : request_.query.substr(1);
    target_.append(request_.path).append(request_.query);
    writer_.add("GATEWAY_INTERFACE", "CGI/1.1");
    writer_.add("SERVER_SOFTWARE", "penstock");
    writer_.add("SERVER_PROTOCOL", request_.minor_version == 0 ? "HTTP/1.0" : "HTTP/1.1");
    writer_.add("SERVER_NAME", request_.host());
    writer_.add("SERVER_PORT", port());
    writer_.add("REQUEST_METHOD", request_.method);
    writer_.add("REQUEST_SCHEME", origin_.https ? "https" : "http");
    writer_.add("REQUEST_URI", target_);
    writer_.add("QUERY_STRING", query);
    writer_.add("REMOTE_ADDR", origin_.client_ip);
    writer_.add("REDIRECT_STATUS", "200");  // without it, PHP may take us for a user who calls it directly
    if (origin_.https) writer_.add("HTTPS", "on");
  }

  void write_fields() {
    add_field("Host", request_.authority);
    if (request_.body.kind == Framing::Length) writer_.add("CONTENT_LENGTH", std::to_string(request_.body.length));
    for (const Field& field : request_.fields.all()) {
      if (field.known == FieldName::ContentType) {
        writer_.add("CONTENT_TYPE", field.value);
      } else if (field.known != FieldName::ContentLength && !is_said_by_router(field.known)) {
        add_field(field.name, field.value);
      }
    }
  }

  void add_field(std::string_view name, std::string_view value) {
    if (!fits(name)) return;
    std::array<char, kPrefix.size() + kLongestName> variable;
    char* end = std::copy(kPrefix.begin(), kPrefix.end(), variable.begin());
    end = std::transform(name.begin(), name.end(), end, [](char c) {
      if (c == '-') return '_';
      return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    });
    writer_.add({variable.data(), static_cast<std::size_t>(end - variable.data())}, value);
  }

  std::string_view port() const {
    const std::string_view rest = request_.authority.substr(request_.host().size());
    if (rest.size() > 1) return rest.substr(1);
    return origin_.https ? "443" : "80";
  }

  const RequestHead& request_;
  const Origin& origin_;
  ParameterWriter writer_;
  std::string target_;
};

}  // namespace

void write_request(const RequestHead& request, const Origin& origin, const Script& script, std::string& out) {
  begin_request(out);
  Variables(request, origin, out).write(script);
}

}  // namespace penstock::router::fastcgi
