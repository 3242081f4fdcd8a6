// Header fields that are of one connection, not of the message (RFC 9110 section 7.6.1).
#pragma once

#include "runtime/router/http/fields.h"

namespace penstock::router {

bool is_hop_by_hop(FieldName name);

// Removes them: the usual ones and those that Connection names.
void remove_hop_by_hop(FieldList& fields);

}  // namespace penstock::router
