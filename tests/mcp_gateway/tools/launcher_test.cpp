#include "mcp_gateway/launcher/launcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "mcp_gateway/launcher/embedded_home.h"
#include "mcp_gateway/launcher/start_broker.h"

namespace launcher {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class EmbeddedHome : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "embed.XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
    home_ = folder_ / "home";
  }
  void TearDown() override { fs::remove_all(folder_); }

  std::string code() {
    const auto status = claim_embedded_home(home_);
    return status ? "ok" : status.error().code;
  }

  fs::path folder_;
  fs::path home_;
};

TEST_F(EmbeddedHome, AnAbsentOneIsMadeAndMarked) {
  EXPECT_EQ(code(), "ok");
  EXPECT_TRUE(fs::exists(home_ / kMark));
  struct stat status {};
  ASSERT_EQ(::stat(home_.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 077U, 0U);
  EXPECT_EQ(code(), "ok");  // and again
}

TEST_F(EmbeddedHome, AnEmptyOneIsMarked) {
  fs::create_directory(home_);
  EXPECT_EQ(code(), "ok");
  EXPECT_TRUE(fs::exists(home_ / kMark));
}

TEST_F(EmbeddedHome, OneThatAPersonSetUpIsRefused) {
  fs::create_directories(home_ / "storage");
  EXPECT_EQ(code(), "EMBEDDED_HOME_REFUSED");
  EXPECT_FALSE(fs::exists(home_ / kMark));
  EXPECT_THAT(claim_embedded_home(home_).error().fix, HasSubstr("execution_broker"));
}

TEST_F(EmbeddedHome, AFileIsNoHome) {
  std::ofstream(home_) << "x";
  EXPECT_EQ(code(), "EMBEDDED_HOME_REFUSED");
}

TEST_F(EmbeddedHome, SecretsAreRefusedWhereverTheyStand) {
  ASSERT_EQ(code(), "ok");
  std::ofstream(home_ / ".env") << "TRADING_MODE=paper\n#BROKER_API_KEY=x\nBROKER_PASSWORD=\n";
  EXPECT_EQ(code(), "ok");
  std::ofstream(home_ / ".env", std::ios::app) << "BROKER_API_KEY=abc\n";
  EXPECT_EQ(code(), "EMBEDDED_SECRETS_REFUSED");
  EXPECT_THAT(claim_embedded_home(home_).error().text(), testing::Not(HasSubstr("abc")));
  fs::remove(home_ / ".env");
  std::ofstream(home_ / "BROKER_TOTP_SECRET") << "abc";
  EXPECT_EQ(code(), "EMBEDDED_SECRETS_REFUSED");
}

TEST_F(EmbeddedHome, ABrokerThatEndsAtOnceIsReportedWithItsLastWords) {
  ASSERT_EQ(code(), "ok");
  const fs::path program = folder_ / "execution_broker";
  std::ofstream(program) << "#!/bin/sh\necho first >&2\necho \"line 3 is bad\" >&2\nexit 1\n";
  ::chmod(program.c_str(), 0700);
  const auto status = start_broker(program, home_);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, "EMBEDDED_BROKER_FAILED");
  EXPECT_THAT(status.error().what, HasSubstr("line 3 is bad"));
  EXPECT_EQ(start_broker(folder_ / "absent", home_).error().code, "EMBEDDED_BROKER_FAILED");
}

TEST_F(EmbeddedHome, TheLauncherAnswersForAHomeThatIsNotItsOwn) {
  fs::create_directories(home_ / "storage");
  auto launcher = Launcher::start(home_);
  ASSERT_TRUE(launcher) << launcher.error().text();
  for (int i = 0; i < 2; ++i) {
    const auto status = launcher->launch();
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().code, "EMBEDDED_HOME_REFUSED");
    EXPECT_FALSE(status.error().fix.empty());
    EXPECT_EQ(status.error().retry, trading::Retry::kNo) << "the same home is refused again";
  }
}

}  // namespace
}  // namespace launcher
