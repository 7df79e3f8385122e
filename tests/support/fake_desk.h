#pragma once

// A desk that answers from a script and remembers what it was asked. One order, one position, one
// fill; every hook may be replaced by a test. Belongs to the desk's thread, as the real one; the
// counters are atomic for tests to read.

#include <atomic>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "execution_broker/desk/order_desk.h"

namespace broker {

class FakeDesk final : public OrderDesk {
 public:
  // Called instead of the scripted answer where set.
  std::function<trading::Result<OrderReply>(const Requester&, const trading::OrderRequest&)>
      on_place;
  std::function<void()> on_portfolio;
  std::function<trading::Status()> on_catch_up;
  std::atomic<int> placed{0};
  std::atomic<int> catch_ups{0};
  std::string operator_state = "open";
  Requester last_requester;
  trading::OrderRequest last_request;
  ModifyRequest last_modify;
  std::map<std::string, std::string> last_accepted;
  std::function<trading::Status()> on_read;  // every read asks it first
  std::function<void()> on_advance;          // every slice of the clock
  int advance_slices = 3;                    // that a step of the clock takes
  std::atomic<int> slices{0};
  std::atomic<int> stopped_advances{0};
  risk::LimitSources limit_sources;
  std::vector<WaitingLimit> limits_waiting;

