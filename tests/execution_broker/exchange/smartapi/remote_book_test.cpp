// What the stream and the books tell of our orders, late, doubled and out of order, becomes events that only go forward.

#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <random>

#include "execution_broker/exchange/event_log.h"
#include "execution_broker/exchange/smartapi/adapter/remote_book.h"
#include "execution_broker/ledger/schema.h"

namespace broker {
namespace {

using smartapi::OrderRow;
using smartapi::OrderWord;
using smartapi::TradeRow;
using trading::OrderState;
using trading::Price;
using trading::Quantity;
using Kind = ExchangeEvent::Kind;

constexpr char kTag[] = "2222222AAAAAAAAAAAAA";

ExchangeOrder order_of(trading::OrderType type = trading::OrderType::kLimit) {
  ExchangeOrder order;
  order.ordertag = kTag;
  order.symbol = "SBIN";
  order.quantity = Quantity(10);
  order.product = trading::Product::kIntraday;
  order.type = type;
  order.limit_price = Price(8'000'000);
  if (type == trading::OrderType::kStopLimit) order.trigger_price = Price(7'990'000);
  return order;
}

OrderRow row_of(OrderWord word, std::int64_t filled = 0) {
  OrderRow row;
  row.order_id = "260001";
  row.ordertag = kTag;
  row.trading_symbol = "SBIN-EQ";
  row.product = "INTRADAY";
  row.order_type = "LIMIT";
  row.variety = "NORMAL";
  row.quantity = 10;
  row.filled = filled;
  row.limit_price = Price(8'000'000);
  row.word = word;
  return row;
}

TradeRow trade(const std::string& id, std::int64_t quantity, std::int64_t price_e4) {
  TradeRow row;
  row.order_id = "260001";
  row.fill_id = id;
  row.trading_symbol = "SBIN-EQ";
  row.quantity = quantity;
  row.price = Price(price_e4);
  return row;
}

class Books : public testing::Test {
 protected:
  Books() {
    std::string pattern = (std::filesystem::temp_directory_path() / "remote_book_XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    DatabaseOptions options;
    options.application_id = kBookApplicationId;
    options.migrations = book_migrations();
    database = must(Database::open(folder_ / "rehearsal.db", options));
    reopen();
  }
  ~Books() override {
    database.reset();
    std::filesystem::remove_all(folder_);
  }
  template <typename T>
  static T must(trading::Result<T> result) {
    if (!result) {
      std::fprintf(stderr, "%s\n", result.error().text().c_str());
      std::abort();
    }
    return std::move(*result);
  }
  void reopen() { book.emplace(must(RemoteBook::open(*database, master))); }
  void tell(std::vector<OrderRow> rows, std::vector<TradeRow> trades = {}) { ASSERT_TRUE(book->merge(rows, trades, {1'000'000})); }
  std::vector<Kind> kinds() {
    std::vector<Kind> out;
    for (const ExchangeEvent& event : must(event_log::read(*database, 0, 1'000))) out.push_back(event.kind);
    return out;
  }

  InstrumentMaster master{[] {
    trading::Instrument sbin;
    sbin.symbol = "SBIN";
    sbin.trading_symbol = "SBIN-EQ";
    sbin.token = "3045";
    return std::vector<trading::Instrument>{sbin};
  }()};
  std::unique_ptr<Database> database;
  std::optional<RemoteBook> book;

 private:
  std::filesystem::path folder_;
};

TEST_F(Books, AnOrderOpensFillsInPartsAndIsDone) {
  ASSERT_TRUE(book->begin(order_of()));
  ASSERT_TRUE(book->taken(kTag, "260001"));
  tell({row_of(OrderWord::kOpenPending)});
  EXPECT_TRUE(kinds().empty());
  tell({row_of(OrderWord::kOpen)});
  tell({row_of(OrderWord::kOpen)});  // told twice
  tell({row_of(OrderWord::kOpen, 4)}, {trade("a", 4, 7'999'500)});
  tell({row_of(OrderWord::kComplete, 10)}, {trade("a", 4, 7'999'500), trade("b", 6, 8'000'000)});
  EXPECT_EQ(kinds(), (std::vector{Kind::kOpen, Kind::kFill, Kind::kFill}));
  const auto events = must(event_log::read(*database, 0, 10));
  EXPECT_EQ(events[1].quantity, Quantity(4));
  EXPECT_EQ(events[1].price, Price(7'999'500));
  EXPECT_EQ(events[2].seq, 3);
  EXPECT_EQ(book->find(kTag)->state, OrderState::kFilled);
  EXPECT_FALSE(book->is_active());
}

TEST_F(Books, AnEndIsToldAfterItsFills) {
  ASSERT_TRUE(book->begin(order_of()));
  ASSERT_TRUE(book->taken(kTag, "260001"));
  tell({row_of(OrderWord::kCancelled, 4)});  // the stream is ahead of the trade book
  EXPECT_TRUE(kinds().empty());
  tell({row_of(OrderWord::kCancelled, 4)}, {trade("a", 4, 7'999'500)});
  EXPECT_EQ(kinds(), (std::vector{Kind::kFill, Kind::kCancelled}));
  tell({row_of(OrderWord::kOpen)});  // late news of what was
  EXPECT_EQ(kinds().size(), 2U);
}

TEST_F(Books, ARejectionIsAnEndAndAFillAfterAnEndIsStillAFill) {
  ASSERT_TRUE(book->begin(order_of()));
  ASSERT_TRUE(book->taken(kTag, "260001"));
  OrderRow refused = row_of(OrderWord::kRejected);
  refused.reason = "Insufficient Funds";
  tell({refused});
  EXPECT_EQ(kinds(), std::vector{Kind::kRejected});
  EXPECT_EQ(must(event_log::read(*database, 0, 1))[0].reason, "Insufficient Funds");
  tell({row_of(OrderWord::kComplete, 3)}, {trade("z", 3, 8'000'000)});
  EXPECT_EQ(kinds(), (std::vector{Kind::kRejected, Kind::kFill})) << "shares are shares: the desk makes an incident of it";
}

TEST_F(Books, AStopTriggersAndDoesNotGoBack) {
  ASSERT_TRUE(book->begin(order_of(trading::OrderType::kStopLimit)));
  ASSERT_TRUE(book->taken(kTag, "260001"));
  OrderRow waiting = row_of(OrderWord::kTriggerPending), open = row_of(OrderWord::kOpen);
  waiting.variety = open.variety = "STOPLOSS";
  waiting.order_type = open.order_type = "STOPLOSS_LIMIT";
  tell({waiting});
  tell({open});
  tell({waiting});
  EXPECT_EQ(kinds(), (std::vector{Kind::kTriggerPending, Kind::kTriggered}));
}

TEST_F(Books, AModificationIsDoneWhenARowShowsItsTerms) {
  ASSERT_TRUE(book->begin(order_of()));
  ASSERT_TRUE(book->taken(kTag, "260001"));
  tell({row_of(OrderWord::kOpen)});
  ExchangeModification wanted{kTag, Quantity(6), trading::OrderType::kLimit, Price(8'010'000), std::nullopt};
  ASSERT_TRUE(book->begin_modification(wanted));
  tell({row_of(OrderWord::kModified)});  // the word alone says nothing: these are the old terms
  EXPECT_EQ(kinds().size(), 1U);
  OrderRow changed = row_of(OrderWord::kOpen);
  changed.quantity = 6;
  changed.limit_price = Price(8'010'000);
  tell({changed});
  EXPECT_EQ(kinds(), (std::vector{Kind::kOpen, Kind::kModified}));
  EXPECT_EQ(book->find(kTag)->order.quantity, Quantity(6));
}

TEST_F(Books, NothingIsForgottenByARestart) {
  ASSERT_TRUE(book->begin(order_of()));
  reopen();  // killed before the answer came
  EXPECT_TRUE(book->is_active());
  tell({row_of(OrderWord::kOpen, 4)}, {trade("a", 4, 7'999'500)});
  reopen();
  tell({row_of(OrderWord::kComplete, 10)}, {trade("a", 4, 7'999'500), trade("b", 6, 8'000'000)});
  const auto all = kinds();
  EXPECT_EQ(std::count(all.begin(), all.end(), Kind::kFill), 2);
  EXPECT_EQ(book->find(kTag)->exchange_order_id, "260001");
}

TEST_F(Books, OrdersOfOthersAndASecondOneUnderOurTagAreLeftAlone) {
  ASSERT_TRUE(book->begin(order_of()));
  ASSERT_TRUE(book->taken(kTag, "260001"));
  OrderRow human = row_of(OrderWord::kOpen);
  human.ordertag = "";
  human.order_id = "260009";
  OrderRow repeated = row_of(OrderWord::kOpen);
  repeated.order_id = "260002";
  tell({human, repeated});
  EXPECT_TRUE(kinds().empty());
  EXPECT_FALSE(book->book_row(human));
  EXPECT_FALSE(book->book_row(repeated));
  tell({row_of(OrderWord::kOpen)});
  EXPECT_EQ(kinds().size(), 1U);
}

// Whatever order the news comes in, the sum of fills is the trade book's and no event follows an end but a fill.
TEST_F(Books, AnyOrderOfTheNewsEndsInTheSameSum) {
  const unsigned seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  const std::vector<TradeRow> trades = {trade("a", 2, 8'000'000), trade("b", 3, 7'999'500), trade("c", 5, 7'999'000)};
  for (int round = 0; round < 60; ++round) {
    ExchangeOrder order = order_of();
    order.ordertag = std::string("2222222AAAAAAAAAAA") + static_cast<char>('A' + round % 26) + static_cast<char>('A' + round / 26);
    ASSERT_TRUE(book->begin(order));
    const std::string id = "27" + std::to_string(1000 + round);
    struct News {
      OrderRow row;
      std::vector<TradeRow> trades;
    };
    std::vector<News> news;
    for (const auto& [word, filled] : {std::pair{OrderWord::kOpenPending, 0}, {OrderWord::kOpen, 0}, {OrderWord::kOpen, 2}, {OrderWord::kOpen, 5},
                                       {OrderWord::kComplete, 10}, {OrderWord::kComplete, 10}}) {
      News one{row_of(word, filled), {}};
      one.row.ordertag = order.ordertag;
      one.row.order_id = id;
      for (const TradeRow& t : trades)
        if (random() % 2 == 0) {
          one.trades.push_back(t);
          one.trades.back().order_id = id;
        }
      news.push_back(std::move(one));
    }
    std::shuffle(news.begin(), news.end(), random);
    News last{row_of(OrderWord::kComplete, 10), trades};
    last.row.ordertag = order.ordertag;
    last.row.order_id = id;
    for (TradeRow& t : last.trades) t.order_id = id;
    news.push_back(last);
    news.push_back(last);
    for (const News& one : news) tell({one.row}, one.trades);
    EXPECT_EQ(book->find(order.ordertag)->filled, Quantity(10));
    EXPECT_EQ(book->find(order.ordertag)->state, OrderState::kFilled);
  }
  std::int64_t seq = 0;
  for (const ExchangeEvent& event : must(event_log::read(*database, 0, 10'000))) EXPECT_EQ(event.seq, ++seq);
}

}  // namespace
}  // namespace broker
