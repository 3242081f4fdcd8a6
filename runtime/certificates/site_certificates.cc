#include "runtime/certificates/site_certificates.h"

#include "base/digest.h"
#include "base/error.h"
#include "base/id.h"
#include "base/log.h"
#include "runtime/router_client.h"
#include "store/store.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <set>

namespace penstock {
namespace {

constexpr std::size_t kDigits = 20;

std::string id_for(const Environment& environment) {
  return "site-" + sha256_hex(environment.key()).substr(0, kDigits);
}

Json router_certificate(const CertificateRecord& record) {
  return {{"id", record.id}, {"chain", record.chain}, {"key", record.key}};
}

}  // namespace

SiteCertificates::SiteCertificates(Parts parts, const std::filesystem::path& directory, const std::string& domain,
                                   bool enabled)
    : parts_(parts), enabled_(enabled), authority_(directory, domain), files_(directory / "sites") {
  auto state = state_.lock();
  for (CertificateRecord& record : files_.load()) state->records.emplace(record.id, std::move(record));
}

void SiteCertificates::tell_router() {
  std::set<std::string> projects;
  std::vector<Json> certificates;
  for (const CertificateRecord& record : all()) projects.insert(record.project);
  for (const std::string& project : projects) {
    if (parts_.store.projects().find(project)) continue;
    for (const CertificateRecord& record : list(project)) erase(record.id);
  }
  if (!enabled_) return;
  for (const CertificateRecord& record : all()) certificates.push_back(router_certificate(record));
  parts_.router.replace_certificates(certificates);
}

std::vector<std::string> SiteCertificates::provide(const Environment& environment,
                                                   const std::vector<std::string>& hosts) {
  const Site site{environment, hosts};
  state_.lock()->sites.insert_or_assign(environment.key(), site);
  return enabled_ ? provide_for(site) : std::vector<std::string>();
}

std::vector<std::string> SiteCertificates::provide_for(const Site& site) {
  const std::string id = id_for(site.environment);
  std::vector<std::string> hosts;
  std::optional<CertificateRecord> present;
  {
    auto state = state_.lock();
    hosts = uncovered(*state, site.hosts);
    if (const auto found = state->records.find(id); found != state->records.end()) present = found->second;
  }
  std::vector<std::string> problems;
  std::erase_if(hosts, [&](const std::string& host) {
    if (authority_.may_issue_for(host)) return false;
    problems.push_back(fmt::format("{} has no certificate: add one with certificate:add", host));
    return true;
  });
  const bool good = present && present->names == hosts && present->expires_at > wall_now() + kRenewal;
  if (hosts.empty()) {
    if (present) drop(id);
  } else if (!good) {
    keep(issue({.id = id, .project = site.environment.project, .environment = site.environment.name}, hosts));
  }
  return problems;
}

// Those that no certificate covers which was added, sorted.
std::vector<std::string> SiteCertificates::uncovered(const State& state, std::vector<std::string> hosts) {
  std::sort(hosts.begin(), hosts.end());
  hosts.erase(std::unique(hosts.begin(), hosts.end()), hosts.end());
  const WallTime now = wall_now();
  std::erase_if(hosts, [&](const std::string& host) {
    return std::any_of(state.records.begin(), state.records.end(), [&](const auto& each) {
      return !each.second.environment && each.second.expires_at > now && each.second.covers(host);
    });
  });
  return hosts;
}

void SiteCertificates::provide_again() {
  if (!enabled_) return;
  std::vector<Site> sites;
  for (const auto& [key, site] : state_.lock()->sites) sites.push_back(site);
  for (const Site& site : sites) provide_for(site);
}

void SiteCertificates::renew(WallTime now) {
  if (!enabled_) return;
  for (const CertificateRecord& record : all()) {
    if (!record.environment || record.expires_at > now + kRenewal) continue;
    keep(issue(record, record.names));
    log_of("runtime")->info("renewed certificate={} environment={} project={}", record.id, *record.environment,
                            record.project);
  }
  provide_again();
}

CertificateRecord SiteCertificates::issue(CertificateRecord record, const std::vector<std::string>& hosts) const {
  const CertificateAuthority::Issued issued = authority_.issue(hosts);
  record.chain = issued.certificate;
  record.key = issued.key;
  record.created_at = wall_now();
  return read_certificate_record(std::move(record));
}

CertificateRecord SiteCertificates::add(const std::string& project, const std::string& chain, const std::string& key) {
  CertificateRecord record =
      read_certificate_record({.id = random_id(), .project = project, .chain = chain, .key = key});
  if (record.expires_at <= wall_now()) throw UserError("cannot use the certificate: it has expired");
  if (record.names.empty()) throw UserError("cannot use the certificate: it names no host");
  keep(record);
  provide_again();
  return record;
}

void SiteCertificates::keep(const CertificateRecord& record) {
  if (enabled_) {
    const std::vector<std::string> dropped = parts_.router.put_certificate(router_certificate(record));
    if (!dropped.empty()) throw UserError(dropped.front());
  }
  files_.save(record);
  state_.lock()->records.insert_or_assign(record.id, record);
}

void SiteCertificates::remove(const std::string& project, const std::string& id) {
  if (get(project, id).environment) {
    throw UserError(fmt::format("cannot delete certificate {}: Penstock made it, and would make it again", id));
  }
  erase(id);
  provide_again();
  if (enabled_) parts_.router.remove_certificate(id);
}

void SiteCertificates::erase(const std::string& id) {
  state_.lock()->records.erase(id);
  files_.remove(id);
}

void SiteCertificates::drop(const std::string& id) {
  erase(id);
  if (enabled_) parts_.router.remove_certificate(id);
}

void SiteCertificates::forget(const Environment& environment) {
  const std::string id = id_for(environment);
  bool known = false;
  {
    auto state = state_.lock();
    state->sites.erase(environment.key());
    known = state->records.count(id) != 0;
  }
  if (known) drop(id);
}

void SiteCertificates::forget_project(const std::string& project) {
  for (const CertificateRecord& record : list(project)) drop(record.id);
}

std::vector<CertificateRecord> SiteCertificates::all() {
  std::vector<CertificateRecord> records;
  for (const auto& [id, record] : state_.lock()->records) records.push_back(record);
  return records;
}

std::vector<CertificateRecord> SiteCertificates::list(const std::string& project) {
  std::vector<CertificateRecord> records = all();
  std::erase_if(records, [&](const CertificateRecord& record) { return record.project != project; });
  return records;
}

CertificateRecord SiteCertificates::get(const std::string& project, const std::string& id) {
  auto state = state_.lock();
  const auto found = state->records.find(id);
  if (found == state->records.end() || found->second.project != project) {
    throw NotFound(fmt::format("there is no certificate {}", id));
  }
  return found->second;
}

}  // namespace penstock
