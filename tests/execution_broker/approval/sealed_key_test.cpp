// The approver's key at rest: it opens by its passphrase alone, and a file that was touched opens by nothing.

#include "execution_broker/approval/format/sealed_key.h"

#include <gtest/gtest.h>

#include "execution_broker/approval/format/guarded.h"
#include "execution_broker/approval/format/statement.h"
#include "trading/base/canonical_json.h"

namespace approval_format {
namespace {

using trading::CanonicalJson;

constexpr char kPassphrase[] = "correct horse battery";

template <typename T>
std::string code_of(const trading::Result<T>& result) { return result ? "fine" : result.error().code; }

class SealedKeyFile : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto made = make_sealed_key(kPassphrase);
    ASSERT_TRUE(made);
    made_ = new NewKey(std::move(*made));
  }
  static void TearDownTestSuite() { delete made_; }

  static std::string changed(const std::string& field, CanonicalJson value) {
    auto file = CanonicalJson::parse(made_->sealed.substr(0, made_->sealed.size() - 1));
    file->set(field, std::move(value));
    return file->write() + "\n";
  }
  static NewKey* made_;
};
NewKey* SealedKeyFile::made_ = nullptr;

TEST_F(SealedKeyFile, OpensByItsPassphraseAlone) {
  const auto opened = open_sealed_key(made_->sealed, kPassphrase);
  ASSERT_TRUE(opened);
  EXPECT_EQ((*opened)->public_key(), made_->public_key);
  EXPECT_EQ(code_of(open_sealed_key(made_->sealed, "correct horse batterz")), "PASSPHRASE_WRONG");
  EXPECT_EQ(code_of(open_sealed_key(made_->sealed, "")), "PASSPHRASE_WRONG");
  EXPECT_EQ(code_of(make_sealed_key("too short")), "PASSPHRASE_TOO_SHORT");
}

TEST_F(SealedKeyFile, IsWrittenAsItIsRead) {
  const auto parsed = parse_sealed_key(made_->sealed);
  ASSERT_TRUE(parsed);
  EXPECT_EQ(line_of(*parsed), made_->sealed);
  EXPECT_EQ(code_of(parse_sealed_key(made_->sealed.substr(0, made_->sealed.size() - 1))), "fine") << "without its newline";
}

TEST_F(SealedKeyFile, OneThatWasTouchedIsRefusedBeforeAnyWork) {
  for (const auto& [what, file] : std::vector<std::pair<const char*, std::string>>{
           {"empty", ""},
           {"two newlines", made_->sealed + "\n"},
           {"no JSON", "key"},
           {"another version", changed("v", 2)},
           {"another way", changed("kdf", "none")},
           {"work for hours", changed("ops", 1'000'000)},
           {"no work", changed("ops", 0)},
           {"all memory", changed("memory", std::int64_t{1} << 50)},
           {"no memory", changed("memory", 1)},
           {"a short salt", changed("salt", "00")},
           {"capitals", changed("salt", std::string(32, 'A'))},
           {"another name", changed("key_id", "0000000000000000")},
           {"another key under the old name", changed("public", std::string(64, '0'))},
           {"a field too many", changed("note", "hello")}})
    EXPECT_EQ(code_of(parse_sealed_key(file)), "KEY_FILE_INVALID") << what;
}

TEST(PublicKeys, ThoseThatEverythingIsSignedByAreNotUsable) {
  audit_format::PublicKey zero{}, one{};
  one[0] = 1;
  EXPECT_FALSE(is_usable(zero));
  EXPECT_FALSE(is_usable(one)) << "the neutral point";
  std::array<std::uint8_t, audit_format::kSeedBytes> seed{};
  EXPECT_TRUE(is_usable(audit_format::SigningKey(seed).public_key()));
}

TEST(Guarded, HoldsWhatFitsAndForgetsIt) {
  Guarded text(3);
  EXPECT_TRUE(text.append('a') && text.append('b') && text.append('c'));
  EXPECT_FALSE(text.append('d'));
  EXPECT_EQ(text.text(), "abc");
  text.drop_last();
  EXPECT_EQ(text.text(), "ab");
  Guarded moved(std::move(text));
  EXPECT_EQ(moved.text(), "ab");
  moved.clear();
  EXPECT_TRUE(moved.text().empty());
  EXPECT_EQ(moved.data()[0], 0);
}

}  // namespace
}  // namespace approval_format
