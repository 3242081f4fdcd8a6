#include "config/container_profile.h"

#include "base/error.h"
#include "config/nearest.h"

#include <fmt/format.h>

#include <array>
#include <vector>

namespace penstock::config {
namespace {

constexpr std::array kSizes{"0.1", "0.25", "0.5", "1", "2", "4"};
constexpr std::array kCpus{0.1, 0.25, 0.5, 1.0, 2.0, 4.0};

using Memory = std::array<unsigned, kSizes.size()>;

std::map<std::string, ContainerSize> sizes_of(const Memory& memory) {
  std::map<std::string, ContainerSize> sizes;
  for (std::size_t i = 0; i < kSizes.size(); ++i) sizes[kSizes.at(i)] = {kCpus.at(i), memory.at(i)};
  return sizes;
}

// Of types that are not HIGH_CPU.
const std::map<std::string, std::string>& profiles_by_type() {
  static const std::map<std::string, std::string> profiles{{"elasticsearch", "HIGH_MEMORY"},
                                                           {"elasticsearch-enterprise", "HIGH_MEMORY"},
                                                           {"influxdb", "HIGH_MEMORY"},
                                                           {"java", "HIGH_MEMORY"},
                                                           {"kafka", "HIGH_MEMORY"},
                                                           {"mariadb", "HIGH_MEMORY"},
                                                           {"memcached", "BALANCED"},
                                                           {"mongodb", "HIGH_MEMORY"},
                                                           {"mongodb-enterprise", "HIGH_MEMORY"},
                                                           {"mysql", "HIGH_MEMORY"},
                                                           {"network-storage", "HIGH_MEMORY"},
                                                           {"opensearch", "HIGH_MEMORY"},
                                                           {"oracle-mysql", "HIGH_MEMORY"},
                                                           {"postgresql", "HIGH_MEMORY"},
                                                           {"rabbitmq", "HIGH_MEMORY"},
                                                           {"redis", "BALANCED"},
                                                           {"redis-persistent", "BALANCED"},
                                                           {"solr", "HIGH_MEMORY"},
                                                           {"valkey", "BALANCED"},
                                                           {"valkey-persistent", "BALANCED"},
                                                           {"varnish", "HIGH_MEMORY"},
                                                           {"vault-kms", "HIGH_MEMORY"}};
  return profiles;
}

std::string profile_of_type(const std::string& type) {
  const auto found = profiles_by_type().find(type.substr(0, type.find(':')));
  return found == profiles_by_type().end() ? "HIGH_CPU" : found->second;
}

}  // namespace

const std::map<std::string, std::map<std::string, ContainerSize>>& container_profiles() {
  static const std::map<std::string, std::map<std::string, ContainerSize>> profiles{
      {"HIGH_CPU", sizes_of({64, 128, 224, 384, 704, 1216})},
      {"BALANCED", sizes_of({352, 640, 1088, 1920, 2800, 4800})},
      {"HIGH_MEMORY", sizes_of({448, 832, 1408, 2432, 4032, 6720})},
      {"HIGHER_MEMORY", sizes_of({864, 1472, 2368, 3840, 6336, 10496})}};
  return profiles;
}

ContainerSize container_size(const std::string& profile, const std::string& size) {
  const auto& sizes = container_profiles().at(profile);
  const auto found = sizes.find(size);
  if (found != sizes.end()) return found->second;
  const std::vector<std::string> known(kSizes.begin(), kSizes.end());
  throw UserError(fmt::format("there is no size {}, expected {}", in_quotes(size), alternatives(known)));
}

std::string container_profile(const Application& application) {
  return application.other.value("container_profile", profile_of_type(application.type));
}

std::string container_profile(const Service& service) {
  return service.container_profile.empty() ? profile_of_type(service.type) : service.container_profile;
}

}  // namespace penstock::config
