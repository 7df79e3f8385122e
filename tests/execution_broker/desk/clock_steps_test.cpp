// A step of the clock comes in slices that end at committed events, and slices change nothing of what happens.

#include <gtest/gtest.h>

#include <fstream>

#include "execution_broker/desk/halt_watch.h"
#include "execution_broker/ledger/export.h"
#include "tests/execution_broker/desk/paper_house.h"

namespace broker {
namespace {

using trading::Side;

std::vector<std::string> export_of(PaperHouse& house) {
  std::int64_t last = 0;
  return PaperHouse::must(canonical_lines(*house.ledger, 0, 100'000, last));
}

TEST(ClockSteps, StoppedAtAnyEventTheRestIsTheSame) {
  const auto run = [](bool is_cut) {
    PaperHouse house(7);
    EXPECT_TRUE(house.desk->advance_clock(house.human, trading::minutes(20)));
    for (const char* symbol : {"RELIANCE", "TCS", "SBIN"})
      EXPECT_TRUE(house.desk->place_paper_order(house.agent, house.bracket(symbol, Side::kBuy, 5)));
    const trading::Timestamp until = house.clock->market_now() + trading::hours(7);
    if (!is_cut) {
      EXPECT_TRUE(house.desk->advance_clock(house.human, trading::hours(7)));
      return export_of(house);
    }
    // Stopped after every slice, and the house opened again there.
    int cuts = 0;
    while (house.clock->market_now() < until) {
      auto advance = PaperHouse::must(house.desk->begin_advance(house.human, until - house.clock->market_now()));
      while (!advance.is_over && advance.market_now < until) {
        EXPECT_TRUE(house.desk->continue_advance(house.human, advance));
        if (advance.is_over) break;
        ++cuts;
        EXPECT_TRUE(house.desk->stop_advance(house.human, advance));
      }
      const trading::Timestamp stood = house.clock->market_now();
      house.reopen();
      EXPECT_EQ(house.clock->market_now(), stood) << "a stopped step is not finished behind anybody's back";
    }
    EXPECT_GT(cuts, 0) << "the span is long enough for more than one slice";
    EXPECT_GE(house.audited("clock.advance_stopped").size(), 1U);
    return export_of(house);
  };
  EXPECT_EQ(run(false), run(true));
}

TEST(ClockSteps, BeyondTheCalendarIsSaidOnce) {
  PaperHouse house;
  const auto refused = house.desk->begin_advance(house.human, trading::hours(24 * 365));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "CALENDAR_UNKNOWN");
  const std::string what = refused.error().what;
  EXPECT_EQ(what.find("outside the exchange calendar"), what.rfind("outside the exchange calendar")) << what;
}

TEST(HaltFile, ItsFirstLineIsTheReason) {
  PaperHouse house;
  house.halt_file = "the market looks odd";
  house.halt.raise();
  ASSERT_TRUE(house.desk->tick());
  const auto state = PaperHouse::must(house.desk->status()).operator_state;
  EXPECT_EQ(state.state, "halted");
  ASSERT_EQ(state.reasons.size(), 1U);
  EXPECT_EQ(state.reasons[0], "HALT_FILE: run/HALT: the market looks odd");
}

TEST(HaltFile, IsReadAsHarmlessText) {
  std::string pattern = (std::filesystem::temp_directory_path() / "halt_XXXXXX").string();
  const std::filesystem::path folder = ::mkdtemp(pattern.data());
  EXPECT_EQ(read_halt_reason(folder), std::nullopt);
  const auto write = [&](const std::string& text) {
    std::ofstream(folder / "HALT") << text;
    return read_halt_reason(folder).value_or("(none)");
  };
  EXPECT_EQ(write(""), "");
  EXPECT_EQ(write("odd prices \nsecond line"), "odd prices");
  EXPECT_EQ(write("a\x1b[31mb\xe2\x80\xae"), "a?[31mb???");
  EXPECT_EQ(write(std::string(500, 'x')).size(), 120U);
  std::filesystem::remove(folder / "HALT");
  std::filesystem::create_symlink("/etc/passwd", folder / "HALT");
  EXPECT_EQ(read_halt_reason(folder), "") << "a link is not followed, and halts";
  std::filesystem::remove_all(folder);
}

// How much is left before it refuses, for limits that bound from below as for the others.
TEST(HeadRoomOfAPreview, IsWhatIsLeftOnTheSideOfTheLimit) {
  PaperHouse house;
  ASSERT_TRUE(house.desk->advance_clock(house.human, trading::minutes(30)));
  const auto preview = PaperHouse::must(house.desk->preview_order(house.agent, house.bracket("RELIANCE", Side::kBuy, 5)));
  EXPECT_EQ(preview.charges_basis, "exact");
  const auto room = [&](const std::string& limit) {
    for (const HeadRoom& row : preview.head_room)
      if (row.limit == limit) return row;
    ADD_FAILURE() << limit << " has no row";
    return HeadRoom{};
  };
  const HeadRoom cutoff = room("ENTRY_CUTOFF_MINUTES");
  EXPECT_EQ(cutoff.used + ", " + cutoff.allowed + ", " + cutoff.left, "330 min, 15 min, 315 min") << "09:45, before the closing auction at 15:15";
  EXPECT_EQ(room("MIN_RISK_REWARD_RATIO").left.find('-'), std::string::npos) << room("MIN_RISK_REWARD_RATIO").left;
  const HeadRoom disk = room("MIN_FREE_DISK_MB");
  EXPECT_EQ(disk.unit, "megabytes");
  EXPECT_EQ(disk.left.find('-'), std::string::npos) << disk.left;
  EXPECT_EQ(disk.allowed, "64 MB");
  for (const HeadRoom& row : preview.head_room) {
    EXPECT_FALSE(row.used.empty() || row.allowed.empty() || row.left.empty()) << row.limit;
    EXPECT_FALSE(row.unit.empty()) << row.limit;
  }
}

}  // namespace
}  // namespace broker
