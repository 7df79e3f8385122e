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
#include "execution_broker/desk/order_card.h"
#include "execution_broker/desk/order_desk.h"
#include "execution_broker/desk/reconcile.h"
#include "execution_broker/desk/statements.h"

namespace broker {

struct DeskSetup {
  trading::Money starting_capital{100'000'000};   // PAPER_STARTING_CAPITAL, paise
  FileLimits file_limits;
  DeskPermissions permissions;
  std::string boot_id;
  std::string broker_version;
  std::uint32_t uid = 0;
  std::string custody = "same-uid";                  // as it was at the start
  std::string account;                               // of the exchange, masked; empty on paper
  trading::Money quick_approval_value;
  bool wants_second_factor = false;                  // an enrolment asks for one-time passwords unless told otherwise
  bool needs_second_factor = false;                  // and nothing is signed without them
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

  [[nodiscard]] DeskView view();
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
  using OrderWarrant = std::function<trading::Status(Ledger::Unit&, const OrderRecord&)>;
  trading::Result<OrderReply> decide_and_send(const Requester& who, const trading::OrderRequest& request,
                                              const std::string& verb, const RequestNote& asked);
  [[nodiscard]] OrderRecord new_order(const Requester& who, const risk::Facts& facts) const;
  // What passed is kept and sent.
  trading::Result<OrderReply> keep_and_send(const Requester& who, const risk::Facts& facts, risk::Verdicts verdicts,
                                            const std::string& verb, const RequestNote& asked, const OrderWarrant& warrant);

  // --- proposals (book_desk_proposals)
  [[nodiscard]] std::vector<OrderRecord> waiting_proposals() const;
  trading::Status end_proposal(const Requester& who, OrderRecord& order, trading::OrderState to, const std::string& type,
                               const std::string& why);
  trading::Status void_all_proposals(const std::string& why);
  // What has run out of time, and what a desk that is not open must not keep waiting.
  trading::Status end_what_is_over();
  trading::Result<ProposalView> proposal_view(const ProposalRow& row);
  trading::Result<ProposalReply> proposal_reply(std::int64_t order_seq);

  // --- signatures (book_desk_cards). A way of a signature takes a warrant: it calls that in the unit of its effect, once.
  trading::Result<SignOutcome> act_on(const Requester& who, const OpenCard& card, const Warrant& warrant);
  trading::Error keep_refused_signature(const Requester& who, const Statements::Checked* checked, const trading::Error& why);
  // The way of an order (book_desk_approve).
  struct Repriced {
    risk::Facts facts;
    Preview preview;
  };
  trading::Result<Repriced> reprice(const OrderRecord& order);
  [[nodiscard]] CardFrame card_frame() const;
  trading::Result<StatementCard> open_order(const Requester& who, const StatementAsk& ask);
  trading::Result<SignOutcome> approve_order(const Requester& who, const OpenCard& card, const Warrant& warrant);
  // Of a mandate (book_desk_mandates).
  trading::Result<StatementCard> open_mandate(const StatementAsk& ask, const MandateTerms& terms);
  trading::Result<SignOutcome> begin_mandate(const Requester& who, const OpenCard& card, const Warrant& warrant);
  trading::Result<std::optional<ProposalReply>> send_under_mandate(const Requester& who, const risk::Facts& facts,
                                                                   const risk::Verdicts& verdicts, const RequestNote& asked);
  trading::Status end_mandate(const Requester& who, MandateRow& row, const std::string& state, const std::string& why);
  trading::Status end_mandates(bool is_halted);
  // Of the operator's own word (book_desk_word).
  [[nodiscard]] trading::Result<trading::CanonicalJson> limits_in_force(const std::map<std::string, std::string>& named) const;
  trading::Result<StatementCard> open_limits(approval_format::Kind kind, const StatementAsk& ask,
                                             const std::map<std::string, std::string>& values);
  trading::Result<SignOutcome> change_limits(const Requester& who, const OpenCard& card, const Warrant& warrant);
  trading::Result<StatementCard> open_resume(const StatementAsk& ask);
  trading::Result<SignOutcome> resume_signed(const Requester& who, const OpenCard& card, const Warrant& warrant);
  trading::Result<StatementCard> open_enrolment(const StatementAsk& ask);
  trading::Result<SignOutcome> replace_approver(const Requester& who, const OpenCard& card, const Warrant& warrant);
  static trading::Result<Approver> load_approver(Ledger& ledger, const DeskSetup& setup);
  // The address of the one-time passwords. Staged in the files, decided in the ledger, put in force.
  trading::Result<std::string> keep_enrolment(const Requester& who, const audit_format::PublicKey& key, bool wants_totp,
                                              const std::string& type, const Warrant& warrant);
  // What a word of the operator's is worth without a signature: enough where nobody is enrolled and the home is not isolated.
  [[nodiscard]] bool needs_signature() const;
  [[nodiscard]] LimitBook::Authority authority(bool is_signed) const;
  // Without a warrant it is unsigned.
  trading::Result<OperatorStateView> resume_now(const Requester& who, const std::string& reason, const Warrant& warrant);
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
