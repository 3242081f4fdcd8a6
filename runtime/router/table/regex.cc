#define PCRE2_CODE_UNIT_WIDTH 8
#include "runtime/router/table/regex.h"

#include "base/error.h"
#include "base/handle.h"

#include <pcre2.h>

#include <algorithm>
#include <array>

namespace penstock::router {
namespace {

constexpr std::uint32_t kMostSteps = 100'000;
constexpr std::uint32_t kMostGroups = 10;

PCRE2_SPTR units(std::string_view text) {
  return reinterpret_cast<PCRE2_SPTR>(text.data());
}

}  // namespace

struct Regex::Compiled {
  Handle<pcre2_code, pcre2_code_free> code;
  Handle<pcre2_match_context, pcre2_match_context_free> limits;

  // The number of groups set, 0 when there is no match.
  int match(std::string_view text, pcre2_match_data* into) const {
    const int count = pcre2_match(code.get(), units(text), text.size(), 0, 0, into, limits.get());
    return count == 0 ? static_cast<int>(kMostGroups) : std::max(count, 0);
  }
};

using MatchData = Handle<pcre2_match_data, pcre2_match_data_free>;

Regex::Regex(const std::string& expression) {
  auto compiled = std::make_shared<Compiled>();
  int error = 0;
  PCRE2_SIZE offset = 0;
  compiled->code.reset(pcre2_compile(units(expression), expression.size(), 0, &error, &offset, nullptr));
  if (!compiled->code) {
    std::array<PCRE2_UCHAR, 128> message{};
    pcre2_get_error_message(error, message.data(), message.size());
    throw UserError("cannot use regular expression '" + expression +
                    "': " + reinterpret_cast<const char*>(message.data()));
  }
  compiled->limits.reset(pcre2_match_context_create(nullptr));
  pcre2_set_match_limit(compiled->limits.get(), kMostSteps);
  compiled_ = std::move(compiled);
}

bool Regex::matches(std::string_view text) const {
  const MatchData data(pcre2_match_data_create(kMostGroups, nullptr));
  return compiled_->match(text, data.get()) > 0;
}

std::vector<std::string> Regex::groups(std::string_view text) const {
  const MatchData data(pcre2_match_data_create(kMostGroups, nullptr));
  const auto count = static_cast<std::size_t>(compiled_->match(text, data.get()));
  const PCRE2_SIZE* ends = pcre2_get_ovector_pointer(data.get());
  std::vector<std::string> groups;
  for (std::size_t i = 0; i < count; ++i) {
    const PCRE2_SIZE begin = ends[2 * i];
    const PCRE2_SIZE end = ends[2 * i + 1];
    groups.emplace_back(begin == PCRE2_UNSET ? std::string_view() : text.substr(begin, end - begin));
  }
  return groups;
}

}  // namespace penstock::router
