#include "execution_broker/confinement/confinement.h"

#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string_view>

#include "execution_broker/confinement/parts.h"
#include "trading/base/invariant.h"

namespace broker {

namespace {

// What this process has set for itself before main (proto/channel/grpc_lifetime.cpp).
constexpr std::array<std::string_view, 1> kOwnVariables = {"GRPC_POLL_STRATEGY"};

// Libraries read dozens of variables: proxies, certificate stores, resolvers, tracing to files. None of
// the caller's is wanted.
void forget_environment() {
  std::vector<std::string> names;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::string_view name = text.substr(0, text.find('='));
    bool is_own = false;
    for (const std::string_view own : kOwnVariables) is_own = is_own || name == own;
    if (!is_own) names.emplace_back(name);
  }
  for (const std::string& name : names) ::unsetenv(name.c_str());
}

}  // namespace

void harden_process() {
  ::umask(0077);
  const rlimit no_core{0, 0};
  INVARIANT(::setrlimit(RLIMIT_CORE, &no_core) == 0, "core files cannot be forbidden");
  INVARIANT(::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0, "the process cannot be made undumpable");
  INVARIANT(::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0, "no_new_privs cannot be set");
  forget_environment();
}

trading::Result<std::string> confine(const Confinement& confinement) {
  ASSIGN_OR_RETURN(const int abi, restrict_files(confinement));
  RETURN_IF_ERROR(restrict_system_calls(confinement));
  std::string network = "none";
  if (confinement.has_network) {
    network = "any";
    if (abi >= 4) {
      network.clear();
      for (const std::uint16_t port : confinement.tcp_ports) network += (network.empty() ? "tcp:" : ",") + std::to_string(port);
    }
  }
  return "dumpable=" + std::string(::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0 ? "no" : "yes") + " no_new_privs=yes seccomp=on landlock_abi=" +
         std::to_string(abi) + " network=" + network;
}

KernelFeatures kernel_features() {
  KernelFeatures features;
  const long abi = ::syscall(SYS_landlock_create_ruleset, nullptr, std::size_t{0}, LANDLOCK_CREATE_RULESET_VERSION);
  features.landlock_abi = abi > 0 ? static_cast<int>(abi) : 0;
  const std::uint32_t action = SECCOMP_RET_ERRNO;
  features.has_seccomp_filter = ::syscall(SYS_seccomp, SECCOMP_GET_ACTION_AVAIL, 0U, &action) == 0;
  return features;
}

}  // namespace broker
