#pragma once

// The checks of the doctor, in the order a person mends them. They look and change nothing. Whoever runs
// them sees what his uid may see: as another user than the broker's or root much is "unknown".

#include <cstdint>
#include <filesystem>
#include <vector>

#include "execution_broker/doctor/report.h"
#include "execution_broker/isolation/attest.h"
#include "execution_broker/isolation/isolation.h"

namespace broker {

struct DoctorSubject {
  std::filesystem::path home;
  bool is_for_live = false;  // judge as for live trading, whatever the settings ask for
  bool is_attesting = false;  // root looks to write its finding: the old one does not count
  // Where an installed system keeps its things; tests have folders of their own.
  std::filesystem::path attest_folder = kAttestFolder;
  std::filesystem::path credentials_folder = "/etc/trading-mcp/credentials";
  std::vector<std::filesystem::path> unit_folders = {"/etc/systemd/system", "/lib/systemd/system", "/usr/lib/systemd/system"};
  std::filesystem::path etc = "/etc";
  std::vector<std::filesystem::path> root_sockets = {"/var/run/docker.sock", "/run/containerd/containerd.sock", "/run/podman/podman.sock",
                                                     "/var/lib/lxd/unix.socket", "/run/libvirt/libvirt-sock"};
};

struct DoctorFindings {
  std::vector<HealthLine> lines;
  bool is_isolation_needed = false;          // by the settings or as asked: unknown is then not good enough
  IsolationFacts isolation;                  // whom the finding is about
  std::vector<std::string> isolation_faults;  // what root's finding would say
};
DoctorFindings examine(const DoctorSubject& subject);

// Which of these sockets, each a way to become root, the user may write to; by owner, mode and groups.
std::vector<std::string> reachable_root_sockets(const std::vector<std::filesystem::path>& sockets, std::uint32_t uid);

}  // namespace broker
