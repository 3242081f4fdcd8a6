#pragma once

#include "base/x509.h"

#include <filesystem>
#include <string>
#include <vector>

namespace penstock {

// Issues the certificates of sites that nobody else certifies. Whoever trusts the authority's certificate trusts all
// sites of this server at once, now and later; it is good for nothing outside of the sites' domain. Thread safe.
class CertificateAuthority {
 public:
  // From "authority.pem" and "authority.key" (which only its owner can read) of `directory`; makes them when they are
  // missing, for another domain, or soon expire. Throws Error.
  CertificateAuthority(const std::filesystem::path& directory, std::string domain);

  struct Issued {
    std::string certificate;  // PEM
    std::string key;          // PEM
  };
  // For hosts that may_issue_for() allows. Throws Error.
  Issued issue(const std::vector<std::string>& hosts) const;
  bool may_issue_for(const std::string& host) const;

  // PEM, for whoever is to trust it.
  const std::string& certificate() const { return pem_; }

  static constexpr std::chrono::hours kLifetime{24 * 90};  // of what it issues

 private:
  bool load(const std::filesystem::path& directory);
  void make(const std::filesystem::path& directory);

  const std::string domain_;
  PrivateKey key_;
  Certificate certificate_;
  std::string pem_;
};

}  // namespace penstock
