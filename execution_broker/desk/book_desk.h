#pragma once

// The desk over one book. The ifs of an order's way are here; the mechanisms are its neighbours' (submission,
// protection, day cycle, market driver, limits, latches).

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "execution_broker/approval/approver.h"
#include "execution_broker/desk/live_desk.h"
#include "execution_broker/desk/market_driver.h"
#include "execution_broker/desk/order_desk.h"
#include "execution_broker/desk/statements.h"
#include "execution_broker/desk/reconcile.h"

namespace broker {

struct DeskSetup {
  trading::Money starting_capital{100'000'000};   // PAPER_STARTING_CAPITAL, paise
  FileLimits file_limits;
  DeskPermissions permissions;
  std::string boot_id;
  std::string broker_version;
  std::uint32_t uid = 0;
  std::string custody = "same-uid";
  std::string account;                               // of the exchange, masked; empty on paper
  trading::Money quick_approval_value;
  std::filesystem::path keys, storage;               // where the approver's files are; empty: none can be enrolled
  // What is written in run/HALT while it stands: nothing resumes then. Empty in tests without a home.
  std::function<std::optional<std::string>()> read_halt_file;
};

class BookDesk final : public OrderDesk, public LiveDesk {
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

  trading::Result<ProposalReply> prepare_order(const Requester& who, const ProposalRequest& request) override;
  trading::Result<ProposalReply> approval_status(const Requester& who, const std::string& token) override;
  trading::Result<ProposalsReply> proposals(bool only_waiting, std::size_t limit) override;
  trading::Result<ProposalReply> withdraw_proposal(const Requester& who, const std::string& token) override;
  trading::Result<RecommendationRow> block_delivery_sell(const Requester& who, const std::string& symbol,
                                                         trading::Quantity quantity, const std::string& reason) override;
  trading::Result<OrderReply> cancel_live_order(const Requester& who, const std::string& order_id,
                                                const std::string& request_id) override;
  ApproverView approver() override;
  trading::Result<std::string> enrol(const Requester& who, const std::string& public_key, bool wants_totp) override;
  trading::Result<StatementCard> open(const Requester& who, const StatementAsk& ask) override;
  trading::Result<SignOutcome> sign(const Requester& who, const SignedStatement& signed_statement) override;
  trading::Result<ProposalView> reject(const Requester& who, const std::string& order_id, const std::string& reason) override;
  trading::Result<std::vector<MandateRow>> mandates() override;
  trading::Result<MandateRow> revoke_mandate(const Requester& who, std::int64_t mandate_id) override;
  trading::Result<std::vector<RecommendationRow>> recommendations() override;
  trading::Status close_recommendation(const Requester& who, std::int64_t recommendation_id) override;
  trading::Result<OrderRecord> settle_order(const Requester& who, const std::string& order_id) override;

  // Leaves this book for paper: no entry begins any more, what is held stays looked after. Always allowed; survives a restart.
  trading::Result<std::string> switch_to_paper_mode(const Requester& who);

  // Called by the ticker: time, the halt that another thread raised, durable time.
  trading::Status tick();
  // At an orderly stop.
  trading::Status keep_time() { return driver_.keep_time(); }

 private:
  BookDesk(Book book, Market market, HaltFlag& halt, DeskSetup setup, LimitBook limits, Approver approver);
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

  // What an entry outside paper rests on, kept in the unit that writes SUBMITTING.
  using Warrant = std::function<trading::Status(Ledger::Unit&, const OrderRecord&)>;
  trading::Result<OrderReply> decide_and_send(const Requester& who, const trading::OrderRequest& request,
                                              const std::string& verb, const RequestNote& asked);
  [[nodiscard]] OrderRecord new_order(const Requester& who, const risk::Facts& facts) const;
  // What passed is kept and sent.
  trading::Result<OrderReply> keep_and_send(const Requester& who, const risk::Facts& facts, risk::Verdicts verdicts,
                                            const std::string& verb, const RequestNote& asked, const Warrant& warrant);

  // --- proposals and signatures
  [[nodiscard]] std::vector<OrderRecord> waiting_proposals() const;
  trading::Status end_proposal(const Requester& who, OrderRecord& order, trading::OrderState to, const std::string& type,
                               const std::string& why);
  trading::Status void_all_proposals(const std::string& why);
  trading::Status end_mandates(const std::string& state, const std::string& why, bool only_past);
  trading::Status end_what_is_over();
  trading::Result<std::optional<ProposalReply>> send_under_mandate(const Requester& who, const risk::Facts& facts,
                                                                   const risk::Verdicts& verdicts, const RequestNote& asked);
  trading::Result<ProposalView> proposal_view(const ProposalRow& row);
  trading::Result<ProposalReply> proposal_reply(std::int64_t order_seq);
  [[nodiscard]] CardStanding card_standing(const risk::Facts& facts) const;
  // Why an order that waits must not be sent any more; empty = nothing.
  [[nodiscard]] std::string void_reason(const ProposalRow& row, const risk::Facts& facts, const risk::Verdicts& verdicts,
                                        const CardStanding* seen) const;
  trading::Result<StatementCard> open_order(const Requester& who, const StatementAsk& ask);
  trading::Result<StatementCard> open_mandate(const StatementAsk& ask);
  trading::Result<StatementCard> open_limits(const StatementAsk& ask);
  trading::Result<StatementCard> open_resume(const StatementAsk& ask);
  trading::Result<StatementCard> open_enrolment(const StatementAsk& ask);
  trading::Result<SignOutcome> act_on(const Requester& who, const Statements::Checked& checked, const SignedStatement& given);
  trading::Result<OrderReply> approve_order(const Requester& who, const Statements::Checked& checked, const SignedStatement& given);
  trading::Result<MandateRow> begin_mandate(const Requester& who, const Statements::Checked& checked, const SignedStatement& given);
  trading::Status use_up(const Requester& who, const Statements::Checked& checked, const SignedStatement& given);
  // What a word of the operator's is worth without a signature: enough where nobody is enrolled and the home is not isolated.
  [[nodiscard]] bool needs_signature() const;
  [[nodiscard]] LimitBook::Authority authority(bool is_signed) const;
  trading::Status must_be_signed(bool is_signed, const std::string& what) const;
  trading::Result<OperatorStateView> resume_now(const Requester& who, const std::string& reason, bool is_signed);
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
  // The verbs of paper mean the paper book and no other.
  [[nodiscard]] trading::Status must_be_paper(const std::string& verb) const;
  // Where no order at the market can be sent: the limit that leaves at once, inside the day's band.
  [[nodiscard]] trading::Result<trading::Price> leaving_price(const std::string& symbol, trading::Side side) const;

  Book book_;
  Market market_;
  HaltFlag& halt_;
  DeskSetup setup_;
  LimitBook limits_;
  Approver approver_;
  DayCounters counters_;
  Submission submission_;
  Reconcile reconcile_;
  Protection protection_;
  DayCycle days_;
  ApprovalRecords records_;
  Statements statements_;
  bool has_mandates_ = true;  // perhaps: looked up when it may matter
  MarketDriver driver_;
};

}  // namespace broker
