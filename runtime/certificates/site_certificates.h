#pragma once

#include "base/synchronized.h"
#include "runtime/certificates/certificate_authority.h"
#include "runtime/certificates/certificate_files.h"
#include "store/environment.h"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace penstock {

class RouterClient;
class Store;

// The certificates of all sites: those that were added, and for every other https host one of our own authority, a
// certificate for each environment. Kept in a directory and told to the router. Thread safe.
class SiteCertificates {
 public:
  struct Parts {
    Store& store;
    RouterClient& router;
  };

  // `directory` is made when it does not exist. `domain` is that of all sites. Not `enabled`: certificates are kept,
  // but none is made and the router, which does not end TLS, is told nothing. Throws Error.
  SiteCertificates(Parts parts, const std::filesystem::path& directory, const std::string& domain, bool enabled);

  // At start-up: forgets what belongs to no project any more, and tells the router the rest. Throws Error when the
  // router does not answer.
  void tell_router();
  // Sees to it that each host of an environment has a certificate. Returns a sentence for each that gets none of ours.
  // Throws Error when the router does not answer.
  std::vector<std::string> provide(const Environment& environment, const std::vector<std::string>& hosts);
  // Makes those anew that are ours and expire within kRenewal of `now`, and provides again where one that was added has
  // expired. Throws Error when the router does not answer.
  void renew(WallTime now);

  // `chain` has the site's certificate first. Throws UserError when they cannot be used, Error when the router does not
  // take it: then it is not kept.
  CertificateRecord add(const std::string& project, const std::string& chain, const std::string& key);
  // Throws NotFound, and UserError for one of ours, which would only be made again.
  void remove(const std::string& project, const std::string& id);
  // Takes back what was provided.
  void forget(const Environment& environment);
  void forget_project(const std::string& project);

  std::vector<CertificateRecord> list(const std::string& project);
  // Throws NotFound.
  CertificateRecord get(const std::string& project, const std::string& id);
  const std::string& authority() const { return authority_.certificate(); }

  static constexpr std::chrono::hours kRenewal{24 * 30};

 private:
  struct Site {
    Environment environment;
    std::vector<std::string> hosts;
  };
  struct State {
    std::map<std::string, CertificateRecord> records;  // by id
    std::map<std::string, Site> sites;                 // by key: what certificates were asked for
  };

  static std::vector<std::string> uncovered(const State& state, std::vector<std::string> hosts);
  std::vector<std::string> provide_for(const Site& site);
  void provide_again();
  CertificateRecord issue(CertificateRecord record, const std::vector<std::string>& hosts) const;
  // Tells the router first: what it refuses is not kept.
  void keep(const CertificateRecord& record);
  void erase(const std::string& id);
  // Also from the router.
  void drop(const std::string& id);
  std::vector<CertificateRecord> all();

  const Parts parts_;
  const bool enabled_;
  const CertificateAuthority authority_;
  const CertificateFiles files_;
  Synchronized<State> state_;
};

}  // namespace penstock
