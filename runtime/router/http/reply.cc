#include "runtime/router/http/reply.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <charconv>

namespace penstock::router {
namespace {

struct Status {
  int code;
  std::string_view name;
  std::string_view heading = {};  // what a person is told instead
};

constexpr auto kStatuses = std::to_array<Status>({{200, "OK"},
                                                  {203, "Non-Authoritative Information"},
                                                  {204, "No Content"},
                                                  {206, "Partial Content"},
                                                  {300, "Multiple Choices"},
                                                  {301, "Moved Permanently"},
                                                  {302, "Found"},
                                                  {304, "Not Modified"},
                                                  {307, "Temporary Redirect"},
                                                  {308, "Permanent Redirect"},
                                                  {400, "Bad Request"},
                                                  {401, "Unauthorized", "Please sign in"},
                                                  {403, "Forbidden", "You may not see this"},
                                                  {404, "Not Found", "Nothing is here"},
                                                  {405, "Method Not Allowed"},
                                                  {408, "Request Timeout"},
                                                  {410, "Gone"},
                                                  {411, "Length Required"},
                                                  {412, "Precondition Failed"},
                                                  {413, "Content Too Large"},
                                                  {414, "URI Too Long"},
                                                  {416, "Range Not Satisfiable"},
                                                  {417, "Expectation Failed"},
                                                  {421, "Misdirected Request"},
                                                  {429, "Too Many Requests", "Too many tries"},
                                                  {431, "Request Header Fields Too Large"},
                                                  {500, "Internal Server Error"},
                                                  {501, "Not Implemented"},
                                                  {502, "Bad Gateway", "The site did not answer"},
                                                  {503, "Service Unavailable", "Back in a moment"},
                                                  {504, "Gateway Timeout", "This takes too long"},
                                                  {505, "HTTP Version Not Supported"},
                                                  {508, "Loop Detected"}});

constexpr std::string_view kPage = R"(<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{1}</title>
<style>body{{font:16px/1.5 system-ui,sans-serif;max-width:36em;margin:18vh auto;padding:0 1em;color:#222}}
h1{{font-size:1.5em}}small{{color:#777}}</style></head>
<body><h1>{1}</h1><p>{2}</p><p><small>{0} &middot; Penstock</small></p></body></html>
)";

std::string escape_html(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    switch (c) {
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '&':
        escaped += "&amp;";
        break;
      default:
        escaped += c;
    }
  }
  return escaped;
}

// The q of one element of Accept, in thousandths; 0 when it is not for `type`.
int quality(std::string_view element, std::string_view type) {
  if (!equal_ignoring_case(element.substr(0, element.find_first_of("; ")), type)) return 0;
  const std::size_t q = element.find("q=");
  if (q == std::string_view::npos) return 1000;
  double value = 0;
  std::from_chars(element.data() + q + 2, element.data() + element.size(), value);
  return value > 0 ? static_cast<int>(std::min(value, 1.0) * 1000) : 0;
}

const Status* find_status(int code) {
  const auto* found = std::find_if(kStatuses.begin(), kStatuses.end(), [&](const Status& s) { return s.code == code; });
  return found == kStatuses.end() ? nullptr : found;
}

std::string_view heading_of(int status) {
  const Status* known = find_status(status);
  return known == nullptr || known->heading.empty() ? reason_of(status) : known->heading;
}

}  // namespace

std::string_view reason_of(int status) {
  const Status* known = find_status(status);
  return known == nullptr ? "" : known->name;
}

bool prefers_json(std::string_view accept) {
  int json = 0;
  int html = 0;
  while (!accept.empty()) {
    const std::string_view element = next_element(accept);
    json = std::max(json, quality(element, "application/json"));
    html = std::max(html, quality(element, "text/html"));
  }
  return json > html;
}

std::string render_page(const Reply& reply, bool json) {
  if (reply.status == 304) return {};
  if (!json) return fmt::format(kPage, reply.status, heading_of(reply.status), escape_html(reply.explanation));
  const nlohmann::ordered_json page{
      {"status", reply.status}, {"title", reason_of(reply.status)}, {"detail", reply.explanation}};
  return page.dump() + "\n";
}

void write_head(const Reply& reply, bool json, std::size_t length, ResponseHead& head) {
  head.status = reply.status;
  head.reason = reason_of(reply.status);
  parse_fields(reply.fields, head.fields);
  head.length.reset();
  if (head.bodiless()) return;
  head.length = length;
  head.fields.add("Content-Type", json ? "application/json; charset=utf-8" : "text/html; charset=utf-8");
  if (head.fields.find(FieldName::CacheControl).empty()) head.fields.add("Cache-Control", "no-store");
}

Reply redirect_to(const std::string& location, int code) {
  return {.status = code, .explanation = "This page is at " + location, .fields = "Location: " + location + "\r\n"};
}

}  // namespace penstock::router
