// Live is refused in this version, whatever is set, and the refusal is a list of what to do.

#include "execution_broker/modes.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>

#include "execution_broker/approval/approver.h"

namespace broker {
namespace {

std::string everything(const std::string& more = "") {
  std::string env =
      "TRADING_MODE=live\nALLOW_LIVE_TRADING=true\nMARKET_DATA=smartapi\nBROKER_API_KEY=k\nBROKER_CLIENT_CODE=c\nBROKER_PASSWORD=1234\n"
      "BROKER_TOTP_SECRET=JBSWY3DPEHPK3PXP\n";
  env.append(more);
  return env;
}

class Modes : public testing::Test {
 protected:
  Modes() {
    std::string pattern = (std::filesystem::temp_directory_path() / "modes_XXXXXX").string();
    folders_.home = ::mkdtemp(pattern.data());
    std::filesystem::create_directories(folders_.keys());
    std::filesystem::create_directories(folders_.storage());
  }
  ~Modes() override { std::filesystem::remove_all(folders_.home); }

  static Settings settings(const std::string& env) {
    auto parsed = parse_env(env);
    if (!parsed) {
      ADD_FAILURE() << problems_text(parsed.error());
      std::abort();
    }
    return std::move(*parsed);
  }
  void enrol(bool with_totp) {
    auto approver = Approver::load(folders_.keys(), folders_.storage());
    std::array<std::uint8_t, audit_format::kSeedBytes> seed{};
    seed.fill(7);
    ASSERT_TRUE(approver.stage(audit_format::SigningKey(seed).public_key(), with_totp, 2'000, 1, "ledger"));
    ASSERT_TRUE(approver.put_in_force());
  }
  [[nodiscard]] trading::Error refusal(const std::string& env, const trading::Status& isolation = {}) const {
    const auto checked = check_mode(settings(env), folders_, isolation);
    return checked ? trading::make_error("ACCEPTED", "", "") : checked.error();
  }
  static bool says(const trading::Error& error, const std::string& what) { return error.text().find(what) != std::string::npos; }

  HomeFolders folders_;
};

TEST_F(Modes, LiveIsRefusedAndSaysEverythingThatIsMissing) {
  const trading::Error error = refusal("TRADING_MODE=live\n", trading::make_error("NOT_ISOLATED", "one uid for all", "run scripts/install"));
  EXPECT_EQ(error.code, "LIVE_DESK_MISSING");
  EXPECT_EQ(error.field, "TRADING_MODE");
  for (const char* need : {"ALLOW_LIVE_TRADING=true", "MARKET_DATA=smartapi", "BROKER_API_KEY, BROKER_CLIENT_CODE, BROKER_PASSWORD, BROKER_TOTP_SECRET",
                           "approval_cli enroll", "scripts/install", "the live desk: not part of this version"})
    EXPECT_TRUE(says(error, need)) << need << "\n" << error.text();
  EXPECT_NE(error.fix.find("TRADING_MODE=paper or rehearsal"), std::string::npos) << error.fix;
}

TEST_F(Modes, LiveIsRefusedForItsDeskAloneWhereAllElseIsThere) {
  enrol(true);
  const trading::Error error = refusal(everything());
  EXPECT_EQ(error.code, "LIVE_DESK_MISSING");
  EXPECT_EQ(error.what, "TRADING_MODE=live is refused: the live desk: not part of this version (LIVE_DESK_MISSING)");
}

TEST_F(Modes, LiveNeedsOneTimePasswordsUnlessThePersonSaysOtherwise) {
  enrol(false);
  EXPECT_TRUE(says(refusal(everything()), "approval_cli enroll --replace --totp")) << refusal(everything()).text();
  EXPECT_FALSE(says(refusal(everything("REQUIRE_SECOND_FACTOR=false\n")), "SECOND_FACTOR_MISSING"));
}

TEST_F(Modes, PaperNeedsNothing) { EXPECT_EQ(refusal("").code, "ACCEPTED"); }

}  // namespace
}  // namespace broker
