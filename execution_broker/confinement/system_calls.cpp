// A deny-list: what is named here answers an error, the rest passes. The broker links gRPC, SQLite and
// curl, whose needs differ between versions, so an allow-list would break at the first update; what an
// intruder would want is a closed set.

#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

#include "execution_broker/confinement/parts.h"

namespace broker {

namespace {

constexpr std::array kNever{
    // starting programs, looking into others
    "execve", "execveat", "fork", "vfork", "ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "kcmp", "pidfd_open",
    "pidfd_getfd", "pidfd_send_signal", "tkill", "rt_sigqueueinfo", "rt_tgsigqueueinfo",
    // the kernel's back rooms
    "bpf", "perf_event_open", "userfaultfd", "io_uring_setup", "io_uring_enter", "io_uring_register", "keyctl", "add_key", "request_key",
    "init_module", "finit_module", "delete_module", "kexec_load", "kexec_file_load", "reboot", "acct", "quotactl", "swapon", "swapoff",
    "personality", "modify_ldt", "settimeofday", "clock_settime", "adjtimex", "clock_adjtime", "sethostname", "setdomainname",
    // other views of the file system
    "mount", "umount2", "mount_setattr", "fsopen", "fsconfig", "fsmount", "fspick", "open_tree", "move_mount", "pivot_root", "chroot",
    "unshare", "setns", "name_to_handle_at", "open_by_handle_at", "mknod", "mknodat",
    // becoming somebody else
    "setuid", "setgid", "setreuid", "setregid", "setresuid", "setresgid", "setgroups", "setfsuid", "setfsgid", "capset"};

// Their flags lie in memory, where a filter cannot look: libraries fall back to the older call.
constexpr std::array kAsIfUnknown{"clone3"};

struct Release {
  void operator()(void* filter) const { seccomp_release(filter); }
};

// Adds rules and remembers the first one that was not taken.
class Rules {
 public:
  explicit Rules(scmp_filter_ctx filter) : filter_(filter) {}
  void deny(const char* name, unsigned error) {
    const int number = seccomp_syscall_resolve_name(name);
    if (number != __NR_SCMP_ERROR) take(seccomp_rule_add(filter_, SCMP_ACT_ERRNO(error), number, 0));
  }
  void deny_if(const char* name, scmp_arg_cmp condition) {
    const int number = seccomp_syscall_resolve_name(name);
    if (number != __NR_SCMP_ERROR) take(seccomp_rule_add_array(filter_, SCMP_ACT_ERRNO(unsigned{EPERM}), number, 1, &condition));
  }
  [[nodiscard]] int error() const { return error_; }

 private:
  void take(int outcome) {
    if (outcome != 0 && error_ == 0) error_ = -outcome;
  }
  scmp_filter_ctx filter_;
  int error_ = 0;
};

scmp_arg_cmp compare(unsigned argument, scmp_compare how, std::uint64_t a, std::uint64_t b = 0) { return {argument, how, a, b}; }

void add_rules(Rules& rules, const Confinement& confinement) {
  for (const char* name : kNever) rules.deny(name, EPERM);
  for (const char* name : kAsIfUnknown) rules.deny(name, ENOSYS);
  // Families of sockets: Unix alone, or also IP, and netlink, by which the resolver sorts addresses.
  if (!confinement.has_network) {
    rules.deny_if("socket", compare(0, SCMP_CMP_NE, AF_UNIX));
  } else {
    // A rule may look at an argument once: the families between are named one by one.
    for (std::uint64_t family = AF_INET + 1; family < AF_NETLINK; ++family)
      if (family != AF_INET6) rules.deny_if("socket", compare(0, SCMP_CMP_EQ, family));
    rules.deny_if("socket", compare(0, SCMP_CMP_GT, AF_NETLINK));
  }
  // Threads yes, processes no.
  rules.deny_if("clone", compare(0, SCMP_CMP_MASKED_EQ, CLONE_THREAD, 0));
  const auto own = static_cast<std::uint64_t>(::getpid());
  rules.deny_if("kill", compare(0, SCMP_CMP_NE, own));
  rules.deny_if("tgkill", compare(0, SCMP_CMP_NE, own));
  rules.deny_if("ioctl", compare(1, SCMP_CMP_EQ, TIOCSTI));
}

trading::Error failed(const char* step, int error) {
  return trading::make_error("CONFINEMENT_FAILED", std::string("seccomp, ") + step + ": " + std::strerror(error),
                             "run a kernel with CONFIG_SECCOMP_FILTER");
}

}  // namespace

trading::Status restrict_system_calls(const Confinement& confinement) {
  const std::unique_ptr<void, Release> filter(seccomp_init(SCMP_ACT_ALLOW));
  if (!filter) return failed("making the filter", ENOMEM);
  seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_TSYNC, 1);
  seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2);  // a binary tree: it stands before every call
  Rules rules(filter.get());
  add_rules(rules, confinement);
  if (rules.error() != 0) return failed("adding a rule", rules.error());
  if (const int error = seccomp_load(filter.get()); error != 0) return failed("loading", -error);
  return {};
}

}  // namespace broker
