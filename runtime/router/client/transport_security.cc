#include "runtime/router/client/transport_security.h"

namespace penstock::router {

void TransportSecurity::begin(ResponseHead& head) {
  head.fields.remove(FieldName::StrictTransportSecurity);
  head.fields.add("Strict-Transport-Security", value_);
  next().begin(head);
}

}  // namespace penstock::router
