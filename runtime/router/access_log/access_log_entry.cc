#include "runtime/router/access_log/access_log_entry.h"

#include "runtime/router/http/request_head.h"
#include "runtime/router/table/environment.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <array>
#include <iterator>

namespace penstock::router {
namespace {

constexpr std::size_t kLongestTarget = 4096;
constexpr std::size_t kLongestField = 512;
constexpr int kClientGone = 499;
constexpr std::array<const char*, kProtocols> kProtocolNames{"HTTP/1.0", "HTTP/1.1", "HTTP/2.0"};

// A URL without the user and password that it may name.
std::string without_userinfo(std::string_view url) {
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return std::string(url);
  const std::size_t begin = scheme + 3;
  const std::size_t at = url.substr(0, url.find_first_of("/?#", begin)).rfind('@');
  if (at == std::string_view::npos || at < begin) return std::string(url);
  return std::string(url.substr(0, begin)).append(url.substr(at + 1));
}

std::string target_of(const RequestHead& request) {
  return std::string(request.path).append(request.query).substr(0, kLongestTarget);
}

std::string referrer_of(const RequestHead& request) {
  return without_userinfo(request.fields.find(FieldName::Referer)).substr(0, kLongestField);
}

std::string field_of(const RequestHead& request, FieldName name) {
  return std::string(request.fields.find(name).substr(0, kLongestField));
}

// In quotes; so that whatever a client sends stays one field of one line.
void append_quoted(std::string_view text, std::string& out) {
  out += '"';
  if (text.empty()) out += '-';
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      out.append({'\\', c});
    } else if (c < 0x20 || c == 0x7f) {  // also bytes beyond ASCII: char is signed
      fmt::format_to(std::back_inserter(out), "\\x{:02X}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  out += '"';
}

std::string json_text(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

double seconds(Histogram::Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

}  // namespace

AccessLogEntry::AccessLogEntry(std::shared_ptr<const Environment> environment, const RequestHead& request,
                               std::string_view client_ip, Protocol protocol)
    : environment_(std::move(environment)) {
  const bool json = environment_->access_log.format == AccessLogFormat::Json;
  json ? describe_json(request, client_ip, protocol) : describe_combined(request, client_ip, protocol);
}

void AccessLogEntry::describe_combined(const RequestHead& request, std::string_view client_ip, Protocol protocol) {
  origin_ = client_ip.empty() ? "-" : std::string(client_ip);
  origin_ += " - - [";
  request_ = "] ";
  append_quoted(fmt::format("{} {} {}", request.method, target_of(request),
                            kProtocolNames.at(static_cast<std::size_t>(protocol))),
                request_);
  append_quoted(referrer_of(request), client_ += ' ');
  append_quoted(field_of(request, FieldName::UserAgent), client_ += ' ');
  client_ += '\n';
}

void AccessLogEntry::describe_json(const RequestHead& request, std::string_view client_ip, Protocol protocol) {
  Json json = {{"client_ip", client_ip},
               {"method", request.method},
               {"host", request.host()},
               {"target", target_of(request)},
               {"protocol", kProtocolNames.at(static_cast<std::size_t>(protocol))},
               {"release", environment_->release}};
  const auto add = [&json](const char* name, const std::string& value) {
    if (!value.empty()) json[name] = value;
  };
  add("referrer", referrer_of(request));
  add("user_agent", field_of(request, FieldName::UserAgent));
  add("request_id", field_of(request, FieldName::XRequestId));
  origin_ = R"({"time":")";
  request_ = R"(",)" + json_text(json).substr(1);
  request_.back() = ',';
}

void AccessLogEntry::write(const Outcome& outcome, std::string_view combined_time, std::string_view json_time,
                           std::string& out) const {
  const int status = outcome.status == 0 ? kClientGone : outcome.status;
  const auto to = std::back_inserter(out);
  if (environment_->access_log.format == AccessLogFormat::Combined) {
    fmt::format_to(to, "{}{}{} {} {}{}", origin_, combined_time, request_, status, outcome.bytes, client_);
  } else {
    fmt::format_to(to,
                   R"({}{}{}"status":{},"bytes":{},"duration_s":{},"upstream_s":{},"held_s":{}}})"
                   "\n",
                   origin_, json_time, request_, status, outcome.bytes, seconds(outcome.duration),
                   seconds(outcome.upstream), seconds(outcome.held));
  }
}

}  // namespace penstock::router
