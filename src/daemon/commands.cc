#include "daemon/commands.h"

#include "base/error.h"
#include "daemon/settings.h"
#include "image/image_store.h"
#include "service/service_definitions.h"
#include "store/store.h"

#include <fmt/format.h>

#include <unistd.h>

#include <iostream>

namespace penstock {
namespace {

class StandardError : public OutputSink {
 public:
  void write(std::string_view text) override { std::cerr << text << std::flush; }
};

}  // namespace

int create_token(const Settings& settings, const std::vector<std::string>& arguments) {
  if (arguments.size() != 1) throw UserError("which name? penstockd token:create NAME");
  Store store(settings.state_directory);
  const NewToken token = new_token(arguments.front());
  store.tokens().add(token.record);
  if (::isatty(STDOUT_FILENO) != 0) std::cerr << fmt::format("API token \"{}\", shown this once:\n", arguments.front());
  std::cout << token.secret << std::endl;
  return 0;
}

int list_tokens(const Settings& settings) {
  Store store(settings.state_directory);
  for (const Token& token : store.tokens().list()) {
    std::cout << fmt::format("{}  {}  {}", token.id, iso8601(token.created_at), token.name) << std::endl;
  }
  return 0;
}

int delete_token(const Settings& settings, const std::vector<std::string>& arguments) {
  if (arguments.size() != 1) throw UserError("which token? penstockd token:delete ID");
  Store(settings.state_directory).tokens().remove(arguments.front());
  return 0;
}

int pull_images(const Settings& settings, const std::vector<std::string>& arguments) {
  if (arguments.empty()) throw UserError("which images? penstockd image:pull TYPE:VERSION...");
  Catalogue catalogue = ServiceDefinitions::with(settings.state_directory / "services").images();
  catalogue.add(Catalogue::builtin());
  ImageStore images(settings.images_directory, std::move(catalogue));
  StandardError progress;
  for (const std::string& name : arguments) {
    const Image image = images.resolve(name, progress);
    std::cout << fmt::format("{} {}", image.name, image.digest) << std::endl;
  }
  return 0;
}

}  // namespace penstock
