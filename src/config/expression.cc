#define PCRE2_CODE_UNIT_WIDTH 8
#include "config/expression.h"

#include "base/handle.h"

#include <pcre2.h>

#include <array>

namespace penstock::config {

std::string why_not_expression(const std::string& expression) {
  int error = 0;
  PCRE2_SIZE offset = 0;
  const auto* units = reinterpret_cast<PCRE2_SPTR>(expression.data());
  const Handle<pcre2_code, pcre2_code_free> code(pcre2_compile(units, expression.size(), 0, &error, &offset, nullptr));
  if (code) return "";
  std::array<PCRE2_UCHAR, 128> message{};
  pcre2_get_error_message(error, message.data(), message.size());
  return reinterpret_cast<const char*>(message.data());
}

}  // namespace penstock::config
