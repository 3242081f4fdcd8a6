#include "config/report.h"

#include "config/limits.h"

#include <fmt/format.h>

#include <utility>

namespace penstock::config {

namespace {

std::string file_of(const Place& place) {
  return place.file ? *place.file : "";
}

}  // namespace

void Report::invalid(const Place& place, const std::string& field, std::string message) {
  add({Problem::Kind::Invalid, file_of(place), place.line, field, std::move(message)});
}

void Report::unsupported(const Place& place, const std::string& field, const std::string& what) {
  add({Problem::Kind::Unsupported, file_of(place), place.line, field,
       fmt::format("{}: {} is valid but not available in this version of Penstock yet", field, what)});
}

void Report::add(Problem problem) {
  if (is_known_bad(problem.field)) return;
  if (!problem.field.empty()) fields_.insert(problem.field);
  if (problems_.size() < kMaxProblems) {
    problems_.push_back(std::move(problem));
  } else {
    ++left_out_;
  }
}

bool Report::is_known_bad(const std::string& field) const {
  for (std::size_t end = field.find_first_of(".["); end != std::string::npos;
       end = field.find_first_of(".[", end + 1)) {
    if (fields_.count(field.substr(0, end)) > 0) return true;
  }
  return fields_.count(field) > 0;
}

std::vector<Problem> Report::take() {
  sort_problems(problems_);
  if (left_out_ > 0) {
    problems_.push_back({Problem::Kind::Invalid, "", 0, "", fmt::format("and {} more problems", left_out_)});
  }
  return std::move(problems_);
}

}  // namespace penstock::config
