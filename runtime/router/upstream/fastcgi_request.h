#pragma once

#include "runtime/router/files/script.h"
#include "runtime/router/http/message_writer.h"
#include "runtime/router/http/request_head.h"

#include <string>

namespace penstock::router::fastcgi {

// Writes all of a request but its body: the variables of CGI 1.1 and of PHP-FPM. Fields that only the router may say,
// those with '_' in their names, which applications could not tell from those with '-', and Proxy, which programs take
// for their own setting, are left out.
void write_request(const RequestHead& request, const Origin& origin, const Script& script, std::string& out);

}  // namespace penstock::router::fastcgi
