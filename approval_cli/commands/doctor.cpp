// doctor: the human's side of the house, before he signs. Looks and changes nothing; what it sees is what this user sees.

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <optional>
#include <utility>

#include "approval_cli/broker_link.h"
#include "approval_cli/commands/commands.h"
#include "approval_cli/halt_file.h"
#include "approval_cli/home_paths.h"
#include "approval_cli/rendering/doctor_view.h"
#include "approval_cli/rendering/words.h"
#include "approval_cli/signer.h"
#include "approval_cli/small_file.h"
#include "broker/v1/approval.pb.h"
#include "broker/v1/audit.pb.h"
#include "broker/v1/operator.pb.h"
#include "execution_broker/approval/format/sealed_key.h"
#include "execution_broker/approval/format/statement.h"
#include "execution_broker/audit/format/digest.h"

namespace approval_cli::commands {
namespace {

namespace fs = std::filesystem;
namespace v1 = broker::v1;

constexpr std::size_t kMostKeyFile = 8'192;
constexpr std::int64_t kClockApartUs = 5'000'000;  // a one-time password lives for 30 seconds, a card for 60

std::string mode_text(mode_t mode) {
  std::array<char, 8> text{};
  std::snprintf(text.data(), text.size(), "%04o", static_cast<unsigned>(mode & 07777U));
  return text.data();
}

std::int64_t wall_us() {
  return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::system_clock::now().time_since_epoch()).count();
}

class Doctor {
 public:
  explicit Doctor(const Call& call) : call_(call), paths_{call.home} {}

  std::vector<HealthLine> run() {
    look_at_program();
    if (look_at_home()) {
      look_at_door("socket", paths_.operator_socket());
      look_at_folder("your door", paths_.operator_socket().parent_path(), false);
      look_at_folder("agent door", call_.home + "/run/agent", true);
      look_at_halt_file();
    }
    look_at_broker();
    look_at_key();
    look_at_witness();
    return std::move(lines_);
  }

 private:
  void say(std::string check, Health health, std::string found, std::string fix = "") {
    lines_.push_back({std::move(check), health, std::move(found), health == Health::kOk ? "" : std::move(fix)});
  }

  // What others may write they may replace: by a program that shows one order and signs another.
  void look_at_program() {
    std::error_code error;
    const fs::path program = fs::read_symlink("/proc/self/exe", error);
    if (error) return say("program", Health::kUnknown, "/proc/self/exe: " + error.message(), "mount /proc");
    for (const char* name : {"LD_PRELOAD", "LD_LIBRARY_PATH", "LD_AUDIT"})
      if (const char* value = std::getenv(name); value != nullptr && *value != '\0')
        return say("program", Health::kBad, std::string(name) + " is set: foreign code may be in this process", std::string("unset ") + name + ", and find out who set it");
    for (fs::path path = program; !path.empty(); path = path.parent_path()) {
      struct stat found {};
      if (::stat(path.c_str(), &found) != 0) return say("program", Health::kUnknown, path.string() + ": " + std::strerror(errno), "look at it as root");
      const bool is_own = found.st_uid == 0 || found.st_uid == ::geteuid();
      const bool is_sticky = S_ISDIR(found.st_mode) && (found.st_mode & S_ISVTX) != 0;
      if (!is_own) return say("program", Health::kBad, path.string() + " belongs to uid " + std::to_string(found.st_uid), "install the programs as root: scripts/install");
      if ((found.st_mode & (S_IWGRP | S_IWOTH)) != 0 && !is_sticky)
        return say("program", Health::kBad, path.string() + " may be written by others, mode " + mode_text(found.st_mode), "chmod go-w " + path.string());
      if (path == path.parent_path()) break;
    }
    say("program", Health::kOk, program.string() + ", version " + call_.version + "; only root and you can replace it");
  }

  bool look_at_home() {
    struct stat found {};
    if (::lstat(call_.home.c_str(), &found) != 0) {
      say("home", errno == ENOENT ? Health::kBad : Health::kUnknown, call_.home + ": " + std::strerror(errno), "name the broker's home with --home, or start the broker there");
      return false;
    }
    owner_ = found.st_uid;
    const bool is_folder = S_ISDIR(found.st_mode), is_open = (found.st_mode & (S_IWGRP | S_IWOTH)) != 0;
    say("home", is_folder && !is_open ? Health::kOk : Health::kBad,
        call_.home + (is_folder ? " of uid " + std::to_string(owner_) + ", mode " + mode_text(found.st_mode) : " is no folder"), "chmod go-w " + call_.home);
    return is_folder;
  }

