#include "execution_broker/exchange/smartapi/session/account_reader.h"

#include <algorithm>
#include <chrono>

#include "trading/base/text.h"

namespace broker::smartapi {

namespace {

using trading::make_error;
using trading::Result;
using trading::Retry;

// The last two characters tell accounts apart; the rest is nobody's business.
std::string masked(const Secret& client_code) {
  constexpr std::size_t kShown = 2;
  const std::string_view code = client_code.reveal();
  if (code.size() <= 2 * kShown) return std::string(code.size(), '*');
  return std::string(code.size() - kShown, '*') + std::string(code.substr(code.size() - kShown));
}

// Words of the member are shown to an agent: one line, printable, short.
std::string one_line(std::string_view text) {
  constexpr std::size_t kLongest = 200;
  std::string out(text.substr(0, kLongest));
  std::replace_if(out.begin(), out.end(), [](char c) { return c < ' ' || c > '~'; }, '?');
  return out;
}

template <typename Row>
std::vector<std::string> unreadable_of(const Rows<Row>& rows) {
  std::vector<std::string> out;
  for (const UnreadableRow& row : rows.unreadable) out.push_back(one_line(row.which + ": " + row.why));
  return out;
}

AccountOrder order_of(const OrderRow& row) {
  AccountOrder order;
  order.order_id = row.order_id;
  order.unique_order_id = row.unique_order_id;
  order.exchange_order_id = row.exchange_order_id;
  order.ordertag = row.ordertag;
  order.trading_symbol = row.trading_symbol;
  order.exchange = row.exchange;
  order.side = row.side;
  order.product = row.product;
  order.order_type = row.order_type;
  order.status = row.word_text;
  order.is_done = row.is_done;
  order.quantity = row.quantity;
  order.filled = row.filled;
  order.unfilled = row.unfilled;
  order.cancelled = row.cancelled;
  order.limit_price = row.limit_price;
  order.trigger_price = row.trigger_price;
  order.average_price = row.average_price;
  order.reason = one_line(row.reason);
  order.updated = row.updated;
  for (std::string* text : {&order.order_id, &order.unique_order_id, &order.exchange_order_id, &order.ordertag,
                            &order.trading_symbol, &order.exchange, &order.product, &order.order_type, &order.status})
    *text = one_line(*text);
  return order;
}

}  // namespace

AccountReader::AccountReader(Post post, const Clock& clock, const Secret& client_code)
    : post_(std::move(post)), clock_(clock), account_(masked(client_code)) {}

template <typename T>
Result<AccountReader::Answered<T>> AccountReader::ask(const std::shared_ptr<Shelf<T>>& shelf,
                                                      Result<T> (*fetch)(Client&), const char* what) {
  std::unique_lock lock(shelf->mutex);
  const auto age_us = [&] { return clock_.steady_us() - shelf->read_steady_us; };
  const bool is_held = shelf->newest && age_us() < (*shelf->newest ? kSharedForUs : kFailureHeldForUs);
  if (!is_held) {
    const std::int64_t seen = shelf->generation;
    if (!shelf->is_asked) {
      shelf->is_asked = post_([shelf, fetch, &clock = clock_](Client& client) {
        Result<T> read = fetch(client);
        const std::lock_guard guard(shelf->mutex);
        shelf->newest.emplace(std::move(read));
        shelf->read_at = clock.market_now();
        shelf->read_steady_us = clock.steady_us();
        shelf->is_asked = false;
        ++shelf->generation;
        shelf->news.notify_all();
      });
      if (!shelf->is_asked)
        return make_error("ACCOUNT_READ_BUSY", std::string(what) + " was not asked for: too many reads wait",
                          "nothing is known of it now; ask again in a few seconds", Retry::kSafe);
    }
    if (!shelf->news.wait_for(lock, std::chrono::microseconds(kPatienceUs), [&] { return shelf->generation != seen; }))
      return make_error("ACCOUNT_READ_SLOW", std::string(what) + " has not answered yet",
                        "nothing is known of it now; ask again in a few seconds: the read goes on", Retry::kSafe);
  }
  if (!*shelf->newest) return shelf->newest->error();
  AccountAnswer answer;
  answer.source = "smartapi";
  answer.account = account_;
  answer.read_at = shelf->read_at;
  answer.age = trading::microseconds(age_us());
  return Answered<T>{**shelf->newest, std::move(answer)};
}

Result<AccountFunds> AccountReader::funds() {
  ASSIGN_OR_RETURN(const auto read, ask<Funds>(funds_, fetch_funds, "getRMS"));
  AccountFunds out;
  out.answer = read.answer;
  out.net = read.value.net;
  out.available_cash = read.value.available_cash;
  out.intraday_payin = read.value.intraday_payin;
  out.collateral = read.value.collateral;
  out.utilised_debits = read.value.utilised_debits;
  out.utilised_payout = read.value.utilised_payout;
  return out;
}

Result<AccountPositions> AccountReader::positions() {
  ASSIGN_OR_RETURN(const auto read, ask<Rows<PositionRow>>(positions_, fetch_confirmed_positions, "getPosition"));
  AccountPositions out;
  out.answer = read.answer;
  out.answer.unreadable = unreadable_of(read.value);
  for (const PositionRow& row : read.value.rows)
    out.positions.push_back({one_line(row.trading_symbol), one_line(row.exchange), one_line(row.product), row.net_quantity,
                             row.buy_quantity, row.sell_quantity, row.buy_average, row.sell_average, row.realised,
                             row.unrealised, row.last_price});
  return out;
}

Result<AccountHoldings> AccountReader::holdings() {
  ASSIGN_OR_RETURN(const auto read, ask<Rows<HoldingRow>>(holdings_, fetch_holdings, "getAllHolding"));
  AccountHoldings out;
  out.answer = read.answer;
  out.answer.unreadable = unreadable_of(read.value);
  for (const HoldingRow& row : read.value.rows)
    out.holdings.push_back({one_line(row.trading_symbol), one_line(row.exchange), one_line(row.isin), row.quantity,
                            row.t1_quantity, row.average_price, row.last_price});
  return out;
}

Result<AccountOrderStatus> AccountReader::order_status(const std::string& order_id) {
  if (order_id.empty())
    return make_error("ACCOUNT_ORDER_NOT_FOUND", "no order is named", "give the order id that placing it returned",
                      Retry::kNo, "order_id");
  ASSIGN_OR_RETURN(const auto read, ask<Rows<OrderRow>>(orders_, fetch_confirmed_order_book, "getOrderBook"));
  const OrderRow* found = nullptr;
  for (const OrderRow& row : read.value.rows) {
    // An order without a tag is nobody's by tag; order_id is not empty here.
    if (row.order_id != order_id && row.unique_order_id != order_id && row.ordertag != order_id) continue;
    if (found != nullptr && found->order_id != row.order_id)
      return make_error("ACCOUNT_ORDER_AMBIGUOUS", trading::quoted(order_id) + " names more than one order of the book",
                        "give the member's own order id", Retry::kNo, "order_id");
    found = &row;
  }
  AccountOrderStatus out;
  out.answer = read.answer;
  out.answer.unreadable = unreadable_of(read.value);
  if (found != nullptr) {
    out.order = order_of(*found);
    return out;
  }
  if (!out.answer.is_complete())
    return make_error("ACCOUNT_BOOK_UNREADABLE",
                      trading::quoted(order_id) + " is not among the orders that could be read, and " +
                          std::to_string(out.answer.unreadable.size()) + " rows could not: " + out.answer.unreadable.front(),
                      "the order may exist: look it up in the member's own app", Retry::kVerifyFirst, "order_id");
  return make_error("ACCOUNT_ORDER_NOT_FOUND", trading::quoted(order_id) + " is not in today's order book of the account",
                    "the book holds the current trading day only; paper orders are in fetch_order_history", Retry::kNo,
                    "order_id");
}

AccountReads AccountReader::reads() {
  return {[this] { return funds(); }, [this] { return positions(); }, [this] { return holdings(); },
          [this](const std::string& order_id) { return order_status(order_id); }};
}

}  // namespace broker::smartapi
