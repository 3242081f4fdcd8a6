#include "base/log.h"

#include "base/error.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <mutex>

namespace penstock {

std::shared_ptr<spdlog::logger> log_of(const std::string& layer) {
  static std::mutex mutex;
  const std::scoped_lock lock(mutex);
  if (auto logger = spdlog::get(layer)) return logger;
  auto logger = spdlog::stderr_logger_mt(layer);
  logger->set_pattern("%Y-%m-%dT%H:%M:%S.%e %l %n: %v");
  logger->set_level(spdlog::get_level());
  return logger;
}

void set_log_level(const std::string& level) {
  const auto value = spdlog::level::from_str(level);
  if (value == spdlog::level::off && level != "off") {
    throw UserError("cannot set log level '" + level + "': expected debug, info, warning or error");
  }
  spdlog::set_level(value);
}

}  // namespace penstock
