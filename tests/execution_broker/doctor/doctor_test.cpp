#include "execution_broker/doctor/checks.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "tests/support/temporary_folder.h"

namespace broker {
namespace {

namespace fs = std::filesystem;

class DoctorTest : public testing::Test {
 protected:
  DoctorTest() {
    subject_.home = folder_.path() / "home";
    subject_.attest_folder = folder_.path() / "attest";
    subject_.credentials_folder = folder_.path() / "credentials";
    subject_.unit_folders = {folder_.path() / "units"};
    subject_.etc = folder_.path() / "etc";
    subject_.root_sockets = {};
    make("", 0711);
    make("storage", 0700);
    make("keys", 0755);
    make("run", 0711);
    make("run/agent", 02750);
    make("run/operator", 02750);
    make("reports", 0700);
    env("TRADING_MODE=paper\n");
  }
  void make(const char* name, mode_t mode) {
    fs::create_directories(subject_.home / name);
    ::chmod((subject_.home / name).c_str(), mode);
  }
  void env(const std::string& text, mode_t mode = 0600) {
    std::ofstream(subject_.home / ".env") << text;
    ::chmod((subject_.home / ".env").c_str(), mode);
  }
  HealthLine line(const std::string& check) {
    const DoctorFindings findings = examine(subject_);
    for (const HealthLine& one : findings.lines)
      if (one.check == check) return one;
    return {check, Health::kUnknown, "NO SUCH LINE", ""};
  }
  TemporaryFolder folder_;
  DoctorSubject subject_;
};

TEST_F(DoctorTest, APaperHomeOfOneUserIsWell) {
  const DoctorFindings findings = examine(subject_);
  EXPECT_TRUE(is_healthy(findings.lines, false)) << health_table(findings.lines);
  EXPECT_FALSE(is_healthy(findings.lines, true)) << "no broker runs, no unit is installed";
  EXPECT_FALSE(findings.is_isolation_needed);
  EXPECT_NE(line("isolation").found.find("same-uid"), std::string::npos);
  for (const HealthLine& one : findings.lines) EXPECT_EQ(one.health == Health::kOk, one.fix.empty()) << one.check;
}

TEST_F(DoctorTest, TheSameHomeIsNotGoodForLive) {
  subject_.is_for_live = true;
  EXPECT_EQ(line("isolation").health, Health::kBad);
  EXPECT_NE(line("isolation").found.find("the agent's user is the broker's own"), std::string::npos);
  EXPECT_EQ(line("attest").health, Health::kBad);
  EXPECT_EQ(line("systemd unit").health, Health::kBad);
}

TEST_F(DoctorTest, SecretsOffLoopbackAreJudgedAsLive) {
  env("BROKER_API_KEY=planted\n");  // every SMARTAPI_*_URL is the real one by default
  EXPECT_EQ(line("isolation").health, Health::kBad);
  EXPECT_EQ(line("attest").health, Health::kBad);
  env("BROKER_API_KEY=planted\nSMARTAPI_REST_URL=http://127.0.0.1:1\nSMARTAPI_STREAM_URL=ws://127.0.0.1:1\n"
      "SMARTAPI_ORDER_STREAM_URL=ws://127.0.0.1:1\nSMARTAPI_INSTRUMENTS_URL=http://127.0.0.1:1\n");
  EXPECT_EQ(line("isolation").health, Health::kOk);
}

TEST_F(DoctorTest, ModesThatAreTooWideAreNamedWithTheirMend) {
  ::chmod((subject_.home / "storage").c_str(), 0755);
  const HealthLine folders = line("folders");
  EXPECT_EQ(folders.health, Health::kBad);
  EXPECT_NE(folders.found.find("storage has mode 0755"), std::string::npos) << folders.found;
  EXPECT_NE(folders.fix.find("chmod 0700"), std::string::npos) << folders.fix;
  ::chmod((subject_.home / "storage").c_str(), 0700);
  fs::remove(subject_.home / "reports");
  EXPECT_EQ(line("folders").health, Health::kUnknown);
  ::chmod(subject_.home.c_str(), 0777);
  EXPECT_EQ(line("home").health, Health::kBad);
}

TEST_F(DoctorTest, BadSettingsAndOpenSecretsAreBadAndNoSecretIsRepeated) {
  env("MAX_OPEN_POSITIONS=many\n");
  EXPECT_EQ(line("settings").health, Health::kBad);
  EXPECT_NE(line("settings").found.find("MAX_OPEN_POSITIONS"), std::string::npos);
  env("NEWS_API_KEY=planted-7391\n", 0644);
  EXPECT_EQ(line("settings").health, Health::kBad) << "the broker would not start either";
  env("NEWS_API_KEY=planted-7391\n");
  EXPECT_NE(line("secrets").found.find("NEWS_API_KEY (.env)"), std::string::npos);
  EXPECT_EQ(health_table(examine(subject_).lines).find("planted-7391"), std::string::npos);
  EXPECT_EQ(health_json(examine(subject_).lines).write().find("planted-7391"), std::string::npos);
  fs::create_directories(subject_.credentials_folder);
  std::ofstream(subject_.credentials_folder / "BROKER_PASSWORD") << "1234\n";
  ::chmod((subject_.credentials_folder / "BROKER_PASSWORD").c_str(), 0440);
  EXPECT_EQ(line("secrets").health, Health::kBad);
}

TEST_F(DoctorTest, AHaltFileIsTold) {
  EXPECT_EQ(line("halt file").health, Health::kOk);
  std::ofstream(subject_.home / "run" / "HALT") << "why\n";
  EXPECT_EQ(line("halt file").health, Health::kBad);
}

TEST_F(DoctorTest, ADoorIsGoodWhenSomebodyAccepts) {
  EXPECT_EQ(line("agent door").health, Health::kUnknown);
  const fs::path path = subject_.home / "run" / "agent" / "broker.sock";
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
  const int fd = ::socket(AF_UNIX, SOCK_STREAM, 0);
  ASSERT_EQ(::bind(fd, static_cast<const sockaddr*>(static_cast<const void*>(&address)), sizeof address), 0);
  ::chmod(path.c_str(), 0660);
  EXPECT_NE(line("agent door").found.find("left over"), std::string::npos);
  ASSERT_EQ(::listen(fd, 4), 0);
  EXPECT_EQ(line("agent door").health, Health::kOk);
  ::chmod(path.c_str(), 0666);
  EXPECT_EQ(line("agent door").health, Health::kBad);
  ::close(fd);
}

TEST_F(DoctorTest, ASocketThatMeansRootIsSeenByOwnerGroupAndMode) {
  const fs::path socket = folder_.path() / "docker.sock";
  std::ofstream(socket) << "";
  ::chmod(socket.c_str(), 0660);
  EXPECT_TRUE(reachable_root_sockets({socket}, 65'534).empty());
  ::chmod(socket.c_str(), 0666);
  EXPECT_EQ(reachable_root_sockets({socket}, 65'534).size(), 1U);
  ::chmod(socket.c_str(), 0660);
  if (::geteuid() != 0) GTEST_SKIP() << "needs root to give the socket to a group";
  ASSERT_EQ(::chown(socket.c_str(), 0, 65'534), 0);  // nogroup, which nobody is in
  EXPECT_EQ(reachable_root_sockets({socket}, 65'534).size(), 1U);
  subject_.root_sockets = {socket};
  subject_.is_for_live = true;
  env("AGENT_USERS=65534\nOPERATOR_USERS=65533\n");
  EXPECT_NE(line("isolation").found.find("docker.sock, which means root"), std::string::npos) << line("isolation").found;
}

TEST_F(DoctorTest, TheTableFitsATerminalAndRepaintsNothing) {
  const std::string table = health_table({{"home", Health::kBad, std::string("/x\x1b[2J ") + std::string(40, 'a') + " " + std::string(60, 'b') + " " + std::string(30, 'c') + "\nsecond", "do this"},
                                          {"disk", Health::kOk, "fine", ""}});
  EXPECT_EQ(table.find('\x1b'), std::string::npos);
  std::size_t at = 0, lines = 0;
  while (at < table.size()) {
    const auto end = table.find('\n', at);
    EXPECT_LE(end - at, 100U) << table.substr(at, end - at);
    at = end + 1;
    ++lines;
  }
  EXPECT_EQ(lines, 6U) << table;
  EXPECT_NE(table.find("-> do this"), std::string::npos);
}

}  // namespace
}  // namespace broker
