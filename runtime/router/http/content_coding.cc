#include "runtime/router/http/content_coding.h"

#include <algorithm>
#include <optional>

namespace penstock::router {
namespace {

// RFC 9110 section 12.4.2: a digit, and up to three after the point.
int parse_quality(std::string_view text) {
  if (text.empty() || (text[0] != '0' && text[0] != '1')) return 0;
  int value = (text[0] - '0') * 1000;
  int scale = 100;
  for (const char c : text.substr(std::min<std::size_t>(2, text.size()))) {
    if (c < '0' || c > '9' || scale == 0) break;
    value += (c - '0') * scale;
    scale /= 10;
  }
  return std::min(value, 1000);
}

struct Element {
  std::string_view coding;
  int quality = 1000;
};

Element parse_element(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  const std::size_t semicolon = std::min(text.find(';'), text.size());
  Element element{.coding = text.substr(0, semicolon)};
  while (!element.coding.empty() && blank(element.coding.back())) element.coding.remove_suffix(1);
  std::string_view parameter = text.substr(semicolon);
  while (!parameter.empty() && (blank(parameter.front()) || parameter.front() == ';')) parameter.remove_prefix(1);
  if (parameter.starts_with("q=") || parameter.starts_with("Q=")) element.quality = parse_quality(parameter.substr(2));
  return element;
}

std::optional<Coding> coding_of(std::string_view name) {
  if (equal_ignoring_case(name, "gzip") || equal_ignoring_case(name, "x-gzip")) return Coding::Gzip;
  if (equal_ignoring_case(name, "br")) return Coding::Brotli;
  if (equal_ignoring_case(name, "identity")) return Coding::Identity;
  return std::nullopt;
}

}  // namespace

std::string_view name_of(Coding coding) {
  if (coding == Coding::Gzip) return "gzip";
  return coding == Coding::Brotli ? "br" : "identity";
}

AcceptedCodings::AcceptedCodings(const FieldList& request) {
  std::array<std::optional<int>, 3> named;
  std::optional<int> others;
  for (const Field& field : request.all()) {
    if (field.known != FieldName::AcceptEncoding) continue;
    std::string_view list = field.value;
    while (!list.empty()) {
      const Element element = parse_element(next_element(list));
      const auto coding = coding_of(element.coding);
      if (coding) named[static_cast<std::size_t>(*coding)] = element.quality;
      if (element.coding == "*") others = element.quality;
    }
  }
  for (std::size_t i = 0; i < named.size(); ++i) quality_[i] = named[i].value_or(others.value_or(0));
  // Acceptable unless it is excluded, but anything that is named is liked better.
  auto& identity = quality_[static_cast<std::size_t>(Coding::Identity)];
  if (!named[static_cast<std::size_t>(Coding::Identity)] && others != 0) identity = 1;
}

Coding AcceptedCodings::choose(bool gzip, bool brotli) const {
  Coding best = Coding::Identity;
  if (gzip && quality(Coding::Gzip) > 0 && quality(Coding::Gzip) >= quality(best)) best = Coding::Gzip;
  if (brotli && quality(Coding::Brotli) > 0 && quality(Coding::Brotli) >= quality(best)) best = Coding::Brotli;
  return best;
}

}  // namespace penstock::router