  void look_at_door(const std::string& check, const fs::path& path) {
    struct stat found {};
    if (::lstat(path.c_str(), &found) != 0) {
      const bool is_missing = errno == ENOENT;
      return say(check, is_missing ? Health::kBad : Health::kUnknown, path.string() + (is_missing ? " is not there: no broker runs" : std::string(": ") + std::strerror(errno)),
                 is_missing ? "start execution_broker --home " + call_.home : "run as a user of the group of " + path.parent_path().string());
    }
    if (!S_ISSOCK(found.st_mode)) return say(check, Health::kBad, path.string() + " is no socket", "remove it and start the broker again");
    if (found.st_uid != owner_)
      return say(check, Health::kBad, path.string() + " belongs to uid " + std::to_string(found.st_uid) + ", the home to uid " + std::to_string(owner_),
                 "type nothing into it: find out who put it there, then start the broker again");
    if ((found.st_mode & S_IRWXO) != 0) return say(check, Health::kBad, path.string() + " is open to everybody, mode " + mode_text(found.st_mode), "restart the broker; it makes 0660");
    say(check, Health::kOk, path.string() + " of uid " + std::to_string(owner_));
  }

  // Of the other door only the folder can be looked at; its socket is none of this user's business.
  void look_at_folder(const std::string& check, const fs::path& path, bool is_agents) {
    struct stat found {};
    if (::lstat(path.c_str(), &found) != 0)
      return say(check, Health::kUnknown, path.string() + ": " + std::strerror(errno), "the broker's first start makes it");
    const mode_t excess = found.st_mode & (S_IWGRP | S_IRWXO);
    if (!S_ISDIR(found.st_mode) || found.st_uid != owner_ || excess != 0)
      return say(check, Health::kBad, path.string() + " of uid " + std::to_string(found.st_uid) + ", mode " + mode_text(found.st_mode),
                 "chown " + std::to_string(owner_) + " " + path.string() + "; chmod 2750 " + path.string());
    // One group at both doors would be one door. Where the broker's own group has both, nobody but the broker is in it.
    if (is_agents && door_group_ && *door_group_ == found.st_gid && owner_ != ::geteuid() && is_own_group(found.st_gid))
      return say(check, Health::kBad, path.string() + " has the group of your own door: agent and human come through the same one", "scripts/install makes two groups");
    if (!is_agents) door_group_ = found.st_gid;
    say(check, Health::kOk, path.string() + ", mode " + mode_text(found.st_mode) + ", group " + std::to_string(found.st_gid));
  }

  static bool is_own_group(gid_t group) {
    if (group == ::getegid()) return true;
    std::array<gid_t, 256> groups{};
    const int count = ::getgroups(static_cast<int>(groups.size()), groups.data());
    for (int i = 0; i < count; ++i)
      if (groups[static_cast<std::size_t>(i)] == group) return true;
    return false;
  }

  void look_at_halt_file() {
    const auto halt = read_halt_file(call_.home);
    if (!halt) return say("halt file", Health::kOk, "none");
    say("halt file", Health::kBad, "run/HALT stands" + (halt->empty() ? std::string() : ": " + *halt), "find out why, then approval_cli resume");
  }

  void look_at_broker() {
    const std::int64_t before = wall_us();
    auto link = BrokerLink::connect(call_.home, call_.version);
    const std::int64_t after = wall_us();
    if (!link) {
      say("broker", Health::kBad, link.error().code + ": " + link.error().what, link.error().fix);
      for (const char* check : {"version", "clock", "terminal", "users"}) say(check, Health::kUnknown, "no broker told", "start the broker, then look again");
      return;
    }
    const BrokerLink::Session& session = link->session();
    say("broker", Health::kOk, "answers as uid " + std::to_string(session.broker_uid) + ", as the kernel says; " + session.mode + ", custody " + session.custody);
    say("version", session.broker_version == call_.version ? Health::kOk : Health::kBad,
        "broker " + session.broker_version + ", this program " + call_.version + ", one wire", "install both of one release and restart the broker");
    look_at_clock(session.wall_us, before, after);
    if (const auto terminal = must_be_out_of_reach(*link); terminal) say("terminal", Health::kOk, session.custody == "isolated" ? "no process it descends from is the agent's" : "not looked at: custody is same-uid");
    else say("terminal", Health::kBad, terminal.error().code + ": " + terminal.error().what, terminal.error().fix);
    if (session.custody == "isolated")
      say("users", session.own_uid != session.broker_uid && session.own_uid != 0 ? Health::kOk : Health::kBad, "you are uid " + std::to_string(session.own_uid),
          "come as the approver: neither as root nor as the broker's user");
    else
      say("users", Health::kOk, "you are uid " + std::to_string(session.own_uid) + "; custody same-uid is good for paper and rehearsal, and no boundary");
    link_ = std::move(*link);
  }

  void look_at_clock(std::int64_t broker_us, std::int64_t before, std::int64_t after) {
    if (broker_us == 0) return say("clock", Health::kUnknown, "the broker did not say its time", "install both of one release and restart the broker");
    const std::int64_t apart = broker_us < before ? before - broker_us : broker_us > after ? broker_us - after : 0;
    say("clock", apart <= kClockApartUs ? Health::kOk : Health::kBad, apart == 0 ? "the broker's wall clock is this one" : "the broker's wall clock is " + span(apart) + " off",
        "one-time passwords and cards run out by it: keep both by a time service");
  }