  static OrderRecord record(const trading::OrderRequest& request) {
    OrderRecord order;
    order.order_seq = 7;
    order.order_id = "P-000007";
    order.request = request;
    order.state = trading::OrderState::kFilled;
    order.parent_seq = 3;
    order.filled = request.quantity;
    order.filled_value = trading::value_of(trading::Price(8'120'500), request.quantity);
    order.charges[trading::ChargeKind::kStt] = trading::Accrual(123'400);
    order.denials = "[]";
    order.created = {1'000'000};
    order.updated = {2'000'000};
    return order;
  }

  trading::Result<OrderReply> place_paper_order(const Requester& who,
                                                const trading::OrderRequest& request) override {
    ++placed;
    last_requester = who;
    last_request = request;
    if (on_place) return on_place(who, request);
    OrderReply reply;
    reply.provenance = provenance();
    reply.order = record(request);
    return reply;
  }
  trading::Result<OrderReply> close_paper_position(const Requester& who, const std::string& symbol,
                                                   trading::Product product,
                                                   std::optional<trading::Price> limit_price,
                                                   const std::string& request_id) override {
    trading::OrderRequest request;
    request.symbol = symbol;
    request.side = trading::Side::kSell;
    request.quantity = trading::Quantity(10);
    request.product = product;
    request.limit_price = limit_price;
    request.request_id = request_id;
    last_requester = who;
    return OrderReply{provenance(), record(request), {}, {}, false};
  }
  trading::Result<OrderReply> modify_paper_order(const Requester& who,
                                                 const ModifyRequest& request) override {
    last_requester = who;
    last_modify = request;
    return OrderReply{provenance(), record(last_request), {}, {}, false};
  }
  trading::Result<OrderReply> cancel_paper_order(const Requester& who, const std::string&,
                                                 const std::string&) override {
    last_requester = who;
    return OrderReply{provenance(), record(last_request), {}, {}, false};
  }
  trading::Result<ResetReply> reset_paper_account(const Requester& who,
                                                  const std::string&) override {
    last_requester = who;
    return ResetReply{provenance(), 2, trading::Money(100'000'000), 1, 1};
  }

  trading::Result<Preview> preview_order(const Requester&,
                                         const trading::OrderRequest& request) override {
    Preview preview;
    preview.provenance = provenance();
    preview.order_value = trading::value_of(trading::Price(8'120'500), request.quantity);
    preview.largest_passing_quantity = trading::Quantity(41);
    preview.gap_losses.push_back({trading::Bps(500), trading::Accrual(1)});
    preview.head_room.push_back({"MAX_ORDER_VALUE", "rupees", "1", "2", "1"});
    return preview;
  }
  trading::Result<risk::Verdicts> validate_trading_permissions(const Requester&, const std::string&,
                                                               trading::Side,
                                                               trading::Product) override {
    return risk::Verdicts{};
  }

  trading::Result<OrdersReply> orders(const OrdersQuery&) override {
    RETURN_IF_ERROR(read());
    return OrdersReply{provenance(), {record(last_request)}, 1};
  }
  trading::Result<FillsReply> fills(std::optional<trading::Product>, const std::string&,
                                    std::size_t) override {
    RETURN_IF_ERROR(read());
    FillRecord fill;
    fill.order_id = "P-000007";
    fill.symbol = "SBIN";
    fill.quantity = trading::Quantity(10);
    fill.price = trading::Price(8'120'500);
    fill.purpose = Purpose::kStop;
    return FillsReply{provenance(), {fill}, 1};
  }
  trading::Result<PortfolioReply> portfolio() override {
    RETURN_IF_ERROR(read());
    if (on_portfolio) on_portfolio();
    BookView book;
    book.purse = trading::Accrual(1'000'000 * trading::kRupeeE4);
    book.operator_state = operator_state;
    BookPosition position;
    position.record.position = {"SBIN", trading::Product::kIntraday, trading::Quantity(10),
                                trading::Accrual(81'205'000), trading::Accrual(0)};
    position.sector = "Banks";
    position.last_price = trading::Price(8'200'000);
    book.positions.push_back(position);
    return PortfolioReply{provenance(), {book}, "same-uid"};
  }
  trading::Result<PerformanceReply> performance() override {
    RETURN_IF_ERROR(read());
    PerformanceReply reply;
    reply.provenance = provenance();
    for (std::int64_t i = 0; i < 5'000; ++i)
      reply.equity_curve.push_back({{i}, trading::Accrual(i)});
    reply.round_trips.emplace_back().symbol = "SBIN";
    return reply;
  }
  trading::Result<DailyLoss> daily_loss() override {
    RETURN_IF_ERROR(read());
    DailyLoss loss;
    loss.provenance = provenance();
    loss.limit = trading::Accrual(5);
    loss.operator_state = operator_state;
    return loss;
  }
  trading::Result<DeskStatus> status() override {
    RETURN_IF_ERROR(read());
    DeskStatus status;
    status.provenance = provenance();
    status.operator_state = view();
    status.working_orders = 1;
    return status;
  }

  LimitsView limits() override {
    return {limit_sources, trading::TradingMode::kPaper, {20'780}, "hash", limits_waiting};
  }
  trading::Result<std::vector<risk::LimitRow>> update_trading_config(
      const Requester&, const std::map<std::string, std::string>& updates) override {
    std::vector<risk::LimitRow> rows;
    for (const auto& [key, value] : updates) {
      const risk::LimitRow* row = risk::find_limit(key);
      if (row == nullptr)
        return trading::make_error("LIMIT_UNKNOWN", key + " is no limit", "see get_trading_config");
      rows.push_back(*row);
    }
    return rows;
  }
  trading::Result<std::vector<risk::LimitRow>> accept_limits(
      const Requester& who, const std::map<std::string, std::string>& shown) override {
    last_requester = who;
    last_accepted = shown;
    return update_trading_config(who, shown);
  }
  trading::Result<risk::LimitRow> set_limit(const Requester&, const std::string& key,
                                            const std::string&, bool, bool) override {
    return *risk::find_limit(key);
  }

  trading::Result<OperatorStateView> halt(const Requester& who, const std::string&) override {
    last_requester = who;
    operator_state = "halted";
    return view();
  }
  trading::Result<OperatorStateView> reduce_only(const Requester&, const std::string&) override {
    operator_state = "reduce-only";
    return view();
  }
  trading::Result<OperatorStateView> resume(const Requester&, const std::string&) override {
    operator_state = "open";
    return view();
  }
  trading::Result<std::vector<OrderRecord>> cancel_entries(const Requester&) override {
    return std::vector<OrderRecord>{record(last_request)};
  }
  trading::Result<std::vector<OrderRecord>> flatten(
      const Requester&, const std::string&, std::vector<std::string>& not_possible) override {
    not_possible.push_back("TCS: no quote");
    return std::vector<OrderRecord>{};
  }

  trading::Result<ClockAdvance> begin_advance(const Requester&, trading::Duration span) override {
    return ClockAdvance{span, {span.us}, {0}, 0, false};
  }
  trading::Status continue_advance(const Requester&, ClockAdvance& advance) override {
    if (on_advance) on_advance();
    ++slices;
    ++advance.events;
    if (advance.events < advance_slices) return {};
    advance.market_now = advance.target;
    advance.is_over = true;
    return {};
  }
  trading::Status stop_advance(const Requester&, ClockAdvance& advance) override {
    ++stopped_advances;
    advance.is_over = true;
    return {};
  }
  trading::Status catch_up() override {
    ++catch_ups;
    return on_catch_up ? on_catch_up() : trading::Status{};
  }
  trading::Result<std::vector<std::string>> export_ledger(bool, std::int64_t after_line,
                                                          std::size_t limit,
                                                          std::int64_t& last_line) override {
    constexpr std::int64_t kLines = 2'500;
    std::vector<std::string> lines;
    while (after_line < kLines && lines.size() < limit)
      lines.push_back("{\"line\":" + std::to_string(++after_line) + "}");
    last_line = after_line;
    return lines;
  }
  trading::Result<LedgerVerification> verify_ledger() override {
    RETURN_IF_ERROR(read());
    return LedgerVerification{true, 3, 6, {}, {}};
  }

  static Provenance provenance() {
    return {"paper", {1'763'870'000'000'000}, "fake", true, {"a note"}};
  }

 private:
  trading::Status read() const { return on_read ? on_read() : trading::Status(); }
  OperatorStateView view() const { return {operator_state, {"for a test"}, {"a latch"}, {}, 0}; }
};

}  // namespace broker
