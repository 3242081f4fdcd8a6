#include "runtime/router/http/preconditions.h"

#include "runtime/router/http/date.h"

namespace penstock::router {
namespace {

constexpr std::string_view kWeak = "W/";

bool is_weak(std::string_view etag) {
  return etag.starts_with(kWeak);
}

std::string_view opaque(std::string_view etag) {
  return is_weak(etag) ? etag.substr(kWeak.size()) : etag;
}

bool same_strongly(std::string_view a, std::string_view b) {
  return !a.empty() && a == b && !is_weak(a);
}

bool same_weakly(std::string_view a, std::string_view b) {
  return !a.empty() && opaque(a) == opaque(b);
}

// Takes the next tag off a list; a comma may be inside of its quotes.
std::string_view next_tag(std::string_view& list) {
  const std::size_t begin = std::min(list.find_first_not_of(", \t"), list.size());
  list.remove_prefix(begin);
  std::size_t end = std::min(list.find(','), list.size());
  const std::size_t quote = list.find('"');
  if (quote < end) end = std::min(list.find('"', quote + 1), list.size() - 1) + 1;
  std::string_view tag = list.substr(0, end);
  list.remove_prefix(end);
  while (tag.ends_with(' ') || tag.ends_with('\t')) tag.remove_suffix(1);
  return tag;
}

template <typename Same>
bool lists(const FieldList& request, FieldName name, std::string_view etag, Same same) {
  for (const Field& field : request.all()) {
    if (field.known != name) continue;
    std::string_view list = field.value;
    while (!list.empty()) {
      const std::string_view tag = next_tag(list);
      if (tag == "*" || same(tag, etag)) return true;
    }
  }
  return false;
}

// Whether the resource is as it was at the time of the field; empty when that cannot be told.
std::optional<bool> unchanged_since(const FieldList& request, FieldName name, const Validators& validators) {
  const std::string_view field = request.find(name);
  if (field.empty() || !validators.modified) return std::nullopt;
  const auto since = parse_http_date(field);
  return since ? std::optional(*validators.modified <= *since) : std::nullopt;
}

}  // namespace

Precondition evaluate_preconditions(const FieldList& request, const Validators& validators) {
  if (!request.find(FieldName::IfMatch).empty()) {
    if (!lists(request, FieldName::IfMatch, validators.etag, same_strongly)) return Precondition::Failed;
  } else if (unchanged_since(request, FieldName::IfUnmodifiedSince, validators) == false) {
    return Precondition::Failed;
  }
  if (!request.find(FieldName::IfNoneMatch).empty()) {
    const bool listed = lists(request, FieldName::IfNoneMatch, validators.etag, same_weakly);
    return listed ? Precondition::NotModified : Precondition::None;
  }
  const bool unchanged = unchanged_since(request, FieldName::IfModifiedSince, validators) == true;
  return unchanged ? Precondition::NotModified : Precondition::None;
}

bool range_permitted(const FieldList& request, const Validators& validators) {
  const std::string_view condition = request.find(FieldName::IfRange);
  if (condition.empty()) return true;
  if (condition.find('"') != std::string_view::npos) return same_strongly(condition, validators.etag);
  const auto date = parse_http_date(condition);
  return date && validators.modified && *date == *validators.modified;
}

}  // namespace penstock::router
