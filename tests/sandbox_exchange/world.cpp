#include "tests/sandbox_exchange/world.h"

#include <algorithm>
#include <array>

#include "tests/sandbox_exchange/funds.h"
#include "tests/sandbox_exchange/wire_time.h"

namespace sandbox {

using namespace trading;

Result<std::unique_ptr<World>> World::make(const WorldSettings& settings) {
  RecordedBars bars;
  if (!settings.csv_folder.empty()) {
    ASSIGN_OR_RETURN(bars, RecordedBars::read(settings.csv_folder));
  }
  const TradingDate date = date_of(settings.start);
  ListingBook book = ListingBook::standard(std::min(settings.instruments, kMaxLive), date);
  std::int64_t made_up = 0;
  for (const std::string& name : bars.names()) {
    const Price close = bars.close_before(name, date + 1);
    const auto known = std::find_if(book.all().begin(), book.all().end(), [&](const Listing& listing) {
      return listing.segment == "NSE" && listing.symbol == name + "-EQ";
    });
    if (known != book.all().end()) {
      Listing& listing = *book.writable("NSE", known->token);
      if (!close.is_zero()) listing.anchor = close;
      // Recorded prices stand on the tick of their own time.
      listing.tick = Price(500);
      continue;
    }
    Listing listing;
    listing.token = std::to_string(95'000 + ++made_up);
    listing.symbol = name + "-EQ";
    listing.name = name;
    listing.tick = Price(500);
    listing.anchor = close;
    listing.freeze_quantity = 100'000;
    listing.band_bps = 2'000;
    book.add(std::move(listing));
  }
  auto world = std::unique_ptr<World>(new World(settings, std::move(book), std::move(bars)));
  const std::size_t live = world->listings.all().size();
  world->rows_in_file_alone = settings.instruments > live ? settings.instruments - live : 0;
  return world;
}

World::World(const WorldSettings& settings, ListingBook book, RecordedBars bars)
    : listings(std::move(book)),
      recorded(std::move(bars)),
      clock(settings.start),
      sessions(settings.seed),
      faults(settings.seed),
      settings_(settings) {
  market = std::make_unique<Market>(listings, settings.seed, recorded.names().empty() ? nullptr : &recorded);
  engine = std::make_unique<Engine>(*market, settings.seed, [this](const Account& account, const Order& order) {
    if (on_order) on_order(account, order);
  });
  // The market of a start on a closed day is that of the day before it: prices of the last close.
  TradingDate date = date_of(settings.start);
  today_ = plan_of(date);
  market->begin_day(today_);
  // The part of the day before the start has been traded, too.
  const Timestamp now = clock.now();
  clock = ExchangeClock(today_.is_trading && now > today_.open ? today_.open : now);
  if (clock.now() < now) {
    play_prints(clock.now() - microseconds(1), std::min(now, today_.day_orders_end));
    clock = ExchangeClock(now);
  } else if (today_.is_trading && now == today_.open) {
    play_prints(now - microseconds(1), now);
  }
}

Account* World::find_account(std::string_view client_code) {
  for (const auto& account : accounts_)
    if (account->client_code == client_code) return account.get();
  return nullptr;
}

Account* World::account_of_key(std::string_view api_key) {
  for (const auto& account : accounts_)
    if (account->api_key == api_key) return account.get();
  return nullptr;
}

Account& World::add_account(std::string client_code, std::string pin, std::string totp_secret, std::string api_key,
                            std::int64_t cash_paise) {
  auto account = std::make_unique<Account>();
  account->client_code = std::move(client_code);
  account->pin = std::move(pin);
  account->totp_secret = std::move(totp_secret);
  account->api_key = std::move(api_key);
  account->cash_paise = cash_paise;
  engine->add_account(*account);
  accounts_.push_back(std::move(account));
  return *accounts_.back();
}

Timestamp World::next_event(Timestamp after) const {
  Timestamp next = midnight_of(date_of(after) + 1);
  if (!today_.is_trading) return next;
  for (const Timestamp event : {today_.pre_open, today_.open, today_.square_off, today_.close_auctioned, today_.uncross,
                                today_.auction_end, today_.close_plain - minutes(1), today_.close_plain,
                                today_.close_derivatives - minutes(1), today_.close_derivatives, today_.day_orders_end})
    if (event > after) next = std::min(next, event);
  return next;
}

void World::advance_to(Timestamp target, SteadyUs steady) {
  // Wishes on their way belong to the time before the step.
  if (target - clock.now() > seconds(60)) engine->settle(clock.now(), steady, true);
  while (clock.now() < target) {
    const Timestamp from = clock.now();
    const Timestamp event = next_event(from);
    const Timestamp to = std::min(event, target);
    play_prints(from, to);
    clock.played_up_to(to);
    if (to == event) events_at(event, steady);
  }
}

void World::play_prints(Timestamp from, Timestamp to) {
  // (from, to]. The phase is one up to `to`, where it may end: then the last instant is not in.
  std::array<bool, 3> is_open{};
  std::array<bool, 3> is_open_at_end{};
  bool is_any_open = false;
  for (std::size_t i = 0; i < is_open.size(); ++i) {
    is_open[i] = today_.phase(static_cast<Board>(i), from + microseconds(1)) == Phase::kContinuous;
    is_open_at_end[i] = is_open[i] && today_.phase(static_cast<Board>(i), to) == Phase::kContinuous;
    is_any_open = is_any_open || is_open[i];
  }
  if (!is_any_open) return;
  std::vector<char> has_printed(market->tapes().size(), 0);
  const std::int64_t step = 1'000'000 / std::clamp<std::int64_t>(settings_.prints_per_second, 1, 10);
  for (Timestamp t{(from.us / step + 1) * step}; t <= to; t = t + microseconds(step)) {
    clock.played_up_to(t);
    for (std::size_t i = 0; i < has_printed.size(); ++i) {
      Tape* tape = market->tapes()[i].get();
      const auto board = static_cast<std::size_t>(board_of(*tape->listing));
      if (!(t == to ? is_open_at_end : is_open)[board]) continue;
      if (!market->walk(*tape, t)) continue;
      // A ladder that nothing can trade with is made once, at the end.
      if (engine->is_watching(*tape->listing)) market->renew_ladder(*tape);
      engine->on_print(*tape, t);
      has_printed[i] = 1;
    }
  }
  for (std::size_t i = 0; i < has_printed.size(); ++i) {
    Tape* tape = market->tapes()[i].get();
    if (has_printed[i] == 0) continue;
    if (!engine->is_watching(*tape->listing)) market->renew_ladder(*tape);
    if (on_tape) on_tape(*tape);
  }
}

void World::events_at(Timestamp t, SteadyUs steady) {
  if (t == midnight_of(date_of(t))) {
    engine->settle(t, steady, true);
    begin_date(date_of(t));
    return;
  }
  if (t == today_.open) {
    play_prints(t - microseconds(1), t);
    engine->at_open(t, steady);
  }
  const std::array<std::pair<Timestamp, Board>, 3> square_offs{
      std::pair(today_.square_off, Board::kClosingAuction),
      std::pair(today_.close_plain - minutes(1), Board::kPlain),
      std::pair(today_.close_derivatives - minutes(1), Board::kDerivatives)};
  for (const auto& [when, board] : square_offs)
    if (when == t)
      for (const auto& account : accounts_) engine->square_off(*account, board, t, steady);
  if (t == today_.uncross && today_.auction_end > today_.uncross)
    for (const auto& tape : market->tapes())
      if (board_of(*tape->listing) == Board::kClosingAuction) {
        engine->uncross(*tape, t);
        // An index that stood still since 15:15 prints once more.
        market->print(*tape, {tape->last, 0}, t);
        if (on_tape) on_tape(*tape);
      }
  if (t == today_.day_orders_end) {
    engine->settle(t, steady, true);
    engine->end_of_session(t);
  }
}

void World::begin_date(TradingDate date) {
  // An ended trading day becomes history before the next begins.
  if (today_.is_trading) settle_accounts();
  sessions.kill_all();
  if (on_midnight) on_midnight();
  market->end_day();
  today_ = plan_of(date);
  if (today_.is_trading) market->begin_day(today_);
}

void World::settle_accounts() {
  for (const auto& account : accounts_) {
    for (auto& [listing, holding] : account->holdings) {
      holding.settled += holding.t1;
      holding.t1 = 0;
    }
    std::map<std::pair<const Listing*, std::string>, Position> carried;
    for (const auto& [key, position] : account->positions) {
      const std::int64_t net = position.net();
      if (position.product != "DELIVERY" && position.product != "INTRADAY" && net != 0) {
        Position next;
        next.listing = position.listing;
        next.product = position.product;
        (net > 0 ? next.carried_buy_quantity : next.carried_sell_quantity) = std::abs(net);
        const std::int64_t value = std::abs(net) * market->tape(*position.listing).last.value();
        (net > 0 ? next.carried_buy_value_e4 : next.carried_sell_value_e4) = value;
        account->cash_paise += divide(position.flow_e4() + (net > 0 ? value : -value), 100, Rounding::kFloor);
        carried[key] = next;
        continue;
      }
      account->cash_paise += divide(position.flow_e4(), 100, Rounding::kFloor);
      if (net == 0) continue;
      Holding& holding = account->holdings[position.listing];
      holding.listing = position.listing;
      const std::int64_t held = holding.settled + holding.t1;
      if (net > 0) {
        const std::int64_t cost = mul_div(position.buy_value_e4, net, position.buy_quantity, Rounding::kHalfUp);
        holding.average = Price(divide(holding.average.value() * held + cost, held + net, Rounding::kHalfUp));
        holding.t1 += net;
      } else {
        holding.settled += net;
      }
    }
    std::erase_if(account->holdings, [](const auto& entry) { return entry.second.settled + entry.second.t1 == 0; });
    account->positions = std::move(carried);
    for (auto& order : account->orders)
      if (order->state != OrderState::kAfterMarket) account->earlier.push_back(std::move(order));
    std::erase_if(account->orders, [](const auto& order) { return order == nullptr; });
  }
  last_books.clear();
}

}  // namespace sandbox
