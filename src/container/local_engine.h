// Containers on this machine: an OCI runtime under conmon.
#pragma once

#include "container/engine.h"

#include <memory>

namespace penstock {

struct LocalEngineSettings {
  std::filesystem::path directory;             // of this Penstock's containers, survives reboots; created
  std::filesystem::path run_directory;         // for what a reboot may take; created
  std::string prefix = "ps";                   // begins every name in a namespace of the machine; [a-z0-9]{1,6}
  std::string address_pool = "10.213.0.0/16";  // no two Penstocks on a machine may share one
  std::string runtime;                         // "crun", "runc" or a path; empty: the first that works here
  std::filesystem::path programs;              // where penstock-init and penstock-enter are
  std::uint64_t log_size_max = std::uint64_t{8} << 20;
};

class LocalEngine : public Engine {
 public:
  // Needs root. Does not touch containers that are already there. Throws Error when no runtime works on this machine.
  explicit LocalEngine(LocalEngineSettings settings);
  ~LocalEngine() override;

  Instance create(const ContainerSpec& spec) override;
  Instance recreate(const ContainerSpec& spec) override;
  void start(const std::string& id) override;
  ExitStatus stop(const std::string& id, std::chrono::milliseconds grace) override;
  void remove(const std::string& id) override;

  ExitStatus run(const ContainerSpec& spec, const RunOptions& options) override;
  ExitStatus exec(const std::string& id, const ExecSpec& spec, const RunOptions& options) override;

  void allow(const std::string& from, const Peer& to) override;

  std::optional<InstanceState> find(const std::string& id) override;
  std::vector<InstanceState> list() override;
  std::optional<ExitStatus> wait(const std::string& id, std::chrono::milliseconds timeout) override;
  void on_end(std::function<void(const std::string& id)> ended) override;

  std::filesystem::path socket_path(const std::string& id) const override;
  std::filesystem::path log_path(const std::string& id) const override;
  std::vector<std::string> tail(const std::string& id, std::size_t lines) override;

 private:
  void end_execs(const std::string& id);
  Instance make(const ContainerSpec& spec, const std::string& kept_address);

  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace penstock
