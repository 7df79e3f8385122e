#include "execution_broker/doctor/checks.h"

#include <grp.h>
#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timex.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <optional>

#include "execution_broker/config/env_file.h"
#include "execution_broker/confinement/confinement.h"
#include "execution_broker/isolation/users.h"
#include "execution_broker/storage/disk_space.h"

namespace broker {

namespace {

namespace fs = std::filesystem;

std::string mode_text(mode_t mode) {
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "%04o", static_cast<unsigned>(mode & 07777U));
  return text.data();
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += (text.empty() ? "" : "\n") + line;
  return text;
}

class Doctor {
 public:
  explicit Doctor(const DoctorSubject& subject) : subject_(subject) {}

  DoctorFindings run() {
    if (look_at_home()) {
      look_at_folders();
      look_at_settings();
      look_at_secrets();
      look_at_isolation();
      look_at_attest();
      look_at_door("agent door", subject_.home / "run" / "agent" / "broker.sock");
      look_at_door("operator door", subject_.home / "run" / "operator" / "broker.sock");
      look_at_halt_file();
      look_at_disk();
    }
    look_at_clock();
    look_at_kernel();
    look_at_unit();
    return std::move(findings_);
  }

 private:
  void say(std::string check, Health health, std::string found, std::string fix = "") {
    findings_.lines.push_back({std::move(check), health, std::move(found), health == Health::kOk ? "" : std::move(fix)});
  }

  bool look_at_home() {
    struct stat found {};
    const std::string home = subject_.home.string();
    if (::lstat(home.c_str(), &found) != 0) {
      say("home", errno == ENOENT ? Health::kBad : Health::kUnknown, home + ": " + std::strerror(errno),
          "make it: start execution_broker once, or run scripts/install");
      return false;
    }
    owner_ = found.st_uid;
    if (!S_ISDIR(found.st_mode)) {
      say("home", Health::kBad, home + " is a link or a file", "name the folder itself with --home");
      return false;
    }
    const bool is_open = (found.st_mode & (S_IWGRP | S_IWOTH)) != 0;
    say("home", is_open ? Health::kBad : Health::kOk, home + " of " + user_text(owner_) + ", mode " + mode_text(found.st_mode),
        "chmod go-w " + home);
    return true;
  }

  void look_at_folders() {
    struct Folder {
      const char* name;
      mode_t most;  // rights it may have
    };
    // reports/ and storage/ are nobody's but the broker's; through run/ others pass to their door.
    constexpr std::array<Folder, 6> kFolders{{{"storage", 0700}, {"keys", 0755}, {"run", 01731}, {"run/agent", 02750}, {"run/operator", 02750}, {"reports", 0700}}};
    std::vector<std::string> wrong, fixes, missing;
    for (const Folder& folder : kFolders) {
      const fs::path path = subject_.home / folder.name;
      struct stat found {};
      if (::lstat(path.c_str(), &found) != 0) {
        missing.emplace_back(folder.name);
        continue;
      }
      if (!S_ISDIR(found.st_mode)) wrong.push_back(path.string() + " is not a folder");
      if (found.st_uid != owner_) {
        wrong.push_back(path.string() + " belongs to " + user_text(found.st_uid));
        fixes.push_back("chown " + std::to_string(owner_) + " " + path.string());
      }
      // With an access list the group bits are its mask; the list itself is the broker's own work.
      if (const mode_t excess = found.st_mode & 0777U & ~folder.most; excess != 0) {
        wrong.push_back(path.string() + " has mode " + mode_text(found.st_mode) + ", more than " + mode_text(folder.most));
        fixes.push_back("chmod " + mode_text(folder.most) + " " + path.string());
      }
    }
    if (!wrong.empty()) return say("folders", Health::kBad, joined(wrong), joined(fixes));
    if (!missing.empty()) {
      std::string names;
      for (const std::string& name : missing) names += (names.empty() ? "" : ", ") + name;
      return say("folders", Health::kUnknown, "not there yet: " + names, "the broker's first start makes them");
    }
    say("folders", Health::kOk, "storage, keys, run, run/agent, run/operator, reports: owner and modes as they should be");
  }

