#include "runtime/router/options.h"

#include "base/error.h"

#include <charconv>
#include <functional>
#include <map>

namespace penstock::router {

const char* const kUsage =
    R"(Usage: penstock-router --listen ADDRESS:PORT [--listen …] [--listen-tls ADDRESS:PORT …]
                       --control PATH --state-dir DIR [--threads N] [--user NAME]
                       [--https off|proxied|on] [--take-over] [--drain SECONDS]
                       [--connections N] [--connections-per-address N] [--trusted ADDRESS …]
                       [--proxy-to ADDRESS …] [--metrics ADDRESS:PORT] [--log-level LEVEL]

  --listen      where clients connect, or unix:/path; may be given several times
  --listen-tls  where clients connect by TLS; likewise
  --control     the unix socket on which penstockd says what to serve
  --state-dir   where the routing table and the certificates are kept
  --threads     how many loops serve; by default one for each processor
  --user        whom to become once the sockets are bound
  --https       off: nobody ends TLS; proxied: a TLS terminator in front sets X-Forwarded-Proto;
                on: we do, which is the default with --listen-tls
  --take-over   take the place of the router that has --control, if there is one, without losing a request
  --drain       for how long a router whose place was taken serves those who are connected to it; by default 600 s
  --connections             how many clients may be connected; by default what the limit of open files leaves room for
  --connections-per-address likewise of one address, by default 512; 0: any number. Does not apply to --https proxied
  --trusted     an address that may have any number; may be given several times; those of this machine are
  --proxy-to    an address of this machine that routes of type proxy may lead to; by default none
  --metrics     where Prometheus may ask at /metrics; by default nowhere
  --log-level   debug, info, warning or error
)";

namespace {

HttpsMode parse_https(const std::string& text) {
  if (text == "off") return HttpsMode::Off;
  if (text == "proxied") return HttpsMode::Proxied;
  if (text == "on") return HttpsMode::On;
  throw UserError("cannot use --https " + text + ": expected off, proxied or on");
}

std::size_t parse_count(const std::string& option, const std::string& text) {
  std::size_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc() || end != text.data() + text.size() || count == 0) {
    throw UserError("cannot use " + option + " " + text + ": expected a number");
  }
  return count;
}

void check(const Settings& settings) {
  if (settings.listen.empty() || settings.control.empty() || settings.state_dir.empty()) {
    throw UserError("cannot start: --listen, --control and --state-dir are needed");
  }
  if ((settings.https == HttpsMode::On) == settings.listen_tls.empty()) {
    throw UserError("cannot start: --listen-tls and --https on go together");
  }
}

}  // namespace

Settings parse_options(const std::vector<std::string>& arguments) {
  Settings settings;
  const std::map<std::string, std::function<void(const std::string&)>> options = {
      {"--listen", [&](const std::string& value) { settings.listen.push_back(value); }},
      {"--listen-tls",
       [&](const std::string& value) {
         settings.listen_tls.push_back(value);
         settings.https = HttpsMode::On;
       }},
      {"--control", [&](const std::string& value) { settings.control = value; }},
      {"--connections", [&](const std::string& value) { settings.connections = parse_count("--connections", value); }},
      {"--connections-per-address",
       [&](const std::string& value) {
         settings.connections_per_address = value == "0" ? 0 : parse_count("--connections-per-address", value);
       }},
      {"--proxy-to", [&](const std::string& value) { settings.proxy_to.push_back(value); }},
      {"--trusted", [&](const std::string& value) { settings.trusted.push_back(value); }},
      {"--metrics", [&](const std::string& value) { settings.metrics = value; }},
      {"--state-dir", [&](const std::string& value) { settings.state_dir = value; }},
      {"--threads", [&](const std::string& value) { settings.threads = parse_count("--threads", value); }},
      {"--user", [&](const std::string& value) { settings.user = value; }},
      {"--https", [&](const std::string& value) { settings.https = parse_https(value); }},
      {"--drain",
       [&](const std::string& value) {
         settings.timeouts.drain = std::chrono::seconds(parse_count("--drain", value));
       }},
      {"--log-level", [&](const std::string& value) { settings.log_level = value; }},
  };
  for (std::size_t i = 0; i < arguments.size(); i += 2) {
    if (arguments[i] == "--take-over") {
      settings.take_over = true;
      --i;
      continue;
    }
    const auto option = options.find(arguments[i]);
    if (option == options.end()) throw UserError("cannot understand '" + arguments[i] + "'");
    if (i + 1 == arguments.size()) throw UserError("cannot use " + arguments[i] + ": its value is missing");
    option->second(arguments[i + 1]);
  }
  check(settings);
  return settings;
}

}  // namespace penstock::router
