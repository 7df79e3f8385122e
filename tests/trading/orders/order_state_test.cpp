#include "trading/orders/order_state.h"

#include <gtest/gtest.h>

#include <sstream>
#include <string>
#include <vector>

namespace trading {
namespace {

// The whole table, written apart from the code: every pair of states, "o" own step, "x" fact of the
// exchange, "." never. Columns are in the order of the rows.
constexpr const char* kTable = R"(
                  N R C W A S K J U T E V D O G P F L M D B
NEW               . o o . . . . . . . . . . . . . . . . . .
REFUSED           . . . . . . . . . . . . . . . . . . . . .
CHECKED           . . . o . o . . . . o o o . . . . . . . .
AWAITING_APPROVAL . . . . o . . . . . o o o . . . . . . . .
APPROVED          . . . . . o . . . . o o o . . . . . . . .
SUBMITTING        . . . . . . o o o o . . . . . . . . . . .
ACKED             . . . . . . . . . . . . . x x x x x x . .
REJECTED          . . . . . . . . . . . . . . . . . . . . .
UNKNOWN           . . . . . . . . . . . . . . . . . . . x x
NOT_SENT          . . . . . . . . . . . . . . . . . . . . .
EXPIRED           . . . . . . . . . . . . . . . . . . . . .
VOID              . . . . . . . . . . . . . . . . . . . . .
WITHDRAWN         . . . . . . . . . . . . . . . . . . . . .
OPEN              . . . . . . . . . . . . . . x x x x x . .
TRIGGER_PENDING   . . . . . . . . . . . . . x . x x x x . .
PARTIAL           . . . . . . . . . . . . . . . x x x . . .
FILLED            . . . . . . . . . . . . . . . . . . . . .
CANCELLED         . . . . . . . . . . . . . . . . . . . . .
REJECTED_LATE     . . . . . . . . . . . . . . . . . . . . .
FOUND             . . . . . . . . . . . . . x x x x x x . .
ABSENT            . . . . . . . . . . . . . . . . . . . x .
)";

struct TextRow {
  OrderState from;
  std::vector<std::string> cells;
};

std::vector<TextRow> text_table() {
  std::istringstream text(kTable);
  std::string line;
  std::getline(text, line);
  std::getline(text, line);  // the heads of the columns
  std::vector<TextRow> rows;
  while (std::getline(text, line)) {
    std::istringstream words(line);
    std::string name, cell;
    words >> name;
    TextRow row{parse_order_state(name).value(), {}};
    while (words >> cell) row.cells.push_back(cell);
    rows.push_back(row);
  }
  return rows;
}

TEST(OrderState, EveryPairIsAsWritten) {
  const std::vector<TextRow> rows = text_table();
  ASSERT_EQ(rows.size(), kOrderStates);
  for (const TextRow& row : rows) {
    ASSERT_EQ(row.cells.size(), kOrderStates) << name_of(row.from);
    for (std::size_t i = 0; i < kOrderStates; ++i) {
      const OrderState to = rows[i].from;
      EXPECT_EQ(is_allowed(row.from, to, Origin::kOwnStep), row.cells[i] == "o")
          << name_of(row.from) << " -> " << name_of(to);
      EXPECT_EQ(is_allowed(row.from, to, Origin::kExchangeFact), row.cells[i] == "x")
          << name_of(row.from) << " -> " << name_of(to);
    }
  }
}

TEST(OrderState, TerminalIsWhatNothingLeaves) {
  for (const TextRow& row : text_table()) {
    bool is_left = false;
    for (const std::string& cell : row.cells) is_left = is_left || cell != ".";
    EXPECT_EQ(is_terminal(row.from), !is_left) << name_of(row.from);
    if (is_terminal(row.from)) {
      EXPECT_FALSE(is_working(row.from) || is_in_doubt(row.from)) << name_of(row.from);
    }
  }
  EXPECT_FALSE(is_terminal(OrderState::kAbsent));
  EXPECT_TRUE(is_working(OrderState::kAcked));
  EXPECT_TRUE(is_in_doubt(OrderState::kUnknown));
  EXPECT_FALSE(is_in_doubt(OrderState::kAbsent));
}

TEST(OrderState, NamesRoundTrip) {
  for (std::size_t i = 0; i < kOrderStates; ++i) {
    const auto state = static_cast<OrderState>(i);
    EXPECT_EQ(parse_order_state(name_of(state)).value(), state);
  }
  EXPECT_EQ(parse_order_state("DONE").error().code, "ORDER_STATE_INVALID");
}

TEST(OrderStateDeathTest, AStateOutsideTheEnumAborts) {
  EXPECT_DEATH((void)is_terminal(static_cast<OrderState>(200)), "outside its table");
}

}  // namespace
}  // namespace trading
