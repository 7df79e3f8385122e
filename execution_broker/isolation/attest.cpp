#include "execution_broker/isolation/attest.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>

#include "execution_broker/isolation/isolation.h"
#include "trading/base/canonical_json.h"

namespace broker {

using trading::CanonicalJson;
using trading::make_error;
using trading::Result;
using trading::Status;

namespace {

constexpr std::size_t kLargestFinding = 64U << 10;
constexpr std::size_t kLongestName = 240;
constexpr char kAskRoot[] = "as root: execution_broker --home HOME doctor --attest (the installed units do it by themselves)";

trading::Error not_fresh(const std::string& what) {
  return make_error("ATTEST_NOT_FRESH", what, kAskRoot);
}

trading::Error io_error(const std::filesystem::path& path, const std::string& doing) {
  return make_error("ATTEST_IO", doing + " " + path.string() + ": " + std::strerror(errno), "look at that folder's owner, mode and disk");
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

std::int64_t clock_us(clockid_t clock) {
  timespec now{};
  ::clock_gettime(clock, &now);
  return std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1'000;
}

CanonicalJson list_of(std::vector<std::uint32_t> uids) {
  std::sort(uids.begin(), uids.end());
  CanonicalJson list = CanonicalJson::array();
  for (const std::uint32_t uid : uids) list.push_back(std::int64_t{uid});
  return list;
}

// All but faults and times: what a finding is about. Numbers of a file system may be larger than a
// JSON number holds.
CanonicalJson subject_of(const IsolationFacts& facts, const struct stat& home) {
  return CanonicalJson::object({{"v", 1},
                                {"home", facts.home.string()},
                                {"home_device", std::to_string(home.st_dev)},
                                {"home_inode", std::to_string(home.st_ino)},
                                {"broker_uid", std::int64_t{facts.broker_uid}},
                                {"agent_uids", list_of(facts.agent_uids)},
                                {"operator_uids", list_of(facts.operator_uids)}});
}

Result<std::string> read_all(const std::filesystem::path& path, std::size_t most) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (file.get() < 0) return io_error(path, "reading");
  std::string bytes(most + 1, '\0');
  std::size_t filled = 0;
  while (filled < bytes.size()) {
    const ssize_t got = ::read(file.get(), bytes.data() + filled, bytes.size() - filled);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return io_error(path, "reading");
    if (got == 0) break;
    filled += static_cast<std::size_t>(got);
  }
  if (filled > most) return make_error("ATTEST_IO", path.string() + " is larger than it can be", "remove it");
  bytes.resize(filled);
  return bytes;
}

// Whoever may write a folder above the finding may put another in its place. /tmp and its like are
// no place for it, sticky or not.
Status check_owners(const std::filesystem::path& file) {
  for (std::filesystem::path at = file; !at.empty(); at = at.parent_path()) {
    struct stat found {};
    if (::lstat(at.c_str(), &found) != 0) {
      if (errno == ENOENT) return not_fresh("there is no finding by root: " + file.string());
      return not_fresh(at.string() + " cannot be looked at: " + std::strerror(errno));
    }
    const bool is_file = at == file;
    if (is_file ? !S_ISREG(found.st_mode) : !S_ISDIR(found.st_mode))
      return not_fresh(at.string() + (is_file ? " is not a regular file" : " is not a folder (a link is not taken)"));
    if (found.st_uid != 0)
      return not_fresh(at.string() + " belongs to uid " + std::to_string(found.st_uid) + ", not to root: nobody's word");
    if ((found.st_mode & (S_IWGRP | S_IWOTH)) != 0) return not_fresh(at.string() + " can be written by others than root");
    if (at == at.root_path()) break;
  }
  return {};
}

}  // namespace

Result<MachineMoment> machine_moment() {
  auto boot = read_all("/proc/sys/kernel/random/boot_id", 64);
  if (!boot) return make_error("ATTEST_CLOCK", "the kernel does not say which run of it this is: " + boot.error().what, "mount /proc");
  while (!boot->empty() && std::isspace(static_cast<unsigned char>(boot->back())) != 0) boot->pop_back();
  return MachineMoment{*boot, clock_us(CLOCK_BOOTTIME), clock_us(CLOCK_REALTIME)};
}

Result<std::filesystem::path> attest_file(const std::filesystem::path& folder, const std::filesystem::path& home) {
  std::string name;
  const std::string whole = home.lexically_normal().string();
  for (std::size_t i = whole.starts_with('/') ? 1 : 0; i < whole.size(); ++i) {
    const auto byte = static_cast<unsigned char>(whole[i]);
    if (byte == '/') {
      if (i + 1 < whole.size()) name += '-';
    } else if (std::isalnum(byte) != 0 || byte == '_' || (byte == '.' && !name.empty())) {
      name += whole[i];
    } else {
      constexpr char kHex[] = "0123456789abcdef";
      name += '%';
      name += kHex[byte >> 4U];
      name += kHex[byte & 15U];
    }
  }
  if (name.empty() || name.size() > kLongestName)
    return make_error("ATTEST_PATH", "the home " + whole + " is too long a path for a finding of root", "choose a shorter one");
  return folder / (name + ".json");
}

Status write_attest(const std::filesystem::path& folder, const IsolationFacts& facts, const std::vector<std::string>& faults,
                    const MachineMoment& now) {
  if (::geteuid() != 0) return make_error("ATTEST_NOT_ROOT", "only root's word counts, and this is uid " + std::to_string(::geteuid()), kAskRoot);
  ASSIGN_OR_RETURN(const std::filesystem::path path, attest_file(folder, facts.home));
  struct stat home {};
  if (::stat(facts.home.c_str(), &home) != 0) return io_error(facts.home, "looking at the home");
  CanonicalJson finding = subject_of(facts, home);
  CanonicalJson list = CanonicalJson::array();
  for (const std::string& fault : faults) list.push_back(fault);
  finding.set("faults", std::move(list));
  finding.set("kernel_boot", now.kernel_boot);
  finding.set("boottime_us", now.boottime_us);
  finding.set("wall_us", now.wall_us);
  const std::string bytes = finding.write() + "\n";

  // The broker passes through what is made here, whatever the umask of whoever calls.
  std::error_code code;
  const mode_t usual = ::umask(0022);
  std::filesystem::create_directories(folder, code);
  ::umask(usual);
  if (code) return make_error("ATTEST_IO", "making " + folder.string() + ": " + code.message(), "make it as root, mode 755");
  if (const Status owners = check_owners(folder / "x"); !owners && owners.error().what.find("there is no finding") == std::string::npos)
    return owners.error();
  const std::string part = path.string() + ".part";
  ::unlink(part.c_str());
  {
    const Descriptor file(::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0644));
    if (file.get() < 0) return io_error(part, "making");
    const bool is_whole = ::fchmod(file.get(), 0644) == 0 &&
                          ::write(file.get(), bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size()) && ::fsync(file.get()) == 0;
    if (!is_whole) return io_error(part, "writing");
  }
  if (::rename(part.c_str(), path.c_str()) != 0) return io_error(path, "putting in its place");
  return {};
}

