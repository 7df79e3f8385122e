// A deny-list: what is named here answers an error, the rest passes. The gateway links gRPC, whose
// needs differ between versions, so an allow-list would break at the first update; what an intruder
// would want is a closed set.

#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

#include "mcp_gateway/lockdown/parts.h"

namespace lockdown {
namespace {

constexpr std::array kNever{
    // starting programs, looking into others
    "execve", "execveat", "fork", "vfork", "ptrace", "process_vm_readv", "process_vm_writev",
    "process_madvise", "kcmp", "pidfd_open", "pidfd_getfd", "pidfd_send_signal", "tkill",
    "rt_sigqueueinfo", "rt_tgsigqueueinfo",
    // the kernel's back rooms
    "bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter",
    "io_uring_register", "keyctl", "add_key", "request_key", "init_module", "finit_module",
    "delete_module", "kexec_load", "kexec_file_load", "reboot", "acct", "quotactl", "swapon",
    "swapoff", "personality", "modify_ldt",
    // other views of the file system
    "mount", "umount2", "mount_setattr", "fsopen", "fsconfig", "fsmount", "fspick", "open_tree",
    "move_mount", "pivot_root", "chroot", "unshare", "setns", "name_to_handle_at",
    "open_by_handle_at",
    // changing files
    "creat", "truncate", "rename", "renameat", "renameat2", "link", "linkat", "symlink",
    "symlinkat", "unlink", "unlinkat", "mkdir", "mkdirat", "rmdir", "mknod", "mknodat", "chmod",
    "fchmod", "fchmodat", "chown", "fchown", "lchown", "fchownat", "utime", "utimes", "utimensat",
    "futimesat", "setxattr", "lsetxattr", "fsetxattr", "removexattr", "lremovexattr",
    "fremovexattr",
    // being a server
    "bind", "listen", "accept", "accept4"};

// Their flags lie in memory, where a filter cannot look: libraries fall back to the older call.
constexpr std::array kAsIfUnknown{"clone3", "openat2"};

struct Release {
  void operator()(void* filter) const { seccomp_release(filter); }
};
using Filter = std::unique_ptr<void, Release>;

// Adds rules and remembers the first one that was not taken.
class Rules {
 public:
  explicit Rules(scmp_filter_ctx filter) : filter_(filter) {}

  void deny(const char* name, unsigned error) {
    const int number = seccomp_syscall_resolve_name(name);
    if (number != __NR_SCMP_ERROR)
      take(seccomp_rule_add(filter_, SCMP_ACT_ERRNO(error), number, 0));
  }
  void deny_if(const char* name, scmp_arg_cmp condition) {
    const int number = seccomp_syscall_resolve_name(name);
    if (number == __NR_SCMP_ERROR) return;
    take(seccomp_rule_add_array(filter_, SCMP_ACT_ERRNO(unsigned{EPERM}), number, 1, &condition));
  }
  [[nodiscard]] int error() const { return error_; }

 private:
  void take(int outcome) {
    if (outcome != 0 && error_ == 0) error_ = -outcome;
  }
  scmp_filter_ctx filter_;
  int error_ = 0;
};

scmp_arg_cmp masked(unsigned argument, std::uint64_t mask, std::uint64_t value) {
  return {argument, SCMP_CMP_MASKED_EQ, mask, value};
}

scmp_arg_cmp differs(unsigned argument, std::uint64_t value) {
  return {argument, SCMP_CMP_NE, value, 0};
}

scmp_arg_cmp equals(unsigned argument, std::uint64_t value) {
  return {argument, SCMP_CMP_EQ, value, 0};
}

void deny_opening_for_writing(Rules& rules, const char* name, unsigned flags_argument) {
  rules.deny_if(name, masked(flags_argument, O_ACCMODE, O_WRONLY));
  rules.deny_if(name, masked(flags_argument, O_ACCMODE, O_RDWR));
  rules.deny_if(name, masked(flags_argument, O_CREAT, O_CREAT));
  rules.deny_if(name, masked(flags_argument, O_TRUNC, O_TRUNC));
}

void add_rules(Rules& rules) {
  for (const char* name : kNever) rules.deny(name, EPERM);
  for (const char* name : kAsIfUnknown) rules.deny(name, ENOSYS);
  rules.deny_if("socket", differs(0, AF_UNIX));
  deny_opening_for_writing(rules, "open", 1);
  deny_opening_for_writing(rules, "openat", 2);
  // Threads yes, processes no.
  rules.deny_if("clone", masked(0, CLONE_THREAD, 0));
  const auto own = static_cast<std::uint64_t>(::getpid());
  rules.deny_if("kill", differs(0, own));
  rules.deny_if("tgkill", differs(0, own));
  // Typing into the terminal that the host was started from.
  rules.deny_if("ioctl", equals(1, TIOCSTI));
}

trading::Error failed(const char* step, int error) {
  return trading::make_error("LOCKDOWN_FAILED",
                             std::string("seccomp, ") + step + ": " + std::strerror(error));
}

}  // namespace

trading::Status restrict_system_calls() {
  const Filter filter(seccomp_init(SCMP_ACT_ALLOW));
  if (!filter) return failed("making the filter", ENOMEM);
  seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_TSYNC, 1);
  // A binary tree instead of a list: the filter stands in the way of every system call.
  seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2);
  Rules rules(filter.get());
  add_rules(rules);
  if (rules.error() != 0) return failed("adding a rule", rules.error());
  if (const int error = seccomp_load(filter.get()); error != 0) return failed("loading", -error);
  return {};
}

}  // namespace lockdown
