// What the operator of a penstockd chooses.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>

namespace penstock {

// Every default fits a machine with one Penstock on it. Those that name something of the whole machine (`prefix`,
// `address_pool`, the ports, the directories) are what a second one beside it must change.
struct Settings {
  std::filesystem::path state_directory = "/var/lib/penstock";  // survives reboots
  std::filesystem::path run_directory = "/run/penstock";        // need not
  std::filesystem::path images_directory;    // may be shared by several; default: "images" in the state directory
  std::filesystem::path programs_directory;  // of penstock-init and git's hooks; default: where they were installed
  std::filesystem::path router_socket = "/run/penstock/router/router.sock";

  std::string listen = "127.0.0.1:7080";  // API and git
  std::string url;                        // under which others reach it; default: http:// and `listen`
  std::string site_domain = "penstock.localhost";
  std::uint16_t router_port = 80;     // in the URLs of sites
  std::uint16_t router_tls_port = 0;  // likewise, of https; 0: the router does not end TLS
  bool https = false;                 // a TLS terminator stands before the router

  std::string git_user = "penstock";           // runs git, owns the repositories; empty: the one we run as
  std::string prefix = "ps";                   // begins every name in a namespace of the machine; [a-z0-9]{1,6}
  std::string address_pool = "10.213.0.0/16";  // of the containers
  std::string runtime;                         // "crun", "runc" or a path; default: the first that works
  unsigned builds_at_once = 0;                 // default: one per two processors, at least one
  std::string access_log = "combined";         // the form in which requests are written down: "combined", "json", "off"
  unsigned kept_deployments = 10;              // of each environment, with their artifacts
  unsigned backup_every_h = 24;                // hours between automatic backups of production; 0: none
  unsigned backup_kept_h = 48;                 // how long those are kept
  std::string log_level = "info";

  // From a JSON object whose keys are the names above. Throws UserError naming the key that is unknown or wrong.
  static Settings parse(std::string_view json);
  // Of `file`; the defaults when there is none.
  static Settings load(const std::filesystem::path& file);
};

}  // namespace penstock
