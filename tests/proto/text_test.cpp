#include "proto/convert/text.h"

#include <gtest/gtest.h>

namespace wire {
namespace {

TEST(Text, CleansWhatIsNotText) {
  EXPECT_EQ(clean_text("plain", 100), "plain");
  EXPECT_EQ(clean_text("bell\a esc\x1b[31m", 100), "bell? esc?[31m");
  EXPECT_EQ(clean_text("\xff\xfe", 100), "??");
  EXPECT_EQ(clean_text("caf\xc3\xa9", 100), "caf\xc3\xa9");
  EXPECT_EQ(clean_text("\xc2\x9b", 100), "?") << "a C1 control";
  EXPECT_EQ(clean_text("\xed\xa0\x80", 100), "???") << "a surrogate";
  EXPECT_EQ(clean_text("\xf0\x9f\x93\x88", 100), "\xf0\x9f\x93\x88");
  for (const char* unseen : {"\u202e", "\u2066", "\u200b", "\u2028", "\ufeff", "\u00ad", "\u3164", "\ufe0f", "\ue000", "\U000e0041", "\U000f0000"})
    EXPECT_EQ(clean_text(unseen, 100), "?") << unseen;
}

TEST(Text, CutsBetweenCharacters) {
  EXPECT_EQ(clean_text("caf\xc3\xa9", 4), "caf");
  EXPECT_EQ(clean_text("caf\xc3\xa9", 5), "caf\xc3\xa9");
  EXPECT_EQ(clean_text("abc", 0), "");
}

TEST(Text, KnowsItsAlphabets) {
  EXPECT_TRUE(is_symbol("BAJAJ-AUTO"));
  EXPECT_TRUE(is_symbol("M&M"));
  EXPECT_FALSE(is_symbol(""));
  EXPECT_FALSE(is_symbol("sbin"));
  EXPECT_FALSE(is_symbol(std::string(33, 'A')));
  EXPECT_TRUE(is_request_id("a-1.b:2_C"));
  EXPECT_FALSE(is_request_id("a b"));
  EXPECT_FALSE(is_request_id(std::string(65, 'a')));
  EXPECT_TRUE(is_order_id("P-000001"));
  EXPECT_FALSE(is_order_id("../../etc"));
  EXPECT_TRUE(is_printable(""));
  EXPECT_FALSE(is_printable("line\n"));
}

}  // namespace
}  // namespace wire