  void look_at_settings() {
    std::vector<std::string> credentials;
    if (::access(subject_.credentials_folder.c_str(), R_OK | X_OK) == 0) credentials.push_back(subject_.credentials_folder.string());
    auto loaded = load_settings((subject_.home / ".env").string(), credentials, owner_);
    if (!loaded) {
      const bool is_closed = loaded.error().size() == 1 && loaded.error()[0].code == "ENV_FILE_UNREADABLE";
      std::vector<std::string> lines;
      for (const trading::Error& problem : loaded.error()) lines.push_back(problem.text());
      return say("settings", is_closed ? Health::kUnknown : Health::kBad, joined(lines),
                 is_closed ? "run the doctor as the broker's user or as root" : "mend these lines: docs/settings.md lists every setting");
    }
    settings_ = std::move(*loaded);
    const bool is_real = settings_->market_data == MarketData::kSmartApi || settings_->has_broker_secret();
    findings_.is_isolation_needed =
        settings_->trading_mode == trading::TradingMode::kLive || (is_real && !settings_->is_smartapi_on_loopback());
    say("settings", Health::kOk,
        "TRADING_MODE=" + std::string(trading::name_of(settings_->trading_mode)) + " MARKET_DATA=" + std::string(name_of(settings_->market_data)) + ", " +
            std::to_string(settings_->from_file.size()) + " lines of .env");
  }

  void look_at_secrets() {
    std::vector<std::string> wrong, held;
    if (settings_)
      for (const SettingRow& row : setting_table())
        if (row.is_secret() && settings_->secret(row.key)->is_set()) {
          const auto& own = settings_->from_credentials;
          held.push_back(row.key + (std::find(own.begin(), own.end(), row.key) != own.end() ? " (credential)" : " (.env)"));
        }
    // Files that systemd hands over: root's alone. The broker gets copies of its own.
    std::error_code code;
    if (fs::exists(subject_.credentials_folder, code))
      for (const auto& entry : fs::directory_iterator(subject_.credentials_folder, code)) {
        struct stat found {};
        if (::lstat(entry.path().c_str(), &found) != 0) continue;
        if (!S_ISREG(found.st_mode)) wrong.push_back(entry.path().string() + " is not a plain file");
        else if ((found.st_mode & (S_IRWXG | S_IRWXO)) != 0) wrong.push_back(entry.path().string() + " has mode " + mode_text(found.st_mode));
        else if (found.st_uid != 0 && found.st_uid != owner_) wrong.push_back(entry.path().string() + " belongs to " + user_text(found.st_uid));
      }
    struct stat env {};
    if (::lstat((subject_.home / ".env").c_str(), &env) == 0 && !held.empty() && (env.st_mode & (S_IRWXG | S_IRWXO)) != 0)
      wrong.push_back((subject_.home / ".env").string() + " holds secrets and has mode " + mode_text(env.st_mode));
    if (!wrong.empty()) return say("secrets", Health::kBad, joined(wrong), "chown root and chmod 400 credentials; chmod 600 .env");
    if (!settings_) return say("secrets", Health::kUnknown, "the settings cannot be read", "run the doctor as the broker's user or as root");
    std::string names;
    for (const std::string& name : held) names += (names.empty() ? "" : ", ") + name;
    say("secrets", Health::kOk, names.empty() ? "none is set" : names + ": closed to others");
  }