Status check_attest(const std::filesystem::path& folder, const IsolationFacts& facts, const MachineMoment& now) {
  ASSIGN_OR_RETURN(const std::filesystem::path path, attest_file(folder, facts.home));
  RETURN_IF_ERROR(check_owners(path));
  const auto bytes = read_all(path, kLargestFinding);
  if (!bytes) return not_fresh(bytes.error().what);
  if (bytes->empty() || bytes->back() != '\n') return not_fresh(path.string() + " is torn");
  const auto finding = CanonicalJson::parse(std::string_view(*bytes).substr(0, bytes->size() - 1));
  if (!finding) return not_fresh(path.string() + " cannot be read: " + finding.error().what);

  struct stat home {};
  if (::stat(facts.home.c_str(), &home) != 0) return not_fresh("the home cannot be looked at");
  const CanonicalJson subject = subject_of(facts, home);
  for (const CanonicalJson::Member& wanted : *subject.if_object()) {
    const CanonicalJson* told = finding->find(wanted.key);
    if (told == nullptr || !(*told == wanted.value))
      return not_fresh("root's finding is about another home or other users (" + wanted.key + ")");
  }
  const CanonicalJson* faults = finding->find("faults");
  if (faults == nullptr || faults->if_array() == nullptr) return not_fresh(path.string() + " does not list faults");
  if (!faults->if_array()->empty()) {
    std::string what = "root found this home not isolated:";
    for (const CanonicalJson& fault : *faults->if_array()) what += "\n  " + (fault.if_string() != nullptr ? *fault.if_string() : "?");
    return not_fresh(what);
  }
  const auto boot = finding->string_at("kernel_boot");
  const auto since = finding->integer_at("boottime_us");
  if (!boot || !since) return not_fresh(path.string() + " has no date");
  if (*boot != now.kernel_boot) return not_fresh("root's finding is from before the machine's last start");
  const std::int64_t age_us = now.boottime_us - *since;
  if (age_us < 0 || age_us > kAttestFreshUs)
    return not_fresh("root's finding is " + std::to_string(age_us / 60'000'000) + " min old, the most is " +
                     std::to_string(kAttestFreshUs / 60'000'000) + " min");
  return {};
}

}  // namespace broker
