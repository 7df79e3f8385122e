// The simulated market: quotes and prints. Its history is in simulated_history.cpp.

#include "execution_broker/market/simulated/simulated_source.h"

#include <algorithm>
#include <utility>

#include "trading/fills/modelled_depth.h"
#include "execution_broker/market/simulated/minute_prints.h"

namespace broker {

namespace {

using simulated::DailyChain;
using simulated::DayPath;
using trading::SessionHours;
using trading::SessionPhase;
using trading::Timestamp;

std::vector<trading::Instrument> known_list() {
  std::vector<trading::Instrument> out;
  for (const KnownInstrument& known : known_instruments()) out.push_back(instrument_of(known));
  return out;
}

std::vector<std::string> sectors_of(const std::vector<trading::Instrument>& instruments) {
  std::vector<std::string> out;
  for (const trading::Instrument& instrument : instruments) out.push_back(instrument.sector);
  return out;
}

}  // namespace

SimulatedSource::SimulatedSource(std::uint64_t seed)
    : SimulatedSource(seed, trading::ExchangeCalendar::nse()) {}

SimulatedSource::SimulatedSource(std::uint64_t seed, const trading::ExchangeCalendar& calendar)
    : seed_(seed),
      calendar_(calendar),
      master_(known_list()),
      days_(calendar),
      plans_(simulated::make_plans(seed, days_, master_.all().size())),
      factors_(seed, sectors_of(master_.all()), days_.size()) {
  for (std::size_t i = 0; i < master_.all().size(); ++i) {
    auto book = std::make_unique<Book>();
    book->instrument = &master_.all()[i];
    book->known = &known_instruments()[i];  // both are sorted by symbol
    book->number = simulated::number_of(book->instrument->symbol);
    books_.push_back(std::move(book));
  }
}

trading::Timestamp SimulatedSource::first_session() const {
  return timestamp_of(trading::TradingDate::from_civil(2026, 11, 23), trading::at(9, 15));
}

trading::Timestamp SimulatedSource::last_print() const {
  return days_[days_.size() - 1].close(false) - trading::seconds(1);
}

trading::Result<trading::Quote> SimulatedSource::quote(std::string_view symbol,
                                                       Timestamp now) const {
  Book* book = book_of(symbol);
  if (book == nullptr) return master_.find(symbol).error();
  std::optional<std::size_t> day = days_.at_or_before(trading::date_of(now));
  if (day && now < sessions_of(*book, *day).front().begin)
    day = *day == 0 ? std::nullopt : std::optional(*day - 1);
  if (!day)
    return trading::make_error("NO_MARKET_DATA",
                               std::string(symbol) + " has no print before " + format_ist(now),
                               "the simulated market begins on " + days_[0].date.iso() +
                                   "; set SIM_START to a later time");
  const std::size_t minute = *simulated::minute_at_or_before(sessions_of(*book, *day), now);
  trading::Quote quote;
  quote.slice = slice_in(*book, *day, minute, now);
  quote.slice.phase = phase_at(*book, now);
  quote.source = "simulated";
  // While a minute covers `now` its modelled book stands: the quote is as of now.
  const Timestamp covered_until = quote.slice.bar_ts + trading::minutes(1);
  quote.age = now < covered_until ? trading::Duration{} : now - quote.slice.ts;
  quote.note = trading::kModelledDepthNote;
  return quote;
}

std::optional<trading::MarketSlice> SimulatedSource::next_slice(std::string_view symbol,
                                                                Timestamp after,
                                                                Timestamp until) const {
  Book* book = book_of(symbol);
  if (book == nullptr || until <= after) return std::nullopt;
  const std::optional<std::size_t> known = days_.at_or_before(trading::date_of(after));
  for (std::size_t day = known.value_or(0); day < days_.size(); ++day) {
    const std::vector<SessionHours>& sessions = sessions_of(*book, day);
    if (sessions.front().begin > until) return std::nullopt;
    if (after >= sessions.back().end - trading::seconds(1)) continue;
    const std::size_t minute = simulated::minute_at_or_before(sessions, after).value_or(0);
    return first_slice_after(*book, day, minute, after, until);
  }
  return std::nullopt;
}

bool SimulatedSource::has_intraday(std::string_view symbol) const {
  return book_of(symbol) != nullptr;
}

SimulatedSource::Book* SimulatedSource::book_of(std::string_view symbol) const {
  const std::vector<trading::Instrument>& all = master_.all();
  const auto found = std::lower_bound(
      all.begin(), all.end(), symbol,
      [](const trading::Instrument& a, std::string_view wanted) { return a.symbol < wanted; });
  if (found == all.end() || found->symbol != symbol) return nullptr;
  return books_[static_cast<std::size_t>(found - all.begin())].get();
}

const DailyChain& SimulatedSource::chain_of(Book& book) const {
  const std::lock_guard lock(book.mutex);
  if (!book.chain) {
    const auto index = static_cast<std::size_t>(book.instrument - master_.all().data());
    book.chain = std::make_unique<const DailyChain>(simulated::make_daily_chain(
        {seed_, *book.known, *book.instrument, days_, factors_, plans_[index]}));
  }
  return *book.chain;
}

SimulatedSource::PathPointer SimulatedSource::path_of(Book& book, std::size_t day) const {
  {
    const std::lock_guard lock(book.mutex);
    for (Slot& slot : book.slots) {
      if (!slot.path || slot.day != day) continue;
      if (&slot != &book.slots[0]) std::swap(slot, book.slots[0]);
      return book.slots[0].path;
    }
  }
  auto made = std::make_shared<const DayPath>(make_path(book, day));
  const std::lock_guard lock(book.mutex);
  book.slots[1] = std::exchange(book.slots[0], Slot{day, made});
  return made;
}

DayPath SimulatedSource::make_path(Book& book, std::size_t day) const {
  return simulated::make_day_path(chain_of(book).days[day], sessions_of(book, day),
                                  day_key(book, day));
}

std::uint64_t SimulatedSource::day_key(const Book& book, std::size_t day) const {
  return simulated::key_of(seed_, simulated::Stream::kMinutes, book.number,
                           static_cast<std::uint64_t>(days_[day].date.days));
}

const std::vector<SessionHours>& SimulatedSource::sessions_of(const Book& book,
                                                              std::size_t day) const {
  return days_[day].sessions(book.instrument->has_derivatives);
}

DayTerms SimulatedSource::terms_on(Book& book, std::size_t day) const {
  return terms_of(*book.instrument, days_[day].date, trading::Price(chain_of(book).days[day].base));
}

SessionPhase SimulatedSource::phase_at(const Book& book, Timestamp t) const {
  // The usual case without building the calendar's answer: inside a continuous session.
  const std::optional<std::size_t> day = days_.at_or_before(trading::date_of(t));
  if (day)
    for (const SessionHours& session : sessions_of(book, *day))
      if (t >= session.begin && t < session.end) return SessionPhase::kContinuous;
  return calendar_.phase(t, book.instrument->has_derivatives);
}

trading::MarketSlice SimulatedSource::slice_in(Book& book, std::size_t day, std::size_t minute,
                                               Timestamp t) const {
  const PathPointer path = path_of(book, day);
  const DayTerms terms = terms_on(book, day);
  const trading::Bar bar = path->bar(minute);
  const auto prints = simulated::prints_of(bar, terms.tick, day_key(book, day));
  DaySoFar so_far = path->day_before(minute);
  std::size_t k = 0;
  so_far.add(prints[0].price, prints[0].volume);
  while (k + 1 < prints.size() && prints[k + 1].ts <= t) {
    ++k;
    so_far.add(prints[k].price, prints[k].volume);
  }
  return slice_of(book.instrument->symbol, terms, so_far, bar, trading::minutes(1), prints[k],
                  SessionPhase::kContinuous);
}

std::optional<trading::MarketSlice> SimulatedSource::first_slice_after(Book& book, std::size_t day,
                                                                       std::size_t minute,
                                                                       Timestamp after,
                                                                       Timestamp until) const {
  const PathPointer path = path_of(book, day);
  const trading::Price tick(chain_of(book).days[day].tick);
  for (; minute < path->size(); ++minute) {
    const trading::Bar bar = path->bar(minute);
    if (bar.ts > until) return std::nullopt;
    for (const trading::BarPrint& print : simulated::prints_of(bar, tick, day_key(book, day))) {
      if (print.ts <= after) continue;
      if (print.ts > until) return std::nullopt;
      return slice_in(book, day, minute, print.ts);
    }
  }
  return std::nullopt;
}

}  // namespace broker