  void look_at_isolation() {
    findings_.is_isolation_needed = findings_.is_isolation_needed || subject_.is_for_live;
    const bool is_needed = subject_.is_attesting || findings_.is_isolation_needed;
    IsolationFacts& facts = findings_.isolation;
    facts.home = subject_.home;
    facts.broker_uid = owner_;
    facts.etc = subject_.etc;
    facts.attest_folder = subject_.attest_folder;
    std::vector<std::string>& faults = findings_.isolation_faults;
    if (!settings_) {
      faults.emplace_back("the settings cannot be used, so nobody knows who the agent is: mend them first");
      return say("users", Health::kUnknown, faults.back(), "run the doctor as the broker's user or as root");
    }
    auto agents = uids_of_users(settings_->agent_users, "AGENT_USERS", owner_);
    auto operators = uids_of_users(settings_->operator_users, "OPERATOR_USERS", owner_);
    for (const auto* users : {&agents, &operators})
      if (!*users) faults.push_back(users->error().text());
    if (!faults.empty()) return say("users", Health::kBad, joined(faults), "create these users, or name others in .env");
    facts.agent_uids = *agents;
    facts.operator_uids = *operators;
    std::string who = "broker " + user_text(owner_) + ", agent";
    for (const std::uint32_t uid : *agents) who += " " + user_text(uid);
    who += ", operator";
    for (const std::uint32_t uid : *operators) who += " " + user_text(uid);
    say("users", Health::kOk, who);

    faults = isolation_faults(facts);
    for (const std::uint32_t uid : *agents)
      for (const std::string& socket : reachable_root_sockets(subject_.root_sockets, uid))
        faults.push_back("the agent's user " + user_text(uid) + " may write to " + socket + ", which means root: take the right away");
    const SudoersText sudoers = read_sudoers(subject_.etc);
    if (!sudoers.unread.empty() && ::geteuid() == 0) faults.push_back("sudo's rules cannot be read: " + joined(sudoers.unread));
    if (faults.empty()) return say("isolation", Health::kOk, "three users, files closed to the agent, no way for it to root that this uid can see");
    if (is_needed)
      return say("isolation", Health::kBad, joined(faults), "mend each; without it there is paper and rehearsal only, and no BROKER_* secret");
    say("isolation", Health::kOk, "custody is same-uid: good for paper and rehearsal only (doctor --live lists what live would need)");
  }

  void look_at_attest() {
    if (subject_.is_attesting) return;
    const auto now = machine_moment();
    const trading::Status fresh =
        now ? check_attest(subject_.attest_folder, findings_.isolation, *now) : trading::Status(trading::make_error(now.error().code, now.error().what, now.error().fix));
    if (fresh) return say("attest", Health::kOk, "root's finding is fresh: isolated");
    if (!findings_.is_isolation_needed) return say("attest", Health::kOk, "none is needed: " + fresh.error().what);
    say("attest", settings_ ? Health::kBad : Health::kUnknown, fresh.error().what, fresh.error().fix);
  }

  // Connecting says more than a file: a socket that nobody accepts at is left over. The door closes on a
  // uid that it does not know, which is not this check's business.
  void look_at_door(const std::string& check, const fs::path& path) {
    struct stat found {};
    if (::lstat(path.c_str(), &found) != 0) {
      const bool is_missing = errno == ENOENT;
      return say(check, Health::kUnknown, path.string() + ": " + (is_missing ? "not there: no broker runs" : std::strerror(errno)),
                 is_missing ? "start execution_broker" : "run the doctor as the broker's user or as root");
    }
    if (!S_ISSOCK(found.st_mode) || found.st_uid != owner_)
      return say(check, Health::kBad, path.string() + " is not a socket of the broker's user", "remove it and start the broker again");
    if ((found.st_mode & S_IRWXO) != 0)
      return say(check, Health::kBad, path.string() + " has mode " + mode_text(found.st_mode) + ": open to everybody", "restart the broker; it makes 0660");
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string name = path.string();
    if (name.size() >= sizeof address.sun_path) return say(check, Health::kBad, "the path is longer than 107 bytes", "choose a shorter --home");
    std::memcpy(address.sun_path, name.c_str(), name.size() + 1);
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    const bool is_open = ::connect(fd, static_cast<const sockaddr*>(static_cast<const void*>(&address)), sizeof address) == 0;
    const int error = errno;
    ::close(fd);
    if (is_open) return say(check, Health::kOk, "a broker of " + user_text(found.st_uid) + " listens");
    if (error == EAGAIN) return say(check, Health::kBad, "the broker does not accept: its backlog is full", "look at the broker's log");
    if (error == ECONNREFUSED) return say(check, Health::kUnknown, "left over: nobody listens", "start execution_broker");
    say(check, Health::kUnknown, std::string("cannot connect: ") + std::strerror(error), "run as a user of the folder's group");
  }