  void look_at_key() {
    const auto signer = Signer::of(call_, "");
    if (!signer) return say("key", Health::kUnknown, signer.error().text(), signer.error().fix);
    std::optional<v1::ShowApproverReply> approver;
    if (link_)
      if (auto reply = link_->approver()) approver = std::move(*reply);
    const fs::path file = signer->key_file();
    struct stat found {};
    if (::lstat(file.c_str(), &found) != 0) {
      if (approver && !approver->is_enrolled() && !approver->needs_signature() && errno == ENOENT)
        return say("key", Health::kOk, "none, and none is enrolled: nothing here asks for a signature");
      return say("key", errno == ENOENT ? Health::kBad : Health::kUnknown, file.string() + ": " + std::strerror(errno),
                 approver && approver->is_enrolled() ? "put the copy of key " + approver->key_id() + " there, or as root reset the enrolment (docs/operators_guide.md)"
                                                     : "approval_cli enroll");
    }
    struct stat folder {};
    const bool has_folder = ::stat(file.parent_path().c_str(), &folder) == 0;
    if (!S_ISREG(found.st_mode) || found.st_uid != ::geteuid() || (found.st_mode & 077U) != 0)
      return say("key", Health::kBad, file.string() + " of uid " + std::to_string(found.st_uid) + ", mode " + mode_text(found.st_mode), "chmod 600 " + file.string() + ", as its owner");
    if (!has_folder || folder.st_uid != ::geteuid() || (folder.st_mode & (S_IWGRP | S_IWOTH)) != 0)
      return say("key", Health::kBad, file.parent_path().string() + " may be written by others", "chmod 700 " + file.parent_path().string());
    const auto text = read_small_file(file, kMostKeyFile);
    const auto key = text ? approval_format::parse_sealed_key(*text) : trading::Result<approval_format::SealedKey>(text.error());
    if (!key) return say("key", Health::kBad, file.string() + ": " + key.error().text(), "put your copy of the key there");
    const std::string id = approval_format::key_id_of(key->public_key);
    if (!approver) return say("key", Health::kUnknown, "key " + id + ", mode " + mode_text(found.st_mode) + "; no broker told which one is enrolled", "start the broker, then look again");
    if (!approver->is_enrolled()) return say("key", Health::kBad, "key " + id + " is here, and none is enrolled", "move it away and run approval_cli enroll");
    say("key", approver->key_id() == id ? Health::kOk : Health::kBad,
        "key " + id + (approver->key_id() == id ? " is enrolled" : " is here, " + approver->key_id() + " is enrolled") + ", mode " + mode_text(found.st_mode) +
            (approver->has_totp() ? ", with one-time passwords" : ", without one-time passwords"),
        "find the key that is enrolled; did somebody enrol another?");
  }

  // Not the whole proof (audit verify): the log goes on from what this side saw.
  void look_at_witness() {
    const auto store = WitnessStore::of(call_.console.environment);
    if (!store) return say("witness", Health::kUnknown, store.error().text(), store.error().fix);
    struct stat folder {};
    if (::stat(store->folder().c_str(), &folder) == 0 && (folder.st_uid != ::geteuid() || (folder.st_mode & (S_IWGRP | S_IWOTH)) != 0))
      return say("witness", Health::kBad, store->folder().string() + " may be written by others than you", "chown and chmod 700 it, then approval_cli audit verify");
    if (!link_) return say("witness", Health::kUnknown, "no broker told its head", "start the broker, then look again");
    const auto known = store->of_ledger(link_->session().ledger_id);
    if (!known) return say("witness", Health::kBad, known.error().text(), known.error().fix);
    if (known->empty()) return say("witness", Health::kOk, "nothing of this ledger was seen yet; approval_cli audit verify begins it");
    const char* const fix = "sign nothing: run approval_cli audit verify, and find out who changed the log";
    for (const audit_format::Witness& seen : *known) {
      v1::FetchAuditTrailRequest request;
      request.set_before_seq(seen.size + 1);
      request.set_limit(1);
      const auto reply = link_->audit_trail(request);
      if (!reply) return say("witness", Health::kUnknown, reply.error().text(), reply.error().fix);
      if (reply->head_seq() < seen.size)
        return say("witness", Health::kBad, "the log ends at record " + grouped(reply->head_seq()) + ", record " + grouped(seen.size) + " was seen", fix);
      if (reply->records().empty() || reply->records(0).seq() != seen.size || reply->records(0).hash() != audit_format::to_hex(seen.head))
        return say("witness", Health::kBad, "record " + grouped(seen.size) + " is not the one that was seen", fix);
    }
    say("witness", Health::kOk, "the log goes on from record " + grouped(known->front().size) + ", which was seen");
  }

  const Call& call_;
  const HomePaths paths_;
  std::uint32_t owner_ = 0;  // of the home: the broker's user
  std::optional<gid_t> door_group_;
  std::optional<BrokerLink> link_;
  std::vector<HealthLine> lines_;
};

}  // namespace

int doctor(const Call& call) {
  const std::vector<HealthLine> lines = Doctor(call).run();
  if (call.is_json) {
    call.console.out << health_json(lines).write() << "\n";
  } else {
    Page page(call.has_colour());
    print_health(lines, page);
    call.console.out << page.text();
  }
  return is_well(lines) ? kDone : kRefused;
}

}  // namespace approval_cli::commands
