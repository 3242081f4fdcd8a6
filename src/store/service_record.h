#pragma once

#include <optional>
#include <string>

namespace penstock {

class Database;
struct Environment;

// What is kept of the services of environments besides their data; it goes with the environment.
class ServiceRecords {
 public:
  explicit ServiceRecords(Database& database) : database_(database) {}

  // What the running service was last configured as; empty: it was not since it was started.
  std::string configured(const Environment& environment, const std::string& service) const;
  // Throws Conflict when the environment is gone.
  void set_configured(const Environment& environment, const std::string& service, const std::string& as);

  // The password of a user of the service, sealed.
  std::optional<std::string> password(const Environment& environment, const std::string& service,
                                      const std::string& username) const;
  // Throws Conflict when there is one, or the environment is gone.
  void add_password(const Environment& environment, const std::string& service, const std::string& username,
                    const std::string& sealed);

 private:
  Database& database_;
};

}  // namespace penstock
