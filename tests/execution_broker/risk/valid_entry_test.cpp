#include "tests/support/valid_entry.h"

#include <gtest/gtest.h>

#include "execution_broker/risk/checklist.h"

namespace broker::risk {
namespace {

void expect_every_check_passes(const Facts& facts) {
  const Verdicts verdicts = run_checklist(facts);
  EXPECT_EQ(verdicts.all.size(), checklist().size());
  for (const Verdict& verdict : verdicts.all)
    EXPECT_TRUE(verdict.kind == VerdictKind::kPass || verdict.kind == VerdictKind::kNotApplicable)
        << verdict.check->name << " " << name_of(verdict.kind) << " " << verdict.reason
        << (verdict.denial ? verdict.denial->message : "");
  EXPECT_TRUE(verdicts.is_pass());
}

TEST(ValidEntry, PassesEveryCheck) {
  expect_every_check_passes(test::valid_entry());
}
TEST(ValidEntry, PassesEveryCheckInLive) {
  expect_every_check_passes(test::valid_live_entry());
}
TEST(ValidEntry, ExitPassesEveryCheck) {
  expect_every_check_passes(test::valid_exit());
}
TEST(ValidEntry, ProtectionPassesEveryCheck) {
  expect_every_check_passes(test::valid_protection());
}

}  // namespace
}  // namespace broker::risk
