#include "runtime/certificates/certificate_authority.h"

#include "base/error.h"
#include "base/file.h"
#include "base/log.h"

namespace penstock {
namespace {

namespace fs = std::filesystem;

constexpr std::chrono::hours kYear{24 * 365};
constexpr std::chrono::hours kOwnLifetime{10 * kYear};

std::string name_for(const std::string& domain) {
  return "Penstock of " + domain;
}

}  // namespace

CertificateAuthority::CertificateAuthority(const fs::path& directory, std::string domain) : domain_(std::move(domain)) {
  if (!load(directory)) make(directory);
  pem_ = to_pem(certificate_.get());
}

bool CertificateAuthority::load(const fs::path& directory) {
  if (!fs::exists(directory / "authority.pem") || !fs::exists(directory / "authority.key")) return false;
  certificate_ = std::move(read_certificates(read_file(directory / "authority.pem")).front());
  key_ = read_private_key(read_file(directory / "authority.key"));
  return belong_together(certificate_.get(), key_.get()) && common_name_of(certificate_.get()) == name_for(domain_) &&
         expires_at(certificate_.get()) > wall_now() + kYear;
}

void CertificateAuthority::make(const fs::path& directory) {
  key_ = new_private_key();
  certificate_ = make_self_signed({.common_name = name_for(domain_),
                                   .lifetime = kOwnLifetime,
                                   .purpose = CertificatePurpose::Authority,
                                   .domain = domain_},
                                  key_.get());
  fs::create_directories(directory);
  write_file_durably(directory / "authority.key", to_pem(key_.get()), 0600);
  write_file_durably(directory / "authority.pem", to_pem(certificate_.get()), 0644);
  log_of("runtime")->info("made a certificate authority domain={} certificate={}", domain_,
                          (directory / "authority.pem").string());
}

CertificateAuthority::Issued CertificateAuthority::issue(const std::vector<std::string>& hosts) const {
  const PrivateKey key = new_private_key();
  const Certificate certificate =
      make_signed({.common_name = hosts.front(), .host_names = hosts, .lifetime = kLifetime}, key.get(),
                  {certificate_.get(), key_.get()});
  return {.certificate = to_pem(certificate.get()), .key = to_pem(key.get())};
}

bool CertificateAuthority::may_issue_for(const std::string& host) const {
  return host == domain_ || host.ends_with("." + domain_);
}

}  // namespace penstock
