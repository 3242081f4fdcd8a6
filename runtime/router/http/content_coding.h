// Content codings and their negotiation (RFC 9110 sections 8.4 and 12.5.3).
#pragma once

#include "runtime/router/http/fields.h"

#include <string_view>

namespace penstock::router {

enum class Coding : std::uint8_t { Identity, Gzip, Brotli };

// As Content-Encoding names it.
std::string_view name_of(Coding coding);

// What a client takes, in thousandths; 0: not at all.
class AcceptedCodings {
 public:
  // Without an Accept-Encoding field only Identity is taken.
  explicit AcceptedCodings(const FieldList& request);

  int quality(Coding coding) const { return quality_[static_cast<std::size_t>(coding)]; }
  // The one of the codings offered that the client likes best; of several, the one that compresses best. Identity,
  // which is always offered, when it takes none.
  Coding choose(bool gzip, bool brotli) const;

 private:
  std::array<int, 3> quality_{};
};

}  // namespace penstock::router
