#include "runtime/strategy.h"

#include "store/names.h"

namespace penstock {
namespace {

constexpr Names<Strategy, 2> kStrategies{{{Strategy::StopStart, "stopstart"}, {Strategy::Rolling, "rolling"}}};

}  // namespace

std::string_view to_string(Strategy strategy) {
  return name_of(kStrategies, strategy);
}
Strategy strategy_of(std::string_view name) {
  return value_of(kStrategies, name, "deployment strategy");
}

}  // namespace penstock
