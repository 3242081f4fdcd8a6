#include "runtime/router/http/hop_by_hop.h"

namespace penstock::router {
namespace {

bool names_more(std::string_view connection) {
  while (!connection.empty()) {
    const std::string_view option = next_element(connection);
    if (!equal_ignoring_case(option, "close") && !equal_ignoring_case(option, "keep-alive") &&
        !equal_ignoring_case(option, "upgrade")) {
      return true;
    }
  }
  return false;
}

void mark_named(FieldList& fields, std::string_view connection) {
  for (Field& field : fields.all()) {
    if (field.known == FieldName::Connection || field.known == FieldName::ContentLength) continue;
    if (list_contains(connection, field.name)) field.known = FieldName::NamedByConnection;
  }
}

}  // namespace

bool is_hop_by_hop(FieldName name) {
  switch (name) {
    case FieldName::Connection:
    case FieldName::KeepAlive:
    case FieldName::NamedByConnection:
    case FieldName::ProxyConnection:
    case FieldName::Te:
    case FieldName::Trailer:
    case FieldName::TransferEncoding:
    case FieldName::Upgrade:
    case FieldName::Http2Settings:
      return true;
    default:
      return false;
  }
}

void remove_hop_by_hop(FieldList& fields) {
  for (const Field& field : fields.all()) {
    if (field.known == FieldName::Connection && names_more(field.value)) mark_named(fields, field.value);
  }
  fields.remove_if([](const Field& field) { return is_hop_by_hop(field.known); });
}

}  // namespace penstock::router
