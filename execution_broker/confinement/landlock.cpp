// Landlock by its bare system calls: Debian 12's headers know ABI 2, kernels are newer. Rights that a
// kernel does not know must not be named, so the sets grow with its ABI (the table stands in
// mcp_gateway/lockdown/landlock.cpp).

#include <fcntl.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstring>

#include "execution_broker/confinement/parts.h"

namespace broker {

namespace {

// The ruleset attributes of ABI 6; older kernels take a prefix of it.
struct RulesetAttributes {
  std::uint64_t files;
  std::uint64_t net;
  std::uint64_t scoped;
};
struct PortRule {
  std::uint64_t allowed;
  std::uint64_t port;
};

constexpr std::uint64_t bit(unsigned n) { return std::uint64_t{1} << n; }
constexpr std::uint64_t kFirstRights = bit(13) - 1;
constexpr std::uint64_t kRefer = bit(13), kTruncate = bit(14), kDeviceIoctl = bit(15);
constexpr std::uint64_t kTcpBind = bit(0), kTcpConnect = bit(1);
constexpr std::uint64_t kOtherProcessesSignals = bit(1);
constexpr int kPortRuleType = 2;  // LANDLOCK_RULE_NET_PORT

constexpr std::uint64_t kReadFile = LANDLOCK_ACCESS_FS_READ_FILE;
constexpr std::uint64_t kReadFolder = kReadFile | LANDLOCK_ACCESS_FS_READ_DIR;
constexpr std::uint64_t kNotForFolders = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_MAKE_CHAR | LANDLOCK_ACCESS_FS_MAKE_BLOCK;

struct ReadablePath {
  const char* path;
  std::uint64_t rights;
};
// Libraries loaded late, users and groups, name service, certificates, time zone, root's finding, the
// machine's identity and processors, entropy.
constexpr std::array<ReadablePath, 14> kSystem{{{"/usr/lib", kReadFolder},
                                                {"/lib", kReadFolder},
                                                {"/lib64", kReadFolder},
                                                {"/etc", kReadFolder},
                                                {"/usr/share", kReadFolder},
                                                {"/usr/local/share/ca-certificates", kReadFolder},
                                                {"/var/lib/trading-mcp/attest", kReadFolder},
                                                {"/run/systemd/resolve", kReadFolder},
                                                {"/proc/self", kReadFolder},
                                                {"/proc/sys/kernel/random", kReadFolder},
                                                {"/proc/meminfo", kReadFile},
                                                {"/sys/devices/system/cpu", kReadFolder},
                                                {"/dev/urandom", kReadFile},
                                                {"/dev/null", kReadFile | LANDLOCK_ACCESS_FS_WRITE_FILE}}};

RulesetAttributes attributes_of(int abi) {
  RulesetAttributes attributes{kFirstRights, 0, 0};
  if (abi >= 2) attributes.files |= kRefer;
  if (abi >= 3) attributes.files |= kTruncate;
  if (abi >= 4) attributes.net = kTcpBind | kTcpConnect;
  if (abi >= 5) attributes.files |= kDeviceIoctl;
  if (abi >= 6) attributes.scoped = kOtherProcessesSignals;
  return attributes;
}

std::size_t size_of_attributes(int abi) {
  if (abi >= 6) return sizeof(RulesetAttributes);
  if (abi >= 4) return offsetof(RulesetAttributes, scoped);
  return offsetof(RulesetAttributes, net);
}

// A rule that is not taken leaves the path closed: the safe side.
void allow(int ruleset, const char* path, std::uint64_t rights) {
  const int parent = ::open(path, O_PATH | O_CLOEXEC);
  if (parent < 0) return;  // what is not there needs no rule
  landlock_path_beneath_attr rule{};
  rule.allowed_access = rights;
  rule.parent_fd = parent;
  ::syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0U);
  ::close(parent);
}

bool is_folder(const std::filesystem::path& path) {
  struct stat found {};
  return ::stat(path.c_str(), &found) == 0 && S_ISDIR(found.st_mode);
}

}  // namespace

trading::Result<int> restrict_files(const Confinement& confinement) {
  const long abi = ::syscall(SYS_landlock_create_ruleset, nullptr, std::size_t{0}, LANDLOCK_CREATE_RULESET_VERSION);
  if (abi < 1) return 0;
  const int version = static_cast<int>(abi);
  const RulesetAttributes attributes = attributes_of(version);
  const long made = ::syscall(SYS_landlock_create_ruleset, &attributes, size_of_attributes(version), 0U);
  if (made < 0) return 0;
  const int ruleset = static_cast<int>(made);
  for (const ReadablePath& readable : kSystem) allow(ruleset, readable.path, readable.rights);
  for (const std::filesystem::path& path : confinement.readable)
    allow(ruleset, path.c_str(), is_folder(path) ? kReadFolder : kReadFile);
  // A device's ioctl is not among them: there are none in a home.
  allow(ruleset, confinement.home.c_str(), attributes.files & ~(kNotForFolders | kDeviceIoctl));
  if (version >= 4 && confinement.has_network)
    for (const std::uint16_t port : confinement.tcp_ports) {
      const PortRule rule{kTcpConnect, port};
      ::syscall(SYS_landlock_add_rule, ruleset, kPortRuleType, &rule, 0U);
    }
  const long taken = ::syscall(SYS_landlock_restrict_self, ruleset, 0U);
  const int error = errno;
  ::close(ruleset);
  if (taken != 0)
    return trading::make_error("CONFINEMENT_FAILED", std::string("landlock was offered and refused: ") + std::strerror(error),
                               "start the broker from a process that may set no_new_privs");
  return version;
}

}  // namespace broker
