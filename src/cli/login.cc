#include "base/error.h"
#include "base/file.h"
#include "cli/session.h"
#include "cli/verbs.h"

#include <fmt/format.h>

#include <termios.h>
#include <unistd.h>

#include <cctype>
#include <cstdlib>
#include <iostream>

namespace penstock::cli {
namespace {

// Reads a line without showing it.
class HiddenInput {
 public:
  HiddenInput() {
    is_terminal_ = tcgetattr(STDIN_FILENO, &before_) == 0;
    termios hidden = before_;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    if (is_terminal_) tcsetattr(STDIN_FILENO, TCSANOW, &hidden);
  }
  HiddenInput(const HiddenInput&) = delete;
  ~HiddenInput() {
    if (is_terminal_) tcsetattr(STDIN_FILENO, TCSANOW, &before_);
  }
  static std::string line() {
    std::string text;
    std::getline(std::cin, text);
    return text;
  }

 private:
  termios before_{};
  bool is_terminal_ = false;
};

std::string trimmed(std::string text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) text.pop_back();
  return text;
}

// From the file, the environment or, without either, standard input: never from an argument, which others can read.
std::string token_of(Session& session) {
  if (const auto file = session.options.value("token-file")) return trimmed(read_file(*file));
  if (const char* variable = std::getenv("PENSTOCK_TOKEN"); variable != nullptr && *variable != '\0') return variable;
  if (isatty(STDIN_FILENO) != 0) session.err << "API token: " << std::flush;
  const HiddenInput hidden;
  return trimmed(HiddenInput::line());
}

int run(Session& session) {
  Credentials credentials = Credentials::load();
  credentials.url = session.options.value_or("url", credentials.url);
  credentials.token = token_of(session);
  if (credentials.token.empty()) throw UserError("cannot log in: there was no token");
  const Json user = client::HttpClient(credentials.url, credentials.token).get("/users/me");
  credentials.save();
  session.err << fmt::format("You are logged in to {} as {}.\n", credentials.url, user.value("username", ""));
  return 0;
}

}  // namespace

Command login() {
  return {.name = "auth:api-token-login",
          .aliases = {"login"},
          .arguments = "",
          .help = "Log in with an API token, read from standard input, --token-file or PENSTOCK_TOKEN",
          .options = {{"token-file", 0, "FILE", "a file that holds the token"},
                      {"url", 0, "URL", "the address of penstockd (default: http://127.0.0.1:7080)"}},
          .run = run};
}

}  // namespace penstock::cli
