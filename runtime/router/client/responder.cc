#include "runtime/router/client/responder.h"

#include "runtime/router/client/downstream.h"

namespace penstock::router {

Responder::Responder(Downstream& client) : client_(client), out_(&client) {}

}  // namespace penstock::router
