#include "config/problem.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

namespace penstock::config {

std::string Problem::text() const {
  if (file.empty()) return message;
  return line > 0 ? fmt::format("{}:{}: {}", file, line, message) : fmt::format("{}: {}", file, message);
}

void sort_problems(std::vector<Problem>& problems) {
  std::stable_sort(problems.begin(), problems.end(), [](const Problem& a, const Problem& b) {
    return std::tie(a.file, a.line) < std::tie(b.file, b.line);
  });
}

}  // namespace penstock::config
