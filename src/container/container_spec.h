// What a container is to be. Plain data; the engine turns it into an OCI bundle.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace penstock {

// The unprivileged user of every container, named `app` in the images; also the owner of /app.
constexpr uid_t kAppUid = 10000;
constexpr gid_t kAppGid = 10000;

// One directory or file visible in a container. Always nosuid and nodev.
struct Mount {
  enum class Kind { Bind, Tmpfs };

  Kind kind = Kind::Bind;
  std::filesystem::path source{};  // of a bind: a directory or a file of the host; or an open one: /proc/<pid>/fd/<n>
  std::filesystem::path target;
  bool read_only = false;
  std::uint64_t size = std::uint64_t{64} << 20;  // of a tmpfs, in bytes

  static Mount bind(std::filesystem::path source, std::filesystem::path target) {
    return {.source = std::move(source), .target = std::move(target)};
  }
  static Mount read_only_bind(std::filesystem::path source, std::filesystem::path target) {
    return {.source = std::move(source), .target = std::move(target), .read_only = true};
  }
  static Mount tmpfs(std::filesystem::path target, std::uint64_t size) {
    return {.kind = Kind::Tmpfs, .target = std::move(target), .size = size};
  }
};

struct Limits {
  double cpus = 1;
  std::uint64_t memory_bytes = std::uint64_t{512} << 20;
  unsigned pids = 512;
};

enum class Network {
  None,      // a loopback interface and nothing else
  Outbound,  // the world by NAT; nothing of this host, no other container
};

// Where a container with ContainerSpec::has_socket may listen.
constexpr const char* kSocketInside = "/run/app/app.sock";

// A container that may be connected to on one TCP port.
struct Peer {
  std::string id;
  std::uint16_t port = 0;        // where it listens
  std::uint16_t shown_port = 0;  // where the others find that, too; 0: nowhere else
};

struct ContainerSpec {
  std::string id;                // [a-z0-9-]; unique among the containers of one Penstock
  std::filesystem::path rootfs;  // an image's; shown read-only
  std::vector<Mount> mounts;     // at directories of the root, or below /run, /mnt, /tmp and earlier ones
  std::vector<std::string> argv;
  bool supervised = false;  // argv is ignored: penstock-init is PID 1 and runs $PLATFORM_PRE_APP_COMMAND, then
                            // $PLATFORM_APP_COMMAND, again whenever it ends
  bool has_socket = false;  // the directory of kSocketInside is shared with the host: Engine::socket_path()
  std::vector<std::string> environment;  // "NAME=value", complete; only PATH and HOME are added when they are missing
  std::filesystem::path directory = "/app";
  std::string hostname = "app";
  std::vector<std::pair<std::string, std::string>> hosts;  // name, address: lines of /etc/hosts
  uid_t uid = kAppUid;
  gid_t gid = kAppGid;
  Limits limits;
  Network network = Network::Outbound;
  std::vector<Peer> peers;                    // as if allow() had been called for each
  std::map<std::string, std::string> labels;  // kept on disk with the container: project, environment, release, app
};

// A further process in a running container.
struct ExecSpec {
  std::vector<std::string> argv;
  std::vector<std::string> environment;  // complete, as in ContainerSpec
  std::filesystem::path directory = "/app";
  uid_t uid = kAppUid;
  gid_t gid = kAppGid;
};

}  // namespace penstock
