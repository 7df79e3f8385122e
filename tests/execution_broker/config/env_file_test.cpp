#include "execution_broker/config/env_file.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

namespace broker {
namespace {

class EnvFile : public ::testing::Test {
 protected:
  EnvFile() {
    std::string pattern = ::testing::TempDir() + "env_file_XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
  }
  ~EnvFile() override { std::filesystem::remove_all(folder_); }

  std::string write(const std::string& name, const std::string& text, mode_t mode) {
    const std::string path = folder_ + "/" + name;
    std::filesystem::remove(path);  // a file of mode 0444 takes no second text, except from root
    EXPECT_TRUE(std::ofstream(path, std::ios::binary) << text) << path;
    ::chmod(path.c_str(), mode);
    return path;
  }
  std::string code_of(const std::string& path, const std::vector<std::string>& folders = {}) {
    const auto settings = load_settings(path, folders);
    return settings ? "" : settings.error().front().code;
  }

  std::string folder_;
};

TEST_F(EnvFile, AHomeWithoutAFileRunsOnDefaults) {
  const auto settings = load_settings(folder_ + "/.env", {folder_ + "/none"});
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->trading_mode, trading::TradingMode::kPaper);
}

TEST_F(EnvFile, ReadsTheFile) {
  EXPECT_EQ(load_settings(write(".env", "SIM_SEED=7\n", 0644), {})->sim_seed, 7);
}

TEST_F(EnvFile, RefusesWhatOthersCouldHaveWrittenOrRead) {
  EXPECT_EQ(code_of(write("a", "SIM_SEED=7\n", 0664)), "ENV_FILE_UNSAFE");
  EXPECT_EQ(code_of(write("b", "BROKER_API_KEY=k\n", 0644)), "ENV_FILE_UNSAFE");
  EXPECT_EQ(code_of(write("c", "BROKER_API_KEY=k\n", 0600)), "");
  EXPECT_EQ(code_of(folder_), "ENV_FILE_UNSAFE");
  std::filesystem::create_symlink(write("d", "SIM_SEED=7\n", 0600), folder_ + "/link");
  EXPECT_EQ(code_of(folder_ + "/link"), "ENV_FILE_UNSAFE");
  ::mkfifo((folder_ + "/fifo").c_str(), 0600);
  EXPECT_EQ(code_of(folder_ + "/fifo"), "ENV_FILE_UNSAFE");
  EXPECT_EQ(code_of(write("e", std::string(kLargestEnvBytes + 1, '#'), 0600)), "ENV_TOO_LARGE");
}

TEST_F(EnvFile, TakesSecretsFromFilesOfTheirOwn) {
  const std::string env = write(".env", "", 0600);
  write("BROKER_PASSWORD", "1234\n", 0400);
  const auto settings = load_settings(env, {folder_});
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->broker_password.reveal(), "1234");
  EXPECT_NE(print_settings_json(*settings).find(R"("value":"set","source":"credential")"),
            std::string::npos);
  write("NEWS_API_KEY", "k", 0444);
  EXPECT_EQ(code_of(env, {folder_}), "ENV_FILE_UNSAFE");
  write("NEWS_API_KEY", "two\nlines", 0400);
  EXPECT_EQ(code_of(env, {folder_}), "ENV_VALUE_INVALID");
}

// LoadCredential=secrets:FOLDER puts its id before the name of each file.
TEST_F(EnvFile, TakesCredentialsAsSystemdNamesThem) {
  const std::string env = write(".env", "", 0600);
  write("secrets_BROKER_PASSWORD", "1234\n", 0400);
  const auto settings = load_settings(env, {folder_});
  ASSERT_TRUE(settings);
  EXPECT_EQ(settings->broker_password.reveal(), "1234");
  write("BROKER_PASSWORD", "1234\n", 0400);
  EXPECT_EQ(code_of(env, {folder_}), "ENV_KEY_DUPLICATE");
}

TEST_F(EnvFile, RefusesASecretThatStandsTwice) {
  const std::string env = write(".env", "BROKER_PASSWORD=1\n", 0600);
  write("BROKER_PASSWORD", "2", 0400);
  EXPECT_EQ(code_of(env, {folder_}), "ENV_KEY_DUPLICATE");
}

}  // namespace
}  // namespace broker
