#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace penstock::cli {

// Which penstockd to talk to, and as whom. Kept in $PENSTOCK_HOME/credentials.json (default ~/.config/penstock), with
// mode 0600; PENSTOCK_URL and PENSTOCK_TOKEN override it.
struct Credentials {
  std::string url = "http://127.0.0.1:7080";
  std::string token;

  // Throws UserError when the file is not readable by its owner alone, or is not ours.
  static Credentials load();
  void save() const;
  static void forget();
  static std::filesystem::path path();
};

}  // namespace penstock::cli
