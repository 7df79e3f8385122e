#include "mcp_gateway/lockdown/lockdown.h"

#include <sys/prctl.h>
#include <sys/resource.h>

#include <cerrno>
#include <cstring>

#include "mcp_gateway/lockdown/parts.h"

namespace lockdown {
namespace {

// Standard streams, one socket with its watch, and what gRPC polls with: some twenty.
constexpr rlim_t kMaxOpenFiles = 256;

trading::Status limit(int resource, rlim_t most, const char* name) {
  rlimit now{};
  if (::getrlimit(static_cast<__rlimit_resource_t>(resource), &now) == 0 && now.rlim_max < most) {
    most = now.rlim_max;
  }
  const rlimit wanted{most, most};
  if (::setrlimit(static_cast<__rlimit_resource_t>(resource), &wanted) == 0) return {};
  return trading::make_error("LOCKDOWN_FAILED",
                             std::string("setting ") + name + ": " + std::strerror(errno));
}

trading::Status control(int option, unsigned long value, const char* name) {
  if (::prctl(option, value, 0UL, 0UL, 0UL) == 0) return {};
  return trading::make_error("LOCKDOWN_FAILED",
                             std::string("setting ") + name + ": " + std::strerror(errno));
}

}  // namespace

trading::Result<std::string> lock_down() {
  // No core file and no debugger: both would show what the agent's orders and the books hold.
  RETURN_IF_ERROR(limit(RLIMIT_CORE, 0, "RLIMIT_CORE"));
  RETURN_IF_ERROR(limit(RLIMIT_NOFILE, kMaxOpenFiles, "RLIMIT_NOFILE"));
  RETURN_IF_ERROR(control(PR_SET_DUMPABLE, 0, "PR_SET_DUMPABLE"));
  RETURN_IF_ERROR(control(PR_SET_NO_NEW_PRIVS, 1, "PR_SET_NO_NEW_PRIVS"));
  ASSIGN_OR_RETURN(const int abi, restrict_file_access());
  RETURN_IF_ERROR(restrict_system_calls());
  return "seccomp=on landlock_abi=" + std::to_string(abi);
}

}  // namespace lockdown
