#pragma once

#include "base/clock.h"
#include "base/json.h"

#include <optional>
#include <string>
#include <vector>

namespace penstock {

// A certificate for sites, with its private key.
struct CertificateRecord {
  std::string id;
  std::string project;
  std::optional<std::string> environment;  // for whose hosts we made it; none: somebody added it
  std::string chain;                       // PEM, the site's own certificate first
  std::string key;                         // PEM
  WallTime created_at = wall_now();

  // As the certificate says.
  std::vector<std::string> names;
  WallTime expires_at{};

  // Whether one of `names` is `host` or the wildcard right above it.
  bool covers(const std::string& host) const;

  Json to_json() const;
  // Throws UserError when it cannot be read, or the key is not that of the certificate.
  static CertificateRecord from_json(const Json& json);
};

// Fills in what the certificate says. Throws UserError as from_json() does.
CertificateRecord read_certificate_record(CertificateRecord record);

}  // namespace penstock
