#include "config/container_profile.h"

#include "base/error.h"

#include <catch2/catch.hpp>
#include <nlohmann/json.hpp>

namespace penstock::config {

TEST_CASE("the profile of a component is the declared one, or that of its type") {
  Application application;
  application.type = "nodejs:18";
  CHECK(container_profile(application) == "HIGH_CPU");
  application.other["container_profile"] = "HIGHER_MEMORY";
  CHECK(container_profile(application) == "HIGHER_MEMORY");
  Service service;
  service.type = "postgresql:15";
  CHECK(container_profile(service) == "HIGH_MEMORY");
  service.container_profile = "BALANCED";
  CHECK(container_profile(service) == "BALANCED");
}

TEST_CASE("a size is CPUs, and the memory that the profile gives them") {
  CHECK(container_size("HIGH_CPU", "0.5").memory_mb == 224);
  CHECK(container_size("BALANCED", "0.5").memory_mb == 1088);
  CHECK(container_size("HIGH_MEMORY", "4").cpus == 4);
  CHECK_THROWS_AS(container_size("HIGH_CPU", "8"), UserError);
}

}  // namespace penstock::config
