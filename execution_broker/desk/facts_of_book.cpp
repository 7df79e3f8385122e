#include "execution_broker/desk/facts_of_book.h"

#include <algorithm>

#include "execution_broker/desk/margin.h"
#include "execution_broker/desk/operator_state.h"
#include "execution_broker/risk/order_figures.h"
#include "execution_broker/storage/disk_space.h"

namespace broker {

using risk::Finding;
using trading::Accrual;
using trading::OrderClass;
using trading::Price;
using trading::Quantity;
using trading::Result;
using trading::Timestamp;

namespace {

constexpr char kNoExchangeAccount[] = "paper trades without an exchange account";
constexpr char kPlainDesk[] = "rehearsal";

// Proposals rest nowhere: they are weighed when they are to be sent. What a human has settled is over.
bool rests_at_exchange(const Ledger& ledger, const OrderRecord& order) {
  switch (order.state) {
    case trading::OrderState::kNew:
    case trading::OrderState::kChecked:
    case trading::OrderState::kAwaitingApproval:
    case trading::OrderState::kApproved: return false;
    case trading::OrderState::kAbsent: return ledger.counter(settled_counter(order.order_seq)) == 0;
    default: return true;
  }
}

Finding finding_of(const AccountStanding& standing, const std::string& problem) {
  if (!standing.is_remote) return Finding::not_applicable(kNoExchangeAccount);
  return problem.empty() ? Finding::good() : Finding::unknown(problem);
}

// What a working order counts at: its limit, else its trigger, else the market.
Price counting_price(const OrderRecord& order, const std::map<std::string, Price>& last) {
  if (order.request.limit_price) return *order.request.limit_price;
  if (order.request.trigger_price) return *order.request.trigger_price;
  const auto found = last.find(order.request.symbol);
  return found == last.end() ? order.average_price() : found->second;
}

Finding finding_of(const Standing& standing) {
  switch (standing.state) {
    case Standing::State::kNotKept: return Finding::not_applicable(standing.why);
    case Standing::State::kUnknown: return Finding::unknown(standing.why);
    case Standing::State::kBad: return Finding::bad(standing.why);
    case Standing::State::kGood: return Finding::good();
  }
  return Finding::unknown("");
}

std::string sector_of(const Market& market, const std::string& symbol) {
  const auto instrument = market.source.instruments().find(symbol);
  return instrument ? (*instrument)->sector : std::string();
}

}  // namespace

MarkedBook mark(const Ledger& ledger, const Market& market) {
  MarkedBook marked;
  Accrual equity = ledger.cash() - ledger.charges_payable();
  Accrual unrealized;
  bool is_complete = true;
  for (const auto& [key, record] : ledger.positions()) {
    const auto quote = market.source.quote(record.position.symbol, market.now());
    Price price = record.position.average_price();
    if (quote) {
      price = quote->slice.last;
      marked.last[record.position.symbol] = price;
    } else {
      is_complete = false;
    }
    equity += record.position.market_value(price);
    unrealized += record.position.unrealized(price);
    marked.margin_blocked += margin_of(record.position.product, record.position.market_value(price));
  }
  for (const auto& [seq, order] : ledger.working()) {
    if (order.order_class != OrderClass::kEntry || !rests_at_exchange(ledger, order)) continue;
    if (const auto quote = market.source.quote(order.request.symbol, market.now()))
      marked.last.emplace(order.request.symbol, quote->slice.last);
    marked.margin_blocked +=
        margin_of(order.request.product, value_of(counting_price(order, marked.last), order.open_quantity()));
  }
  marked.margin_available = equity - marked.margin_blocked;
  if (is_complete) {
    marked.equity = equity;
    marked.unrealized = unrealized;
  }
  return marked;
}

Result<DayCounters> count_day(Ledger& ledger, trading::TradingDate date) {
  DayCounters counters;
  counters.date = date;
  const Timestamp midnight = timestamp_of(date, trading::at(0, 0));
  ASSIGN_OR_RETURN(const std::vector<OrderRecord> orders, ledger.orders_since(midnight));
  ASSIGN_OR_RETURN(const auto sent_at, ledger.sent_since(midnight));
  for (const OrderRecord& order : orders) {
    const bool is_forgiven = order.order_seq <= ledger.counter(kRejectsForgivenToOrder) &&
                             order.updated.us <= ledger.counter(kRejectsForgivenToTime);
    if ((order.state == trading::OrderState::kRejected || order.state == trading::OrderState::kRejectedLate) && !is_forgiven)
      counters.rejects.push_back(order.updated);
    // Admitted when it was about to be sent: a proposal may have waited long.
    const auto sent = sent_at.find(order.order_seq);
    if (order.order_class == OrderClass::kEntry && sent != sent_at.end())
      counters.entries.push_back({order.request.symbol, order.request.side, risk::fingerprint_of(order.request), sent->second});
  }
  std::stable_sort(counters.entries.begin(), counters.entries.end(),
                   [](const DayCounters::Entry& a, const DayCounters::Entry& b) { return a.market_ts < b.market_ts; });
  ASSIGN_OR_RETURN(const std::vector<FillRecord> fills, ledger.fills_since(midnight));
  for (const FillRecord& fill : fills) {
    counters.turnover += value_of(fill.price, fill.quantity);
    counters.realized += fill.realized;
    counters.charges += fill.charges.total();
  }
  ASSIGN_OR_RETURN(counters.losses, loss_run_of(ledger));
  return counters;
}

risk::BookFacts book_facts(const DeskView& view) {
  const Ledger& ledger = view.book.ledger;
  const MarkedBook marked = mark(ledger, view.market);
  risk::BookFacts facts;
  facts.cash = ledger.cash();
  facts.equity_now = marked.equity;
  if (view.day) {
    facts.equity_at_open = view.day->open_equity;
    facts.peak_equity = std::max(view.day->peak_equity, marked.equity.value_or(view.day->peak_equity));
    if (marked.equity) {
      // The day's result is the change of marked equity; its parts are told apart by what was realised and charged.
      const Accrual change = *marked.equity - view.day->open_equity;
      facts.today = risk::ResultFact{view.counters.realized, change - view.counters.realized + view.counters.charges,
                                     view.counters.charges};
      const Accrual week_open = view.week.empty() ? view.day->open_equity : view.week.front().open_equity;
      facts.week = risk::ResultFact{Accrual(), *marked.equity - week_open, Accrual()};
    }
  }
  facts.turnover_today = view.counters.turnover;
  std::vector<risk::PositionFact> positions;
  for (const auto& [key, record] : ledger.positions()) {
    risk::PositionFact fact;
    fact.symbol = record.position.symbol;
    fact.product = record.position.product;
    fact.quantity = record.position.quantity;
    if (const auto last = marked.last.find(fact.symbol); last != marked.last.end()) fact.last_price = last->second;
    fact.sector = sector_of(view.market, fact.symbol);
    positions.push_back(std::move(fact));
  }
  facts.positions = std::move(positions);
  std::vector<risk::OpenOrderFact> orders;
  for (const auto& [seq, order] : ledger.working()) {
    if (order.open_quantity().is_zero() || !rests_at_exchange(ledger, order)) continue;
    risk::OpenOrderFact fact;
    fact.order_id = order.order_id;
    fact.symbol = order.request.symbol;
    fact.cls = order.order_class;
    fact.side = order.request.side;
    fact.product = order.request.product;
    fact.type = order.request.type;
    fact.open_quantity = order.open_quantity();
    fact.price = counting_price(order, marked.last);
    const bool is_stop = order.request.type == trading::OrderType::kStopLimit || order.request.type == trading::OrderType::kStopMarket;
    fact.is_triggered = is_stop && order.state != trading::OrderState::kTriggerPending && trading::is_working(order.state);
    fact.sector = sector_of(view.market, fact.symbol);
    orders.push_back(std::move(fact));
  }
  facts.open_orders = std::move(orders);
  return facts;
}

risk::RateFacts rate_facts(const DeskView& view, const OrderRecord* modifies) {
  const Market& market = view.market;
  const Timestamp now = market.now();
  risk::RateFacts rate;
  const std::vector<DayCounters::Entry>& entries = view.counters.entries;
  rate.entries_today = static_cast<std::int64_t>(entries.size());
  const trading::Duration window = risk::entries_window(view.limits.effective());
  for (auto entry = entries.rbegin(); entry != entries.rend() && now - entry->market_ts < window; ++entry)
    rate.recent_entries.push_back({entry->symbol, entry->side, entry->fingerprint, now - entry->market_ts});
  rate.rejects_in_five_minutes = std::count_if(view.counters.rejects.begin(), view.counters.rejects.end(),
                                               [&](Timestamp t) { return now - t < trading::minutes(5); });
  // On a stepped clock a second never passes by itself: the rate of messages says nothing there.
  const bool is_stepped = market.virtual_clock != nullptr && market.virtual_clock->pace().is_step();
  const std::int64_t second_ago = is_stepped ? market.clock.steady_us() : market.clock.steady_us() - 1'000'000;
  rate.messages_last_second = std::count_if(view.counters.message_steady_us.begin(), view.counters.message_steady_us.end(),
                                            [&](std::int64_t t) { return t > second_ago; });
  if (modifies != nullptr)
    rate.modifications_of_this_entry = view.book.ledger.counter(modifications_counter(modifies->order_seq));
  rate.consecutive_losses = view.counters.losses.count;
  if (view.counters.losses.last) rate.since_last_loss = now - *view.counters.losses.last;
  return rate;
}

std::string settled_counter(std::int64_t order_seq) { return "settled:" + std::to_string(order_seq); }

std::string modifications_counter(std::int64_t order_seq) { return "modified:" + std::to_string(order_seq); }

trading::TradingDate week_of(trading::TradingDate date) { return date - (date.weekday() + 6) % 7; }

DeskView view_of(Book& book, const Market& market, const LimitBook& limits, const DayCounters& counters,
                 const DeskPermissions& permissions, const HaltFlag& halt) {
  const trading::TradingDate today = market.today();
  auto day = book.ledger.day(today);
  if (!day) day = book.ledger.last_day();
  auto week = book.ledger.days_since(week_of(today));
  return DeskView{book, market, limits, counters, permissions, halt, std::move(day), std::move(week)};
}

Result<risk::Facts> facts_of(const DeskView& view, const trading::OrderRequest& request, const OrderRecord* modifies) {
  const Market& market = view.market;
  ASSIGN_OR_RETURN(const trading::Instrument* instrument, market.source.instruments().find(request.symbol));
  const Timestamp now = market.now();
  const trading::TradingDate today = trading::date_of(now);

  risk::Facts facts;
  facts.order = request;
  facts.instrument = *instrument;
  if (modifies != nullptr) facts.modifies_order_id = modifies->order_id;
  facts.tagged = book_facts(view);
  facts.account = facts.tagged;  // on paper the book is the account
  facts.cls = modifies != nullptr ? modifies->order_class : risk::classify(request, facts.tagged);

  if (auto quote = market.source.quote(request.symbol, now)) {
    facts.tick = tick_of(*instrument, today, quote->slice.previous_close);
    facts.quote = std::move(*quote);
  }
  facts.has_intraday_data = market.source.has_intraday(request.symbol);
  facts.surveillance = finding_of(market.source.surveillance(request.symbol, today));
  const auto actions = market.source.corporate_actions(request.symbol, today - 1, today);
  const bool is_split = std::any_of(actions.begin(), actions.end(),
                                    [](const CorporateAction& a) { return a.split_numerator != a.split_denominator; });
  const Standing continuity = market.source.continuity(request.symbol, today);
  if (is_split) facts.corporate_action = Finding::bad("the share is split today; quotes are raw");
  else if (continuity.state == Standing::State::kNotKept) facts.corporate_action = Finding::good();
  else facts.corporate_action = finding_of(continuity);
  if (const std::int64_t volume = market.source.average_daily_volume(request.symbol, today); volume > 0)
    facts.average_daily_volume = volume;

  facts.market_now = now;
  facts.day = market.source.calendar().status(today);
  facts.phase = market.source.calendar().phase(now, instrument->has_derivatives);
  facts.has_closing_auction = facts.day.day && facts.day.day->closing_auction && instrument->has_derivatives;
  facts.clock = finding_of(market.source.clock_sanity());

  facts.mode = {view.book.mode, view.book.mode, Finding::not_applicable("not live")};
  facts.limits = view.limits.effective();
  facts.permissions = view.permissions.symbols;
  facts.is_tainted = view.permissions.is_agent_tainted;

  facts.rate = rate_facts(view, modifies);

  const OperatorStanding standing = standing_of(view.book.ledger, view.halt);
  facts.state.operator_state = standing.state;
  for (const std::string& reason : standing.reasons)
    facts.state.operator_reason += (facts.state.operator_reason.empty() ? "" : "; ") + reason;
  for (const auto& [seq, order] : view.book.ledger.working())
    if (trading::is_in_doubt(order.state) ||
        (order.state == trading::OrderState::kAbsent && rests_at_exchange(view.book.ledger, order)))
      facts.state.unknown_symbols.push_back(order.request.symbol);
  const AccountStanding account = view.book.exchange.standing();
  facts.state.reconciliation = account.is_remote ? finding_of(account, account.book_problem) : Finding::good();
  facts.state.broker_session = finding_of(account, account.session_problem);
  facts.state.write_probe = Finding::not_applicable(account.is_remote ? kPlainDesk : kNoExchangeAccount);
  facts.state.attest = Finding::not_applicable(account.is_remote ? kPlainDesk : kNoExchangeAccount);
  if (view.permissions.isolation_lost_by) {
    const std::string lost_by = view.permissions.isolation_lost_by();
    facts.state.attest = lost_by.empty() ? Finding::good() : Finding::bad(lost_by);
  }
  facts.state.protection = view.book.is_protected() ? Finding::good() : Finding::not_applicable(kPlainDesk);
  facts.state.ledger_writable = Finding::good();  // a ledger that cannot be written stops the broker
  facts.state.audit_writable = Finding::good();
  if (const auto free = free_disk_bytes(view.book.ledger.database().path().parent_path())) facts.state.free_disk_bytes = *free;

  facts.margin_rate = margin_rate(request.product);
  facts.margin_available = mark(view.book.ledger, market).margin_available;
  // The account may hold less than the book: a human trades beside it.
  if (account.is_remote) {
    if (account.available_cash) facts.margin_available = std::min(*facts.margin_available, account.available_cash->accrual());
    else facts.margin_available.reset();
  }
  facts.is_canary_over = true;
  return facts;
}

}  // namespace broker
