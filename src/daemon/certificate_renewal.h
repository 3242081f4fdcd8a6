#pragma once

#include <stop_token>

namespace penstock {

class SiteCertificates;

// Makes certificates anew before they expire.
struct CertificateRenewal {
  SiteCertificates& certificates;

  // At once and then several times a day, until stopped. Throws nothing.
  void run(const std::stop_token& stop) const;
};

}  // namespace penstock
