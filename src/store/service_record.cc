#include "store/service_record.h"

#include "store/database.h"
#include "store/environment.h"

namespace penstock {

std::string ServiceRecords::configured(const Environment& environment, const std::string& service) const {
  Statement row = database_.query("SELECT configured FROM services WHERE project = ? AND environment = ? AND name = ?",
                                  environment.project, environment.name, service);
  return row.step() ? row.text() : "";
}

void ServiceRecords::set_configured(const Environment& environment, const std::string& service, const std::string& as) {
  database_.run(
      "INSERT INTO services VALUES (?, ?, ?, ?) "
      "ON CONFLICT (project, environment, name) DO UPDATE SET configured = excluded.configured",
      environment.project, environment.name, service, as);
}

std::optional<std::string> ServiceRecords::password(const Environment& environment, const std::string& service,
                                                    const std::string& username) const {
  Statement row = database_.query(
      "SELECT sealed FROM service_passwords WHERE project = ? AND environment = ? AND service = ? AND username = ?",
      environment.project, environment.name, service, username);
  if (!row.step()) return std::nullopt;
  return row.text();
}

void ServiceRecords::add_password(const Environment& environment, const std::string& service,
                                  const std::string& username, const std::string& sealed) {
  database_.run("INSERT INTO service_passwords VALUES (?, ?, ?, ?, ?)", environment.project, environment.name, service,
                username, sealed);
}

}  // namespace penstock
