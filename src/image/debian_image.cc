#include "image/debian_image.h"

#include "base/error.h"
#include "base/file.h"
#include "base/process.h"
#include "image/debian_sources.h"

#include <fmt/format.h>

#include <sys/stat.h>

#include <algorithm>
#include <sstream>

namespace fs = std::filesystem;

namespace penstock {
namespace {

// The user and group `app` of every container.
constexpr unsigned kAppId = 10000;

// Hands the stages that mmdebstrap reports on to the pusher and remembers what went wrong.
class StageSink : public OutputSink {
 public:
  explicit StageSink(OutputSink& progress) : progress_(progress) {}

  void write(std::string_view text) override {
    auto pending = pending_.lock();
    pending->append(text);
    for (std::size_t feed = 0; (feed = pending->find('\n')) != std::string::npos; pending->erase(0, feed + 1)) {
      take(pending->substr(0, feed));
    }
  }

  const std::string& failure() const { return failure_; }

 private:
  void take(const std::string& line) {
    if (line.starts_with("E: ") && failure_.empty()) failure_ = line.substr(3);
    // The first word after "I: " of the stages worth showing; the rest is about mmdebstrap itself.
    for (const char* stage : {"running apt-get", "downloading", "extracting", "installing", "cleaning"}) {
      if (line.starts_with(std::string("I: ") + stage)) progress_.line("    " + line.substr(3));
    }
  }

  OutputSink& progress_;
  Synchronized<std::string> pending_;
  std::string failure_;
};

// In namespaces of its own: when it is killed, so are its children, and its mounts go with it.
std::vector<std::string> command(const DebianImage& image, const fs::path& sources) {
  std::vector<std::string> argv{"unshare",    "--mount",      "--pid",
                                "--fork",     "--kill-child", "--mount-proc",
                                "mmdebstrap", "--mode=root",  "--format=directory"};
  if (image.base.empty()) {
    argv.emplace_back("--variant=minbase");
  } else {
    argv.emplace_back("--variant=custom");
    argv.emplace_back("--setup-hook=cp -a --reflink=auto \"$PENSTOCK_BASE/.\" \"$1\"");
  }
  if (!image.packages.empty()) argv.push_back(fmt::format("--include={}", fmt::join(image.packages, ",")));
  for (const char* option : {"APT::Install-Recommends \"false\"", "Acquire::Languages \"none\""}) {
    argv.push_back(std::string("--aptopt=") + option);
  }
  for (const char* option :
       {"force-unsafe-io", "path-exclude=/usr/share/doc/*", "path-include=/usr/share/doc/*/copyright",
        "path-exclude=/usr/share/man/*", "path-exclude=/usr/share/info/*", "path-exclude=/usr/share/locale/*"}) {
    argv.push_back(std::string("--dpkgopt=") + option);
  }
  argv.insert(argv.end(), {kDebianRelease, image.root.string(), sources.string()});
  return argv;
}

void append_line(const fs::path& file, const std::string& line) {
  const std::string content = read_file(file);
  if (content.find("\n" + line + "\n") == std::string::npos) replace_file(file, content + line + "\n");
}

// What containers need to find in their root, which they cannot change: mount points and their user.
void furnish(const fs::path& root) {
  append_line(root / "etc/passwd", fmt::format("app:x:{0}:{0}::/app:/bin/dash", kAppId));
  append_line(root / "etc/group", fmt::format("app:x:{}:", kAppId));
  for (const char* directory : {"app", "mnt", "run", "tmp"}) fs::create_directories(root / directory);
  if (::chown((root / "app").c_str(), kAppId, kAppId) != 0) throw SystemError("own " + (root / "app").string());
  for (const char* file : {"etc/hosts", "etc/hostname", "etc/resolv.conf"}) {
    fs::remove(root / file);
    replace_file(root / file, "");
  }
  fs::remove_all(root / "var/log");
  fs::create_directories(root / "var/log");
  fs::remove_all(root / "etc/apt/sources.list.d");
}

}  // namespace

void DebianImage::build() const {
  const fs::path sources = root.parent_path() / "penstock.sources";
  replace_file(sources, debian_sources());
  StageSink stages(progress);
  CommandOptions options;
  options.process.argv = command(*this, sources);
  options.process.environment = {"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                                 "PENSTOCK_BASE=" + base.string()};
  for (const char* proxy : {"http_proxy", "https_proxy", "no_proxy"}) {
    if (const char* value = std::getenv(proxy))
      options.process.environment->push_back(fmt::format("{}={}", proxy, value));
  }
  options.err = &stages;
  options.stop = stop;
  const ExitStatus status = run_command(options).status;
  fs::remove(sources);
  if (!status.success()) {
    throw Error(fmt::format("cannot install {} with mmdebstrap: {}", fmt::join(packages, " "),
                            stages.failure().empty() ? status.describe() : stages.failure()));
  }
  furnish(root);
  for (const auto& [path, content] : files) replace_file(root / path.substr(1), content, 0755);
}

std::vector<std::string> installed_packages(const fs::path& root) {
  std::istringstream lines(run_checked({"dpkg-query", "--admindir=" + (root / "var/lib/dpkg").string(), "--show",
                                        "--showformat=${Package}:${Architecture} ${Version}\\n"}));
  std::vector<std::string> packages;
  for (std::string line; std::getline(lines, line);) packages.push_back(line);
  std::sort(packages.begin(), packages.end());
  return packages;
}

}  // namespace penstock
