#include "base/time_zone.h"

#include "base/error.h"

#include <catch2/catch.hpp>

using namespace penstock;
using namespace std::chrono;

namespace {

sys_seconds utc(int y, unsigned m, unsigned d, int hour = 0, int minute = 0) {
  return sys_days(year(y) / month(m) / day(d)) + hours(hour) + minutes(minute);
}

std::string big_endian(std::uint64_t value, int size) {
  std::string bytes;
  for (int shift = 8 * (size - 1); shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift);
  return bytes;
}

std::string header(unsigned types) {
  return "TZif2" + std::string(15, '\0') + big_endian(0, 4) + big_endian(0, 4) + big_endian(0, 4) + big_endian(0, 4) +
         big_endian(types, 4) + big_endian(4, 4);
}

// No changes but those of the footer.
std::string file(const std::string& footer) {
  const std::string type = big_endian(3600, 4) + std::string(2, '\0') + std::string("CET\0", 4);
  return header(1) + type + header(1) + type + "\n" + footer + "\n";
}

}  // namespace

TEST_CASE("UTC needs no database") {
  CHECK(TimeZone::load("UTC", "/nowhere").at(utc(2026, 7, 1)).offset == 0s);
  CHECK_THROWS_AS(TimeZone::load("Europe/Paris", "/nowhere"), Error);
}

TEST_CASE("a zone of the database has its offsets, past and future") {
  const TimeZone paris = TimeZone::load("Europe/Paris");
  CHECK(paris.at(utc(2026, 1, 15)).offset == 1h);
  CHECK(paris.at(utc(2026, 7, 15)).offset == 2h);
  CHECK(paris.at(utc(2060, 7, 15)).offset == 2h);
  const TimeZone::Local summer = paris.at(utc(2026, 3, 29, 1));
  CHECK(summer.since == utc(2026, 3, 29, 1));
  CHECK(summer.offset == 2h);
  CHECK(summer.former_offset == 1h);
  CHECK(paris.at(utc(2026, 3, 29, 0, 59)).offset == 1h);
}

TEST_CASE("zones of the other hemisphere and of odd offsets are understood") {
  CHECK(TimeZone::load("Australia/Sydney").at(utc(2050, 1, 15)).offset == 11h);
  CHECK(TimeZone::load("Australia/Sydney").at(utc(2050, 7, 15)).offset == 10h);
  CHECK(TimeZone::load("Asia/Kathmandu").at(utc(2026, 7, 15)).offset == 5h + 45min);
}

TEST_CASE("the rules at the end of a file go on where its table ends") {
  const TimeZone zone = TimeZone::parse(file("CET-1CEST,M3.5.0,M10.5.0/3"));
  CHECK(zone.at(utc(2026, 1, 15)).offset == 1h);
  CHECK(zone.at(utc(2026, 3, 29, 1)).offset == 2h);
  CHECK(zone.at(utc(2026, 10, 25, 0, 59)).offset == 2h);
  CHECK(zone.at(utc(2026, 10, 25, 1)).offset == 1h);
  CHECK(TimeZone::parse(file("<-02>2<-01>,M3.5.0/-1,M10.5.0/0")).at(utc(2026, 7, 1)).offset == -1h);
  CHECK(TimeZone::parse(file("CET-1")).at(utc(2026, 7, 1)).offset == 1h);
}

TEST_CASE("what is no time zone file is refused") {
  const std::string whole = file("CET-1");
  for (const std::string& data : {std::string(), std::string("TZif"), std::string(100, 'x'), whole.substr(0, 60)}) {
    CHECK_THROWS_AS(TimeZone::parse(data), Error);
  }
}
