#pragma once

#include "base/json.h"

namespace penstock {
struct CertificateRecord;
}

namespace penstock::api {

// Without the private key.
Json certificate_json(const CertificateRecord& record);

}  // namespace penstock::api
