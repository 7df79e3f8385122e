#include "execution_broker/risk/nearest_word.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <string>
#include <vector>

#include "tests/trading/support/seeded.h"

namespace broker::risk {
namespace {

// The textbook's whole table: what nearest_word leaves out of it may change no answer.
std::size_t edits_by_the_book(const std::string& a, const std::string& b) {
  std::vector<std::vector<std::size_t>> table(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i)
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        table[i][j] = i + j;
        continue;
      }
      const auto low = [](char c) { return std::tolower(static_cast<unsigned char>(c)); };
      const std::size_t other = low(a[i - 1]) == low(b[j - 1]) ? 0 : 1;
      table[i][j] =
          std::min({table[i - 1][j - 1] + other, table[i - 1][j] + 1, table[i][j - 1] + 1});
    }
  return table[a.size()][b.size()];
}

std::string nearest_by_the_book(const std::string& word, const std::vector<std::string>& all) {
  std::string best;
  std::size_t best_edits = word.size() / 3 + 1;
  for (const std::string& candidate : all)
    if (const std::size_t edits = edits_by_the_book(word, candidate); edits < best_edits) {
      best_edits = edits;
      best = candidate;
    }
  return best;
}

TEST(NearestWord, OneLetterMoreLessOrOtherIsForgiven) {
  const std::vector<std::string_view> keys = {"SIM_SPEED", "SIM_SEED", "SIM_START"};
  EXPECT_EQ(nearest_word("SIM_SPEEDD", keys), "SIM_SPEED");
  EXPECT_EQ(nearest_word("SIM_SEE", keys), "SIM_SEED");
  EXPECT_EQ(nearest_word("sim_stort", keys), "SIM_START");
  EXPECT_EQ(nearest_word("SIM_SEED", keys), "SIM_SEED");
}

TEST(NearestWord, WhatIsTooFarOrTooLongHasNoNeighbour) {
  const std::vector<std::string_view> keys = {"SIM_SPEED", "TRADING_MODE"};
  EXPECT_EQ(nearest_word("", keys), "");
  EXPECT_EQ(nearest_word("COLOUR", keys), "");
  EXPECT_EQ(nearest_word(std::string(65, 'A'), {std::string_view("A")}), "");
  const std::string longest(64, 'A');
  const std::string further(64 + 22, 'A');
  const std::string near(64 + 21, 'A');
  EXPECT_EQ(nearest_word(longest, {std::string_view(further)}), "");
  EXPECT_EQ(nearest_word(longest, {std::string_view(near)}), near);
  EXPECT_EQ(nearest_word(longest, {std::string_view(std::string(100'000, 'A'))}), "");
}

TEST(NearestWord, LeavesOutOnlyWhatCannotWin) {
  SEEDED_RANDOM(random, 20'261'124);
  const auto below = [&](std::size_t end) { return static_cast<std::size_t>(random.next() % end); };
  const auto random_word = [&](std::size_t most) {
    std::string word(below(most) + 1, 'A');
    for (char& c : word) c = "ABab_"[below(5)];
    return word;
  };
  int found = 0;
  for (int round = 0; round < 1'500; ++round) {
    std::vector<std::string> all(below(12) + 1);
    for (std::string& word : all) word = random_word(90);
    std::string word = random_word(70);
    if (below(2) == 0) {  // a known one, mistyped here and there
      word = all[below(all.size())];
      for (std::size_t typo = below(5); typo > 0 && !word.empty(); --typo) {
        word.erase(below(word.size()), below(2));
        word.insert(below(word.size() + 1), "x");
      }
    }
    const std::string expected = word.size() > 64 ? "" : nearest_by_the_book(word, all);
    const std::vector<std::string_view> views(all.begin(), all.end());
    ASSERT_EQ(nearest_word(word, views), expected) << word;
    if (!expected.empty()) ++found;
  }
  EXPECT_GT(found, 200);
}

}  // namespace
}  // namespace broker::risk
