#include "runtime/router/http/cache_control.h"
#include "runtime/router/http/content_coding.h"
#include "runtime/router/http/date.h"
#include "runtime/router/http/preconditions.h"

#include <catch2/catch.hpp>

#include <string>

namespace penstock::router::test {

using std::chrono::seconds;

namespace {

// Fields of `lines`, each ended by '\n'.
class Fields {
 public:
  explicit Fields(const std::string& lines) {
    for (const char c : lines) text_ += c == '\n' ? std::string("\r\n") : std::string(1, c);
    REQUIRE(parse_fields(text_, list_) == FieldsResult::Complete);
  }
  operator const FieldList&() const { return list_; }  // NOLINT(google-explicit-constructor): reads as the list

 private:
  std::string text_;
  FieldList list_;
};

constexpr std::time_t kBorn = 784'111'777;

}  // namespace

TEST_CASE("dates are read in all three forms and written in the first") {
  CHECK(http_date(kBorn) == "Sun, 06 Nov 1994 08:49:37 GMT");
  CHECK(parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT") == kBorn);
  CHECK(parse_http_date("Sunday, 06-Nov-94 08:49:37 GMT") == kBorn);
  CHECK(parse_http_date("Sun Nov  6 08:49:37 1994") == kBorn);
  for (const std::string odd :
       {"", "0", "now", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 CET", "Sun, 6 Nov 1994 08:49:37 GMT",
        "Sun, 06 Now 1994 08:49:37 GMT", "Sun, 06 Nov 1994 28:49:37 GMT", "Sun, 00 Nov 1994 08:49:37 GMT",
        "Sun, 06 Nov -994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 GMT+1"}) {
    CHECK_FALSE(parse_http_date(odd));
  }
}

TEST_CASE("preconditions are evaluated in the order of RFC 9110") {
  const Validators validators{.etag = "\"a\"", .modified = kBorn};
  const auto evaluate = [&](const std::string& lines) { return evaluate_preconditions(Fields(lines), validators); };
  CHECK(evaluate("") == Precondition::None);
  CHECK(evaluate("If-None-Match: \"x\", W/\"a\"\n") == Precondition::NotModified);
  CHECK(evaluate("If-None-Match: \"x\"\nIf-None-Match: \"a\"\n") == Precondition::NotModified);
  CHECK(evaluate("If-None-Match: *\n") == Precondition::NotModified);
  CHECK(evaluate("If-None-Match: \"b,\\\"a\\\"\"\n") == Precondition::None);
  CHECK(evaluate("If-None-Match: \"x\"\nIf-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\n") == Precondition::None);
  CHECK(evaluate("If-Modified-Since: Sun, 06 Nov 1994 08:49:37 GMT\n") == Precondition::NotModified);
  CHECK(evaluate("If-Modified-Since: Sun, 06 Nov 1994 08:49:38 GMT\n") == Precondition::NotModified);
  CHECK(evaluate("If-Modified-Since: Sun, 06 Nov 1994 08:49:36 GMT\n") == Precondition::None);
  CHECK(evaluate("If-Modified-Since: yesterday\n") == Precondition::None);
  CHECK(evaluate("If-Match: \"a\"\n") == Precondition::None);
  CHECK(evaluate("If-Match: W/\"a\"\n") == Precondition::Failed);
  CHECK(evaluate("If-Match: \"b\"\nIf-None-Match: \"a\"\n") == Precondition::Failed);
  CHECK(evaluate("If-Unmodified-Since: Sun, 06 Nov 1994 08:49:36 GMT\n") == Precondition::Failed);
  CHECK(evaluate("If-Unmodified-Since: Sun, 06 Nov 1994 08:49:37 GMT\n") == Precondition::None);
}

TEST_CASE("a range is given only of what the client has a part of") {
  const Validators strong{.etag = "\"a\"", .modified = kBorn};
  CHECK(range_permitted(Fields(""), strong));
  CHECK(range_permitted(Fields("If-Range: \"a\"\n"), strong));
  CHECK_FALSE(range_permitted(Fields("If-Range: W/\"a\"\n"), {.etag = "W/\"a\"", .modified = {}}));
  CHECK_FALSE(range_permitted(Fields("If-Range: \"b\"\n"), strong));
  CHECK(range_permitted(Fields("If-Range: Sun, 06 Nov 1994 08:49:37 GMT\n"), strong));
  CHECK_FALSE(range_permitted(Fields("If-Range: Sun, 06 Nov 1994 08:49:38 GMT\n"), strong));
}

TEST_CASE("cache directives are read from all fields, quoted or not") {
  const CacheControl control = read_cache_control(
      Fields("Cache-Control: Public, max-age=60 , s-maxage=\"5\"\nCache-Control: must-revalidate,max-age=1\n"));
  CHECK((control.is_public && control.must_revalidate && !control.no_store));
  CHECK(control.max_age == seconds(60));
  CHECK(control.s_maxage == seconds(5));
  CHECK(read_cache_control(Fields("Cache-Control: private=\"A, no-store\"\n")).only_private);
  CHECK_FALSE(read_cache_control(Fields("Cache-Control: private=\"A, no-store\"\n")).no_store);
  CHECK(read_cache_control(Fields("Cache-Control: max-age=soon\n")).max_age == seconds(0));
  CHECK(read_cache_control(Fields("Cache-Control: max-age=-1\n")).max_age == seconds(0));
  CHECK(read_cache_control(Fields("Cache-Control: max-age=99999999999999999999\n")).max_age > seconds(1'000'000));
  CHECK(read_cache_control(Fields("Cache-Control: no-transform, no-cache=\"x\n")).no_cache);
}

TEST_CASE("the coding that the client likes best is chosen among those there are") {
  const auto choose = [](const std::string& accept, bool gzip = true, bool brotli = true) {
    return std::string(name_of(AcceptedCodings(Fields("Accept-Encoding: " + accept + "\n")).choose(gzip, brotli)));
  };
  CHECK(AcceptedCodings(Fields("")).choose(true, true) == Coding::Identity);
  CHECK(choose("gzip, deflate, br") == "br");
  CHECK(choose("gzip, deflate, br", true, false) == "gzip");
  CHECK(choose("br;q=0.5, gzip;q=0.8") == "gzip");
  CHECK(choose("br;q=0, gzip;q=0") == "identity");
  CHECK(choose("*") == "br");
  CHECK(choose("*;q=0.1, br;q=0") == "gzip");
  CHECK(choose("identity, gzip;q=0.5") == "identity");
  CHECK(choose("identity;q=0, gzip;q=0.001") == "gzip");
  CHECK(choose("GZIP ; q=1.0, br; q=0.000") == "gzip");
  CHECK(choose("deflate, zstd") == "identity");
  CHECK(choose("gzip;q=nonsense") == "identity");
}

}  // namespace penstock::router::test
