// The table against the folder of checks, the table of limits and the printed page.

#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "execution_broker/risk/checklist.h"
#include "tests/support/generated_page.h"

namespace broker::risk {
namespace {

TEST(Checklist, HasOneFileForEachCheck) {
  std::set<std::string> files;
  for (const auto& entry :
       std::filesystem::directory_iterator(REPOSITORY_ROOT "/execution_broker/risk/checks"))
    if (entry.path().extension() == ".cpp") files.insert(entry.path().stem());
  std::set<std::string> names;
  for (const Check& check : checklist())
    EXPECT_TRUE(names.emplace(check.name).second) << check.name << " stands twice";
  EXPECT_EQ(files, names);
}

TEST(Checklist, RunsItsSectionsInTheOrderOfPrecedence) {
  Section last = Section::kPermission;
  for (const Check& check : checklist()) {
    EXPECT_GE(check.section, last) << check.name;
    last = check.section;
  }
}

TEST(Checklist, NamesEveryDenialOnceAndEveryLimitSomewhere) {
  std::set<DenialCode> codes = {DenialCode::kFactUnknown};
  std::set<Limit> limits;
  for (const Check& check : checklist()) {
    EXPECT_FALSE(check.denials.empty()) << check.name;
    for (const DenialCode code : check.denials)
      EXPECT_TRUE(codes.insert(code).second) << name_of(code);
    limits.insert(check.limits.begin(), check.limits.end());
  }
  EXPECT_EQ(codes.size(), kDenialCodes);
  EXPECT_EQ(limits.size(), kLimits);
}

TEST(Checklist, ExitsAndProtectionMeetOnlyFormHeldDoubtAndBand) {
  const std::set<std::string_view> allowed = {
      "delivery_sell", "quantity", "prices",          "order_type",
      "lot",           "tick",     "freeze_quantity", "trigger_limit_side",
      "circuit_band",  "held",     "unknown_orders"};
  for (const Check& check : checklist()) {
    const bool is_for_leaving = applies_to(check, trading::OrderClass::kExit) ||
                                applies_to(check, trading::OrderClass::kProtection);
    EXPECT_EQ(is_for_leaving, allowed.contains(check.name)) << check.name;
    EXPECT_FALSE(applies_to(check, trading::OrderClass::kCancel));
  }
}

TEST(Checklist, PageIsTheTable) {
  const std::string page = checklist_markdown();
  EXPECT_EQ(test::page_on_disk(REPOSITORY_ROOT "/docs/checklist.md", page), page)
      << "run risk_tests with TRADING_MCP_UPDATE_PAGES=1";
}

TEST(Denials, AreInTheOrderOfTheirCodesAndStable) {
  ASSERT_EQ(denial_table().size(), kDenialCodes);
  std::set<std::string_view> codes;
  for (std::size_t i = 0; i < kDenialCodes; ++i) {
    const DenialRow& row = denial_table()[i];
    EXPECT_EQ(static_cast<std::size_t>(row.id), i) << row.code;
    EXPECT_TRUE(codes.insert(row.code).second) << row.code;
    EXPECT_EQ(row.code.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_"), std::string_view::npos)
        << row.code;
    EXPECT_FALSE(row.fix.empty());
    EXPECT_EQ(find_denial(row.code), &row);
  }
}

TEST(Denials, PrintFiguresForPeople) {
  EXPECT_EQ(text_of(Unit::kRupees, 1'200'000'000), "1,20,000.00");
  EXPECT_EQ(text_of(Unit::kPrice, 8'120'500), "812.05");
  EXPECT_EQ(text_of(Unit::kPercent, 125), "1.25 %");
  EXPECT_EQ(text_of(Unit::kRatio, 15'000), "1.5");
  EXPECT_EQ(text_of(Unit::kBytes, 64'000'000), "64 MB");
}

}  // namespace
}  // namespace broker::risk
