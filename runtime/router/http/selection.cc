#include "runtime/router/http/selection.h"

namespace penstock::router {

Selection select(const RequestHead& request, const Validators& validators, std::uint64_t size) {
  switch (evaluate_preconditions(request.fields, validators)) {
    case Precondition::NotModified:
      return {.status = 304, .ranges = {}};
    case Precondition::Failed:
      return {.status = 412, .ranges = {}};
    case Precondition::None:
      break;
  }
  const std::string_view range = request.fields.find(FieldName::Range);
  if (range.empty() || !request.is_get() || !range_permitted(request.fields, validators)) return {};
  Selection selection;
  switch (parse_ranges(range, size, selection.ranges)) {
    case RangeResult::Whole:
      break;
    case RangeResult::Parts:
      selection.status = 206;
      break;
    case RangeResult::Unsatisfiable:
      selection.status = 416;
      break;
  }
  return selection;
}

}  // namespace penstock::router
