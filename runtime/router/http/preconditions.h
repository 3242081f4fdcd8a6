// Conditional requests (RFC 9110 section 13).
#pragma once

#include "runtime/router/http/fields.h"

#include <ctime>
#include <optional>
#include <string_view>

namespace penstock::router {

// What tells one state of a resource from another.
struct Validators {
  std::string_view etag;  // as in the field; empty: none
  std::optional<std::time_t> modified;
};

enum class Precondition { None, NotModified, Failed };

// What the conditions of a GET or HEAD mean for the answer: as usual, 304 or 412.
Precondition evaluate_preconditions(const FieldList& request, const Validators& validators);

// Whether If-Range, if there is one, lets the answer be a part.
bool range_permitted(const FieldList& request, const Validators& validators);

}  // namespace penstock::router
