// What the fields of a request say about dates, ranges, conditions, codings and caches.
#include "fuzz/strict_http.h"
#include "runtime/router/http/byte_ranges.h"
#include "runtime/router/http/cache_control.h"
#include "runtime/router/http/content_coding.h"
#include "runtime/router/http/date.h"
#include "runtime/router/http/preconditions.h"
#include "runtime/router/http/reply.h"

#include <memory>
#include <string>
#include <vector>

namespace {

using namespace penstock;
using namespace penstock::router;

constexpr std::uint64_t kSize = 1000;

void check_range(std::string_view field) {
  std::vector<ByteRange> ranges;
  if (parse_ranges(field, kSize, ranges) != RangeResult::Parts) return;
  fuzz::require(!ranges.empty(), "some part", field);
  for (const ByteRange& range : ranges) {
    fuzz::require(range.first <= range.last && range.last < kSize, "inside of the file", field);
  }
}

void check_date(std::string_view field) {
  const auto time = parse_http_date(field);
  if (time) fuzz::require(parse_http_date(http_date(*time)) == time, "one date, one time", field);
}

void check_codings(const FieldList& fields) {
  const AcceptedCodings accepted(fields);
  const Coding chosen = accepted.choose(true, true);
  fuzz::require(chosen == Coding::Identity || accepted.quality(chosen) > 0, "nothing that is not accepted");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto fields = std::make_unique<FieldList>();
  if (parse_fields(bytes, *fields) != FieldsResult::Complete) return 0;
  const Validators validators{.etag = "\"a,b\"", .modified = 784111777};
  evaluate_preconditions(*fields, validators);
  range_permitted(*fields, validators);
  read_cache_control(*fields);
  check_codings(*fields);
  for (const Field& field : fields->all()) {
    check_range(field.value);
    check_date(field.value);
    prefers_json(field.value);
  }
  return 0;
}