  void look_at_halt_file() {
    const fs::path path = subject_.home / "run" / "HALT";
    struct stat found {};
    if (::lstat(path.c_str(), &found) == 0)
      return say("halt file", Health::kBad, path.string() + " is there, of " + user_text(found.st_uid) + ": every book is halted",
                 "find out why, then approval_cli resume");
    if (errno == ENOENT) return say("halt file", Health::kOk, "none");
    say("halt file", Health::kUnknown, path.string() + ": " + std::strerror(errno), "run the doctor as the broker's user or as root");
  }

  void look_at_disk() {
    const auto free = free_disk_bytes(subject_.home);
    if (!free) return say("disk", Health::kUnknown, free.error().text(), free.error().fix);
    const std::string text = std::to_string(*free >> 20U) + " MB free, the least is " + std::to_string(kMinFreeDiskBytes >> 20U) + " MB";
    say("disk", *free >= kMinFreeDiskBytes ? Health::kOk : Health::kBad, text, "make room: below it no entry is taken");
  }

  void look_at_clock() {
    timex state{};
    const int answer = ::adjtimex(&state);
    const bool is_real = settings_ && settings_->market_data == MarketData::kSmartApi;
    if (answer == -1) return say("clock", Health::kUnknown, std::strerror(errno), "look at timedatectl");
    if (answer != TIME_ERROR && (state.status & STA_UNSYNC) == 0) return say("clock", Health::kOk, "the kernel's clock is kept by a time service");
    if (!is_real && !subject_.is_for_live) return say("clock", Health::kOk, "not kept by a time service; a simulated or recorded market needs none");
    say("clock", findings_.is_isolation_needed ? Health::kBad : Health::kUnknown, "the kernel's clock is not kept by a time service",
        "start one (systemd-timesyncd, chrony): expiry and one-time passwords need it");
  }

  void look_at_kernel() {
    const KernelFeatures features = kernel_features();
    if (!features.has_seccomp_filter)
      return say("kernel", Health::kBad, "no seccomp filters", "run a kernel with CONFIG_SECCOMP_FILTER: without it the broker does not start");
    if (features.landlock_abi == 0)
      return say("kernel", Health::kUnknown, "seccomp; no landlock: the broker's files are fenced by modes alone", "add landlock to the kernel's lsm= list");
    say("kernel", Health::kOk,
        "seccomp, landlock ABI " + std::to_string(features.landlock_abi) + (features.landlock_abi < 4 ? " (files, no TCP ports)" : " (files and TCP ports)"));
  }

  void look_at_unit() {
    for (const fs::path& folder : subject_.unit_folders) {
      std::error_code code;
      if (fs::exists(folder / "trading-mcp-broker.service", code)) return say("systemd unit", Health::kOk, (folder / "trading-mcp-broker.service").string());
    }
    const Health health = findings_.is_isolation_needed ? Health::kBad : Health::kUnknown;
    say("systemd unit", health, "none: nothing restarts the broker, watches it or alarms when it dies", "scripts/install, as root");
  }

  const DoctorSubject& subject_;
  std::uint32_t owner_ = 0;  // of the home: the broker's user
  std::optional<Settings> settings_;
  DoctorFindings findings_;
};

}  // namespace

std::vector<std::string> reachable_root_sockets(const std::vector<fs::path>& sockets, std::uint32_t uid) {
  std::vector<std::string> reachable;
  const passwd* user = ::getpwuid(uid);
  for (const fs::path& path : sockets) {
    struct stat found {};
    if (::stat(path.c_str(), &found) != 0) continue;
    bool is_member = user == nullptr;  // nobody knows its groups
    if (user != nullptr) {
      std::vector<gid_t> ids(256);
      int count = static_cast<int>(ids.size());
      if (::getgrouplist(user->pw_name, user->pw_gid, ids.data(), &count) < 0) is_member = true;
      else is_member = std::find(ids.begin(), ids.begin() + count, found.st_gid) != ids.begin() + count;
    }
    const bool may_write = uid == 0 || ((found.st_mode & S_IWOTH) != 0) || (is_member && (found.st_mode & S_IWGRP) != 0) ||
                           (found.st_uid == uid && (found.st_mode & S_IWUSR) != 0);
    if (may_write) reachable.push_back(path.string());
  }
  return reachable;
}

DoctorFindings examine(const DoctorSubject& subject) { return Doctor(subject).run(); }

}  // namespace broker
