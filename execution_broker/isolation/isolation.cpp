#include "execution_broker/isolation/isolation.h"

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "execution_broker/isolation/attest.h"
#include "execution_broker/isolation/users.h"

namespace broker {

namespace {

// A member of any of these can read or run what root can.
constexpr std::array<std::string_view, 14> kRootLike = {"root", "docker", "lxd",  "lxc",  "libvirt", "libvirt-qemu",
                                                        "kvm",  "disk",   "sudo", "wheel", "shadow",  "adm",
                                                        "incus", "incus-admin"};

std::vector<std::string> groups_of(const passwd& user) {
  std::vector<gid_t> ids(64);
  int count = static_cast<int>(ids.size());
  if (::getgrouplist(user.pw_name, user.pw_gid, ids.data(), &count) < 0) {
    ids.resize(static_cast<std::size_t>(std::max(count, 0)));
    if (::getgrouplist(user.pw_name, user.pw_gid, ids.data(), &count) < 0) return {"root"};  // unknown is not good
  }
  std::vector<std::string> names;
  for (int i = 0; i < count; ++i)
    if (const group* one = ::getgrgid(ids[static_cast<std::size_t>(i)]); one != nullptr) names.emplace_back(one->gr_name);
  return names;
}

// What may be wrong with one file or folder of the home; nothing when it is not there.
void check_closed(const std::filesystem::path& path, std::uint32_t owner, mode_t forbidden, std::vector<std::string>& faults) {
  struct stat found {};
  if (::lstat(path.c_str(), &found) != 0) return;
  if (S_ISLNK(found.st_mode)) {
    faults.push_back(path.string() + " is a link: put the thing itself there");
    return;
  }
  if (found.st_uid != owner && found.st_uid != 0)
    faults.push_back(path.string() + " belongs to " + user_text(found.st_uid) + ": chown it to " + user_text(owner));
  if ((found.st_mode & forbidden) != 0) {
    char mode[8];
    std::snprintf(mode, sizeof mode, "%03o", found.st_mode & 07777U);
    faults.push_back(path.string() + " has mode " + mode + ": take the rights of group and others away (chmod go-rwx)");
  }
}

// A folder above the home that others may write lets them swap the home itself.
void check_parents(const std::filesystem::path& home, std::vector<std::string>& faults) {
  for (std::filesystem::path at = home.parent_path(); !at.empty(); at = at.parent_path()) {
    struct stat found {};
    if (::stat(at.c_str(), &found) == 0) {
      const bool is_open = (found.st_mode & (S_IWGRP | S_IWOTH)) != 0 && (found.st_mode & S_ISVTX) == 0;
      if (is_open) faults.push_back(at.string() + ", above the home, can be written by others: chmod go-w it, or move the home");
    }
    if (at == at.root_path()) break;
  }
}

bool is_in_container() {
  // Docker's and Podman's marks, and systemd's, which stands for nspawn, LXC and whatever else its init was told of.
  for (const char* mark : {"/.dockerenv", "/run/.containerenv", "/run/systemd/container", "/run/host/container-manager"})
    if (::access(mark, F_OK) == 0) return true;
  return false;
}

}  // namespace

std::vector<std::string> root_like_groups(const std::vector<std::string>& groups) {
  std::vector<std::string> out;
  for (const std::string& name : groups)
    if (std::find(kRootLike.begin(), kRootLike.end(), name) != kRootLike.end()) out.push_back(name);
  return out;
}

std::vector<std::string> isolation_faults(const IsolationFacts& facts) {
  std::vector<std::string> faults;
  const SudoersText sudoers = read_sudoers(facts.etc);
  if (facts.broker_uid == 0) faults.emplace_back("the broker runs as root: give it a user of its own");
  if (facts.agent_uids.empty()) faults.emplace_back("AGENT_USERS names nobody: name the agent's user");
  for (const std::uint32_t agent : facts.agent_uids) {
    const std::string who = user_text(agent);
    if (agent == 0) faults.emplace_back("the agent's user is root: give it a user of its own");
    if (agent == facts.broker_uid) faults.push_back("the agent's user is the broker's own, " + who + ": give each a user of its own");
    if (std::find(facts.operator_uids.begin(), facts.operator_uids.end(), agent) != facts.operator_uids.end())
      faults.push_back("the agent's user is an operator, " + who + ": name another in OPERATOR_USERS");
    const passwd* entry = ::getpwuid(agent);
    if (entry == nullptr) {
      faults.push_back("the agent's " + who + " does not exist here: its groups cannot be looked at");
      continue;
    }
    const std::vector<std::string> groups = groups_of(*entry);
    if (has_passwordless_sudo(sudoers.text, entry->pw_name, agent, groups))
      faults.push_back("the agent's user " + who + " may use sudo without a password: take its NOPASSWD rule out of " +
                       (facts.etc / "sudoers").string() + " (visudo)");
    for (const std::string& group : root_like_groups(groups))
      faults.push_back("the agent's user " + who + " is in the group " + group + ", which means root: take it out (gpasswd -d)");
  }
  for (const std::uint32_t one : facts.operator_uids)
    if (one == facts.broker_uid) faults.push_back("the operator's user is the broker's own, " + user_text(one) + ": give each a user of its own");
  constexpr mode_t kOthers = S_IRWXG | S_IRWXO;
  check_closed(facts.home / ".env", facts.broker_uid, kOthers, faults);
  check_closed(facts.home / "storage", facts.broker_uid, kOthers, faults);
  check_closed(facts.home / "keys", facts.broker_uid, S_IWGRP | S_IWOTH, faults);
  check_closed(facts.home, facts.broker_uid, S_IWGRP | S_IWOTH, faults);
  check_parents(facts.home, faults);
  if (is_in_container()) faults.emplace_back("the broker runs in a container: run it on the host under a user of its own");
  return faults;
}

trading::Status check_isolation(const IsolationFacts& facts) {
  std::vector<std::string> faults = isolation_faults(facts);
  if (const auto now = machine_moment(); !now) faults.push_back(now.error().text());
  else if (const auto attest = check_attest(facts.attest_folder, facts, *now); !attest) faults.push_back(attest.error().text());
  if (faults.empty()) return {};
  std::string what = "broker secrets beside an exchange that is not on loopback need an isolated home; this one is not:";
  for (const std::string& fault : faults) what += "\n  " + fault;
  return trading::make_error("HOME_NOT_ISOLATED", what,
                             "mend these; or take the BROKER_* secrets out and set MARKET_DATA=simulated or csv; or, for a sandbox, set every SMARTAPI_*_URL to loopback", trading::Retry::kNo,
                             "MARKET_DATA");
}

}  // namespace broker
