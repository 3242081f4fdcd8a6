// The program that makes containers: crun, runc or another that takes their arguments.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace penstock {

struct OciRuntimeSettings {
  std::string program;          // "crun", "runc" or a path; empty: the first that works here
  std::filesystem::path enter;  // penstock-enter
  std::filesystem::path root;   // for the runtime's own state; created
};

// The last line of what a runtime wrote to its own log; empty when it had nothing to say.
std::string last_words(const std::filesystem::path& log);

// What penstock-enter does before it becomes the runtime.
struct Entrance {
  std::vector<std::filesystem::path> join;                                     // control groups
  std::vector<std::pair<std::filesystem::path, std::filesystem::path>> binds;  // mounts only the runtime sees
};

class OciRuntime {
 public:
  // Tries a container that does nothing, unless an earlier call for the same program has since the last boot. Throws
  // Error saying why none works.
  static OciRuntime detect(const OciRuntimeSettings& settings);

  // The arguments that run `verb`; what the runtime itself has to say goes to `log`.
  std::vector<std::string> command(const Entrance& entrance, const std::filesystem::path& log,
                                   const std::vector<std::string>& verb) const;

  // It puts processes into control groups itself, as the configuration says, not by where it runs.
  bool places_processes() const { return places_processes_; }
  const std::string& program() const { return program_; }
  // Forgets a container whose processes are gone.
  void forget(const std::string& id) const;

 private:
  OciRuntime(std::string program, const OciRuntimeSettings& settings);
  // Why it does not work; empty when it does.
  std::string try_out() const;

  std::string program_;
  bool places_processes_;
  std::filesystem::path hidden_;  // from the runtime's view of the file system
  std::filesystem::path enter_;
  std::filesystem::path root_;
};

}  // namespace penstock
