#pragma once

// The desk over one book. The ifs of an order's way are here; the mechanisms are its neighbours' (submission,
// protection, day cycle, market driver, limits, latches).

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "execution_broker/desk/market_driver.h"
#include "execution_broker/desk/order_desk.h"

namespace broker {

struct DeskSetup {
  trading::Money starting_capital{100'000'000};   // PAPER_STARTING_CAPITAL, paise
  FileLimits file_limits;
  DeskPermissions permissions;
  std::string boot_id;
  std::string broker_version;
  std::uint32_t uid = 0;
  std::string custody = "same-uid";
  // What is written in run/HALT while it stands: nothing resumes then. Empty in tests without a home.
  std::function<std::optional<std::string>()> read_halt_file;
};

class BookDesk final : public OrderDesk {
 public:
  // Proves the journal, reconciles with the exchange, and brings the day up to date. Everything named here outlives it.
  // LEDGER_UNPROVEN when the journal does not add up: the broker must not trade on it.
  static trading::Result<std::unique_ptr<BookDesk>> open(Book book, Market market, HaltFlag& halt, DeskSetup setup);

  trading::Result<OrderReply> place_paper_order(const Requester& who, const trading::OrderRequest& request) override;
  trading::Result<OrderReply> close_paper_position(const Requester& who, const std::string& symbol,
                                                   trading::Product product, std::optional<trading::Price> limit_price,
                                                   const std::string& request_id) override;
  trading::Result<OrderReply> modify_paper_order(const Requester& who, const ModifyRequest& request) override;
  trading::Result<OrderReply> cancel_paper_order(const Requester& who, const std::string& order_id,
                                                 const std::string& request_id) override;
  trading::Result<ResetReply> reset_paper_account(const Requester& who, const std::string& request_id) override;

  trading::Result<Preview> preview_order(const Requester& who, const trading::OrderRequest& request) override;
  trading::Result<risk::Verdicts> validate_trading_permissions(const Requester& who, const std::string& symbol,
                                                               trading::Side side, trading::Product product) override;

  trading::Result<OrdersReply> orders(const OrdersQuery& query) override;
  trading::Result<FillsReply> fills(std::optional<trading::Product> product, const std::string& symbol,
                                    std::size_t limit) override;
  trading::Result<PortfolioReply> portfolio() override;
  trading::Result<PerformanceReply> performance() override;
  trading::Result<DailyLoss> daily_loss() override;
  trading::Result<DeskStatus> status() override;

  LimitsView limits() override;
  trading::Result<std::vector<risk::LimitRow>> update_trading_config(
      const Requester& who, const std::map<std::string, std::string>& updates) override;
  trading::Result<std::vector<risk::LimitRow>> accept_limits(const Requester& who,
                                                             const std::map<std::string, std::string>& shown) override;
  trading::Result<risk::LimitRow> set_limit(const Requester& who, const std::string& key, const std::string& value,
                                            bool clear_agent, bool clear_operator) override;

  trading::Result<OperatorStateView> halt(const Requester& who, const std::string& reason) override;
  trading::Result<OperatorStateView> reduce_only(const Requester& who, const std::string& reason) override;
  trading::Result<OperatorStateView> resume(const Requester& who, const std::string& reason) override;
  trading::Result<std::vector<OrderRecord>> cancel_entries(const Requester& who) override;
  trading::Result<std::vector<OrderRecord>> flatten(const Requester& who, const std::string& symbol,
                                                    std::vector<std::string>& not_possible) override;

  trading::Result<ClockAdvance> begin_advance(const Requester& who, trading::Duration span) override;
  trading::Status continue_advance(const Requester& who, ClockAdvance& advance) override;
  trading::Status stop_advance(const Requester& who, ClockAdvance& advance) override;
  // All of it in one go, for whoever has the desk to himself.
  trading::Result<ClockAdvance> advance_clock(const Requester& who, trading::Duration span);
  trading::Status catch_up() override;

  trading::Result<std::vector<std::string>> export_ledger(bool canonical, std::int64_t after_line, std::size_t limit,
                                                          std::int64_t& last_line) override;
  trading::Result<LedgerVerification> verify_ledger() override;

  // Called by the ticker: time, the halt that another thread raised, durable time.
  trading::Status tick();
  // At an orderly stop.
  trading::Status keep_time() { return driver_.keep_time(); }

 private:
  BookDesk(Book book, Market market, HaltFlag& halt, DeskSetup setup, LimitBook limits);
  trading::Status start();
  trading::Status open_account(Ledger::Unit& unit);
  trading::Status close_account(Ledger::Unit& unit, const Requester& who, ResetReply& reply);
  trading::Status pay_in(Ledger::Unit& unit, trading::Accrual amount);
  trading::Status end_advance(const Requester& who, ClockAdvance& advance, const std::string& type);

  [[nodiscard]] trading::Result<DeskView> view();
  trading::Status check_trips();
  trading::Status keep_entries_out();
  // The halt file stands or appeared, or another thread raised the halt: it becomes a latch.
  trading::Status latch_halt_file(const std::string& when);
  [[nodiscard]] Provenance provenance() const;
  [[nodiscard]] trading::Result<MarkedBook> fully_marked() const;
  [[nodiscard]] trading::Result<LossStanding> losses();

  // --- request ids: what was asked once is answered again, never done again
  [[nodiscard]] RequestNote note_of(const Requester& who, const std::string& request_id, const std::string& verb,
                                    const std::string& arguments) const;
  // What is on record for it, or nothing. REQUEST_ID_REUSED when the arguments are others.
  trading::Result<std::optional<Ledger::PastRequest>> recorded(const Requester& who, const RequestNote& asked);
  trading::Result<std::optional<OrderReply>> recorded_answer(const Requester& who, const RequestNote& asked);

  trading::Result<OrderReply> decide_and_send(const Requester& who, const trading::OrderRequest& request,
                                              const std::string& verb, const RequestNote& asked);
  trading::Result<OrderReply> keep_refusal(const Requester& who, OrderRecord order, const risk::Facts& facts, const risk::Verdicts& verdicts,
                                           const std::string& verb, const RequestNote& asked);
  trading::Result<OrderReply> reply_for(std::int64_t order_seq, risk::Verdicts verdicts, bool is_repeated);
  // UNKNOWN_ORDER names the command of the door that asks.
  trading::Result<OrderRecord> order_named(const Requester& who, const std::string& order_id);
  trading::Result<risk::Verdicts> verdicts_on(const OrderRecord& before, const OrderRecord& wanted);
  trading::Result<OrderReply> refuse_modification(const Requester& who, const OrderRecord& before,
                                                  const trading::OrderRequest& checked, risk::Verdicts verdicts,
                                                  const RequestNote& asked);
  trading::Result<OrderReply> set_position_levels(const Requester& who, const OrderRecord& entry, const ModifyRequest& request,
                                                  const RequestNote& asked);
  // The clock of the refusals' quota: market time on a stepped clock, so that two replays refuse alike.
  [[nodiscard]] std::int64_t quota_us() const;
  [[nodiscard]] OperatorStateView operator_state_view() const;

  Book book_;
  Market market_;
  HaltFlag& halt_;
  DeskSetup setup_;
  LimitBook limits_;
  DayCounters counters_;
  Submission submission_;
  Protection protection_;
  DayCycle days_;
  MarketDriver driver_;
};

}  // namespace broker
