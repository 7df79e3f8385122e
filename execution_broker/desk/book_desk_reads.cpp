// What the desk tells of its book: nothing here changes anything.

#include <algorithm>

#include "execution_broker/desk/book_desk.h"
#include "execution_broker/desk/limits_used.h"
#include "execution_broker/desk/operator_state.h"
#include "execution_broker/desk/preview.h"
#include "execution_broker/desk/round_trips.h"
#include "execution_broker/ledger/export.h"

namespace broker {

using trading::Accrual;
using trading::Product;
using trading::Quantity;
using trading::Result;

namespace {

constexpr std::size_t kMaxCurvePoints = 2'000;

// Every n-th point and the last one, so that a long curve stays readable.
std::vector<EquityMark> thinned(std::vector<EquityMark> marks) {
  if (marks.size() <= kMaxCurvePoints) return marks;
  const std::size_t step = marks.size() / kMaxCurvePoints + 1;
  std::vector<EquityMark> kept;
  for (std::size_t i = 0; i < marks.size(); i += step) kept.push_back(marks[i]);
  if (kept.back().market_ts != marks.back().market_ts) kept.push_back(marks.back());
  return kept;
}

}  // namespace

Provenance BookDesk::provenance() const {
  return {std::string(name_of(book_.mode)), market_.now(), market_.source.name(), market_.source.is_simulated(), {}};
}

Result<Preview> BookDesk::preview_order(const Requester&, const trading::OrderRequest& request) {
  RETURN_IF_ERROR(catch_up());
  const DeskView desk_view = view();
  ASSIGN_OR_RETURN(const risk::Facts facts, facts_of(desk_view, request, nullptr));
  const PositionRecord* position = book_.ledger.position(request.symbol, request.product);
  Preview preview = preview_of(facts, position != nullptr ? position->position.quantity : Quantity());
  preview.provenance = provenance();
  if (facts.quote && !facts.quote->note.empty()) preview.provenance.notes.push_back(facts.quote->note);
  return preview;
}

Result<risk::Verdicts> BookDesk::validate_trading_permissions(const Requester&, const std::string& symbol, trading::Side side,
                                                              Product product) {
  RETURN_IF_ERROR(catch_up());
  trading::OrderRequest request;
  request.symbol = symbol;
  request.side = side;
  request.product = product;
  request.quantity = Quantity(1);
  const DeskView desk_view = view();
  ASSIGN_OR_RETURN(const risk::Facts facts, facts_of(desk_view, request, nullptr));
  return risk::run_permission_checks(facts);
}

Result<OrdersReply> BookDesk::orders(const OrdersQuery& query) {
  OrdersReply reply;
  reply.provenance = provenance();
  if (query.order_id.empty()) {
    ASSIGN_OR_RETURN(reply.orders, book_.ledger.orders(query.status, query.symbol, query.limit, reply.total));
    return reply;
  }
  ASSIGN_OR_RETURN(auto order, book_.ledger.find_order(query.order_id));
  if (order) reply.orders.push_back(std::move(*order));
  reply.total = static_cast<std::int64_t>(reply.orders.size());
  return reply;
}

Result<FillsReply> BookDesk::fills(std::optional<Product> product, const std::string& symbol, std::size_t limit) {
  FillsReply reply;
  reply.provenance = provenance();
  ASSIGN_OR_RETURN(reply.fills, book_.ledger.fills(product, symbol, limit, reply.total));
  return reply;
}

Result<LossStanding> BookDesk::losses() {
  const DeskView desk_view = view();
  return loss_standing(desk_view);
}

Result<PortfolioReply> BookDesk::portfolio() {
  ASSIGN_OR_RETURN(const LossStanding standing, losses());
  PortfolioReply reply;
  reply.provenance = provenance();
  const auto& lost_by = setup_.permissions.isolation_lost_by;
  reply.custody = lost_by && !lost_by().empty() ? "same-uid" : setup_.custody;
  const MarkedBook marked = mark(book_.ledger, market_);
  const Ledger::EpochTotals totals = book_.ledger.epoch_totals();
  BookView view;
  view.mode = book_.mode;
  view.cash = book_.ledger.cash();
  view.equity = marked.equity;
  view.unrealized = marked.unrealized;
  view.realized = totals.realized;
  view.charges = totals.charges;
  view.margin_blocked = marked.margin_blocked;
  view.margin_available = marked.margin_available;
  view.starting_capital = trading::Money(book_.ledger.counter("starting_capital_paise"));
  view.epoch = book_.ledger.epoch();
  view.operator_state = std::string(risk::name_of(standing_of(book_.ledger, halt_).state));
  view.purse = standing.purse;
  view.day_pnl = standing.day_pnl;
  for (const auto& [key, record] : book_.ledger.positions()) {
    BookPosition position;
    position.record = record;
    if (const auto instrument = market_.source.instruments().find(key.first)) position.sector = (*instrument)->sector;
    if (const auto last = marked.last.find(key.first); last != marked.last.end()) position.last_price = last->second;
    view.positions.push_back(std::move(position));
  }
  reply.books.push_back(std::move(view));
  return reply;
}

Result<MarkedBook> BookDesk::fully_marked() const {
  MarkedBook marked = mark(book_.ledger, market_);
  if (marked.equity && marked.unrealized) return marked;
  std::string names;
  for (const auto& [key, record] : book_.ledger.positions())
    if (!marked.last.contains(key.first)) names += (names.empty() ? "" : ", ") + key.first;
  return trading::make_error("POSITION_WITHOUT_PRICE", "no price is known for " + names, "try again while its market is open",
                             trading::Retry::kSafe);
}

Result<PerformanceReply> BookDesk::performance() {
  PerformanceReply reply;
  reply.provenance = provenance();
  reply.epoch = book_.ledger.epoch();
  ASSIGN_OR_RETURN(const std::vector<FillRecord> fills, book_.ledger.fills_of_epoch(reply.epoch));
  reply.round_trips = round_trips_of(fills);
  ASSIGN_OR_RETURN(const MarkedBook marked, fully_marked());
  reply.equity = *marked.equity;
  reply.unrealized = *marked.unrealized;
  const Ledger::EpochTotals totals = book_.ledger.epoch_totals();
  reply.realized = totals.realized;
  reply.charges = totals.charges;
  reply.starting_capital = trading::Money(book_.ledger.counter("starting_capital_paise"));
  reply.charges_basis = charges_basis_text(market_.today());
  ASSIGN_OR_RETURN(auto marks, book_.ledger.equity_marks(reply.epoch));
  marks.push_back({market_.now(), reply.equity});
  Accrual peak = marks.front().equity;
  for (const EquityMark& point : marks) {
    peak = std::max(peak, point.equity);
    const Accrual drawdown = peak - point.equity;
    if (drawdown > reply.max_drawdown) {
      reply.max_drawdown = drawdown;
      if (peak.is_positive())
        reply.max_drawdown_bps = trading::Bps(trading::mul_div(drawdown.value(), 10'000, peak.value(), trading::Rounding::kUp));
    }
  }
  reply.equity_curve = thinned(std::move(marks));
  return reply;
}

Result<DailyLoss> BookDesk::daily_loss() {
  ASSIGN_OR_RETURN(const LossStanding losses_now, losses());
  DailyLoss reply;
  reply.provenance = provenance();
  const OperatorStanding standing = standing_of(book_.ledger, halt_);
  reply.operator_state = std::string(risk::name_of(standing.state));
  reply.latches = standing.latches;
  reply.day_pnl = losses_now.day_pnl;
  reply.limit = losses_now.day_limit;
  reply.halt_limit = losses_now.halt_limit;
  reply.purse = losses_now.purse;
  reply.is_breached = book_.ledger.latches().contains(kLatchDailyLoss) || book_.ledger.latches().contains(kLatchDailyLossHalt);
  if (reply.day_pnl && reply.day_pnl->is_negative() && reply.limit.is_positive())
    reply.used = trading::Bps(trading::mul_div(-reply.day_pnl->value(), 10'000, reply.limit.value(), trading::Rounding::kUp));
  return reply;
}

Result<DeskStatus> BookDesk::status() {
  ASSIGN_OR_RETURN(const LossStanding losses_now, losses());
  DeskStatus status;
  status.provenance = provenance();
  status.operator_state = operator_state_view();
  for (const auto& [seq, order] : book_.ledger.working())
    if (trading::is_working(order.state)) ++status.working_orders;
  status.open_positions = static_cast<int>(book_.ledger.positions().size());
  if (const auto next = days_.next(market_.now())) {
    status.next_event = std::string(name_of(next->event));
    status.next_event_at = next->at;
  }
  status.day_pnl = losses_now.day_pnl;
  status.day_loss_limit = losses_now.day_limit;
  status.limits_used = limits_used(view(), status.day_pnl, status.day_loss_limit);
  return status;
}

Result<std::vector<std::string>> BookDesk::export_ledger(bool canonical, std::int64_t after_line, std::size_t limit,
                                                         std::int64_t& last_line) {
  if (!canonical)
    return trading::make_error("INVALID_ARGUMENT", "only the canonical export exists", "ask for --canonical");
  return canonical_lines(book_.ledger, after_line, limit, last_line);
}

Result<LedgerVerification> BookDesk::verify_ledger() {
  ASSIGN_OR_RETURN(const Journal::Proof proof, book_.ledger.journal().prove());
  return LedgerVerification{proof.findings.empty(), proof.transactions, proof.lines, proof.sum, proof.findings};
}

}  // namespace broker
