#include "runtime/router/cache/freshness.h"

#include "runtime/router/http/cache_control.h"
#include "runtime/router/http/date.h"

#include <algorithm>
#include <charconv>

namespace penstock::router {
namespace {

using std::chrono::seconds;

bool understood(int status) {
  switch (status) {
    case 200:
    case 203:
    case 204:
    case 300:
    case 301:
    case 302:
    case 307:
    case 308:
    case 404:
    case 405:
    case 410:
    case 414:
    case 501:
      return true;
    default:
      return false;
  }
}

// Whether a response of this status may be kept although it does not say for how long: RFC 9110 section 15.1.
bool cacheable_by_default(int status) {
  return understood(status) && status != 302 && status != 307;
}

bool has(const FieldList& fields, FieldName name) {
  return std::any_of(fields.all().begin(), fields.all().end(), [&](const Field& field) { return field.known == name; });
}

bool varies_by_everything(const FieldList& fields) {
  return std::any_of(fields.all().begin(), fields.all().end(), [](const Field& field) {
    return field.known == FieldName::Vary && list_contains(field.value, "*");
  });
}

// Empty: the response does not say.
std::optional<seconds> stated_lifetime(const FieldList& fields, const CacheControl& control, std::time_t date) {
  if (control.s_maxage) return control.s_maxage;
  if (control.max_age) return control.max_age;
  if (!has(fields, FieldName::Expires)) return std::nullopt;
  const auto expires = parse_http_date(fields.find(FieldName::Expires));
  return expires ? seconds(*expires - date) : seconds(0);
}

seconds age_of(const FieldList& fields, std::time_t date, std::time_t now) {
  const std::string_view text = fields.find(FieldName::Age);
  std::int64_t stated = 0;
  std::from_chars(text.data(), text.data() + text.size(), stated);
  return seconds(std::max<std::int64_t>({stated, now - date, 0}));
}

}  // namespace

StoreConditions StoreConditions::of(const RequestHead& request) {
  return {.authorized = has(request.fields, FieldName::Authorization),
          .no_store = read_cache_control(request.fields).no_store};
}

std::optional<Freshness> judge_response(const ResponseHead& response, const StoreConditions& request,
                                        const CacheSettings& settings, std::time_t now) {
  const FieldList& fields = response.fields;
  const CacheControl control = read_cache_control(fields);
  if (!understood(response.status) || request.no_store) return std::nullopt;
  if (control.no_store || control.no_cache || control.only_private) return std::nullopt;
  if (has(fields, FieldName::SetCookie) || varies_by_everything(fields)) return std::nullopt;
  const bool for_authorized = control.is_public || control.must_revalidate || control.s_maxage;
  if (request.authorized && !for_authorized) return std::nullopt;
  const std::time_t date = parse_http_date(fields.find(FieldName::Date)).value_or(now);
  const auto stated = stated_lifetime(fields, control, date);
  if (!stated && !cacheable_by_default(response.status)) return std::nullopt;
  const Freshness freshness{.lifetime = stated.value_or(settings.default_ttl),
                            .age = age_of(fields, date, now),
                            .for_authorized = for_authorized};
  return freshness.lifetime > freshness.age ? std::optional(freshness) : std::nullopt;
}

}  // namespace penstock::router
