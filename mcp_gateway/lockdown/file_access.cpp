// Landlock by its bare system calls: Debian 12's headers know ABI 2, kernels are newer, and the
// library-free form is three calls.
//
//   ABI 1 (5.13)  the first 13 rights      ABI 3 (6.2)   truncate
//   ABI 2 (5.19)  refer                    ABI 4 (6.7)   TCP bind and connect
//   ABI 5 (6.10)  ioctl on devices         ABI 6 (6.12)  scopes: abstract sockets, signals
//
// Rights that a kernel does not know must not be named, so the sets grow with its ABI.

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>

#include "mcp_gateway/lockdown/parts.h"

namespace lockdown {
namespace {

// The ruleset attributes of ABI 6; older kernels take a prefix of it.
struct RulesetAttributes {
  std::uint64_t handled_access_fs;
  std::uint64_t handled_access_net;
  std::uint64_t scoped;
};

constexpr std::uint64_t kFirstRights = (std::uint64_t{1} << 13U) - 1;
constexpr std::uint64_t kRefer = std::uint64_t{1} << 13U;
constexpr std::uint64_t kTruncate = std::uint64_t{1} << 14U;
constexpr std::uint64_t kDeviceIoctl = std::uint64_t{1} << 15U;
constexpr std::uint64_t kTcpBindAndConnect = 3;
constexpr std::uint64_t kAbstractSocketsAndSignals = 3;

constexpr std::uint64_t kReadFile = LANDLOCK_ACCESS_FS_READ_FILE;
constexpr std::uint64_t kReadFolder = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;

struct ReadablePath {
  const char* path;
  std::uint64_t rights;
};

// Libraries that are loaded late, the time zone of log lines, entropy, the count of processors.
constexpr std::array<ReadablePath, 10> kReadable{{{"/usr/lib", kReadFolder},
                                                  {"/lib", kReadFolder},
                                                  {"/lib64", kReadFolder},
                                                  {"/etc/ld.so.cache", kReadFile},
                                                  {"/etc/localtime", kReadFile},
                                                  {"/usr/share/zoneinfo", kReadFolder},
                                                  {"/proc/self", kReadFolder},
                                                  {"/sys/devices/system/cpu", kReadFolder},
                                                  {"/dev/urandom", kReadFile},
                                                  {"/dev/null", kReadFile}}};

RulesetAttributes attributes_of(int abi) {
  RulesetAttributes attributes{kFirstRights, 0, 0};
  if (abi >= 2) attributes.handled_access_fs |= kRefer;
  if (abi >= 3) attributes.handled_access_fs |= kTruncate;
  if (abi >= 4) attributes.handled_access_net = kTcpBindAndConnect;
  if (abi >= 5) attributes.handled_access_fs |= kDeviceIoctl;
  if (abi >= 6) attributes.scoped = kAbstractSocketsAndSignals;
  return attributes;
}

std::size_t size_of_attributes(int abi) {
  if (abi >= 6) return sizeof(RulesetAttributes);
  if (abi >= 4) return offsetof(RulesetAttributes, scoped);
  return offsetof(RulesetAttributes, handled_access_net);
}

void allow_reading(int ruleset, const ReadablePath& readable) {
  const int parent = ::open(readable.path, O_PATH | O_CLOEXEC);
  if (parent < 0) return;  // what is not there needs no rule
  landlock_path_beneath_attr rule{};
  rule.allowed_access = readable.rights;
  rule.parent_fd = parent;
  // A rule that is not taken leaves the path closed: the safe side.
  ::syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0U);
  ::close(parent);
}

}  // namespace

trading::Result<int> restrict_file_access() {
  const long abi = ::syscall(SYS_landlock_create_ruleset, nullptr, std::size_t{0},
                             LANDLOCK_CREATE_RULESET_VERSION);
  if (abi < 1) return 0;
  const int version = static_cast<int>(abi);
  const RulesetAttributes attributes = attributes_of(version);
  const long ruleset =
      ::syscall(SYS_landlock_create_ruleset, &attributes, size_of_attributes(version), 0U);
  if (ruleset < 0) return 0;
  for (const ReadablePath& readable : kReadable) {
    allow_reading(static_cast<int>(ruleset), readable);
  }
  const long taken = ::syscall(SYS_landlock_restrict_self, static_cast<int>(ruleset), 0U);
  const int error = errno;
  ::close(static_cast<int>(ruleset));
  if (taken != 0) {
    return trading::make_error(
        "LOCKDOWN_FAILED",
        std::string("landlock was offered and refused: ") + std::strerror(error));
  }
  return version;
}

}  // namespace lockdown
