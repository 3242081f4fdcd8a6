#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace penstock::config {

// Seconds of "90", "1.5h", "-1s", "30d"; units ms, s, m, h, d, w, M (30 days), y (365 days). Fractions are rounded up,
// so that only nothing is 0.
std::optional<std::int64_t> parse_duration(std::string_view text);

// Bytes of "4096", "250m", "1.5G"; units k, m, g in either case, of 1024, with or without a following "b" or "ib".
std::optional<std::uint64_t> parse_size(std::string_view text);

// Whether `text` is a time specification of five fields as cron takes it: "*/10 8-18 * * mon-fri", where H stands for a
// value chosen by Penstock, also "H(0-29)", "H/15" and "@daily".
bool is_cron_spec(std::string_view text);

// Whether `name` is in the time zone database. Where the machine has none, whether it looks like one.
bool is_timezone(std::string_view name);

}  // namespace penstock::config
