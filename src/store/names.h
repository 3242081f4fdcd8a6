// Names of enumerators in the database and in the API.
#pragma once

#include "base/error.h"

#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace penstock {

template <typename E, std::size_t N>
using Names = std::array<std::pair<E, std::string_view>, N>;

template <typename E, std::size_t N>
std::string_view name_of(const Names<E, N>& names, E value) {
  for (const auto& [candidate, name] : names) {
    if (candidate == value) return name;
  }
  return {};
}

// `what` completes "unknown …". Throws UserError that lists the names there are.
template <typename E, std::size_t N>
E value_of(const Names<E, N>& names, std::string_view name, std::string_view what) {
  std::string known;
  for (const auto& [value, candidate] : names) {
    if (candidate == name) return value;
    known += (known.empty() ? "" : ", ") + std::string(candidate);
  }
  throw UserError("unknown " + std::string(what) + " \"" + std::string(name) + "\": expected one of " + known);
}

}  // namespace penstock
