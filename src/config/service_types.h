#pragma once

#include <string>

namespace penstock::config {

// Empty when "postgresql:16" is a type of service that the reference knows; else what is wrong, with what is known.
std::string why_not_service_type(const std::string& type);

// The endpoint of a relationship that names none; empty when the type has none or several.
std::string default_endpoint(const std::string& type);

}  // namespace penstock::config
