#pragma once

#include "runtime/certificates/certificate_record.h"

#include <filesystem>
#include <string>
#include <vector>

namespace penstock {

// Keeps certificates on disk, one file each that only its owner can read.
class CertificateFiles {
 public:
  // `directory` is made when it does not exist.
  explicit CertificateFiles(std::filesystem::path directory);

  // What cannot be read is logged and left out.
  std::vector<CertificateRecord> load() const;
  // Durable on return. Throws SystemError.
  void save(const CertificateRecord& record) const;
  void remove(const std::string& id) const;

 private:
  std::filesystem::path path_of(const std::string& id) const;

  const std::filesystem::path directory_;
};

}  // namespace penstock
