#include "runtime/certificates/certificate_files.h"

#include "base/error.h"
#include "base/file.h"
#include "base/log.h"

#include <nlohmann/json.hpp>

namespace penstock {
namespace {

namespace fs = std::filesystem;

constexpr unsigned kSecretMode = 0600;

}  // namespace

CertificateFiles::CertificateFiles(fs::path directory) : directory_(std::move(directory)) {
  fs::create_directories(directory_);
  fs::permissions(directory_, fs::perms::owner_all);
}

std::vector<CertificateRecord> CertificateFiles::load() const {
  std::vector<CertificateRecord> records;
  for (const auto& entry : fs::directory_iterator(directory_)) {
    if (entry.path().extension() != ".json" || entry.path().filename().string().starts_with('.')) continue;
    try {
      records.push_back(CertificateRecord::from_json(Json::parse(read_file(entry.path()), nullptr, false)));
    } catch (const Error& error) {
      log_of("runtime")->error("a certificate is not used: file={} {}", entry.path().string(), error.what());
    }
  }
  return records;
}

void CertificateFiles::save(const CertificateRecord& record) const {
  write_file_durably(path_of(record.id), record.to_json().dump(), kSecretMode);
}

void CertificateFiles::remove(const std::string& id) const {
  std::error_code error;
  if (!fs::remove(path_of(id), error) && error) throw SystemError("remove " + path_of(id).string(), error.value());
  fsync_directory(directory_);
}

fs::path CertificateFiles::path_of(const std::string& id) const {
  return directory_ / (id + ".json");
}

}  // namespace penstock
