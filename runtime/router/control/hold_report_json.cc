#include "runtime/router/control/hold_report_json.h"

#include <nlohmann/json.hpp>

namespace penstock::router {

Json to_json(const HoldReport& report) {
  return {{"held", report.held},
          {"released", report.released},
          {"refused", report.refused},
          {"timed_out", report.timed_out},
          {"abandoned", report.abandoned},
          {"cut", report.cut},
          {"longest_hold_ms", report.longest_hold.count()},
          {"waiting", report.waiting}};
}

HoldReport read_hold_report(const Json& json) {
  HoldReport report;
  report.held = json.value("held", report.held);
  report.released = json.value("released", report.released);
  report.refused = json.value("refused", report.refused);
  report.timed_out = json.value("timed_out", report.timed_out);
  report.abandoned = json.value("abandoned", report.abandoned);
  report.cut = json.value("cut", report.cut);
  report.longest_hold = Milliseconds(json.value("longest_hold_ms", Milliseconds::rep{0}));
  report.waiting = json.value("waiting", report.waiting);
  return report;
}

}  // namespace penstock::router
