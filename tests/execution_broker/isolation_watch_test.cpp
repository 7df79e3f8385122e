#include "execution_broker/isolation_watch.h"

#include <gtest/gtest.h>

namespace broker {
namespace {

using trading::Status;
using trading::make_error;

Status joined() { return trading::Status(make_error("NOT_ISOLATED", "root's finding is\n25 hours old", "run doctor --attest as root")); }

class IsolationWatchTest : public ::testing::Test {
 protected:
  IsolationWatch watch(Status at_start) {
    return IsolationWatch([this] { ++looks_; return now_; }, std::move(at_start));
  }
  Status now_ = Status();
  int looks_ = 0;
};

TEST_F(IsolationWatchTest, IsolatedUntilALookSaysOtherwise) {
  IsolationWatch w = watch(Status());
  EXPECT_EQ(w.custody(), "isolated");
  w.look_again();
  EXPECT_EQ(w.custody(), "isolated");
  EXPECT_FALSE(w.news().has_value());
  now_ = joined();
  EXPECT_EQ(w.custody(), "isolated") << "a look is what finds it";
  w.look_again();
  EXPECT_EQ(w.custody(), "same-uid");
  EXPECT_TRUE(w.was_isolated());
}

TEST_F(IsolationWatchTest, EachChangeIsToldOnceAndOnOneLine) {
  IsolationWatch w = watch(Status());
  now_ = joined();
  w.look_again();
  EXPECT_EQ(w.news(), "root's finding is 25 hours old");
  w.look_again();
  EXPECT_FALSE(w.news().has_value());
  now_ = Status();
  w.look_again();
  EXPECT_EQ(w.news(), "");
  EXPECT_EQ(w.custody(), "isolated");
  EXPECT_FALSE(w.news().has_value());
}

TEST_F(IsolationWatchTest, AHomeThatWasNotIsolatedNeverBecomesIt) {
  IsolationWatch w = watch(joined());
  w.look_again();
  EXPECT_EQ(looks_, 0);
  EXPECT_FALSE(w.was_isolated());
  EXPECT_EQ(w.custody(), "same-uid");
  EXPECT_EQ(w.lost_by(), "");
  EXPECT_FALSE(w.news().has_value());
}

}  // namespace
}  // namespace broker
