// History of the simulated market: finished bars at any timeframe, made again for each question.

#include <algorithm>
#include <utility>

#include "execution_broker/market/aggregate.h"
#include "execution_broker/market/bar_range.h"
#include "execution_broker/market/simulated/simulated_source.h"

namespace broker {

namespace {

using trading::BarSeries;
using trading::SessionHours;
using trading::Timeframe;
using trading::Timestamp;
using trading::TradingDate;

constexpr std::size_t kVolumeDays = 20;

// Does a bar of [start, end) answer the query, when nothing after `history_end` is history?
bool matches(const BarQuery& query, Timestamp start, Timestamp end, Timestamp history_end) {
  return end <= history_end && (!query.from || start >= *query.from) &&
         (!query.to || start <= *query.to);
}

// Start of every bar of the day that answers the query.
std::vector<Timestamp> starts_of(const BarQuery& query, const std::vector<SessionHours>& sessions,
                                 trading::Duration length, Timestamp history_end) {
  std::vector<Timestamp> starts;
  for (const SessionHours& session : sessions)
    for (Timestamp start = session.begin; start < session.end; start = start + length)
      if (matches(query, start, std::min(start + length, session.end), history_end))
        starts.push_back(start);
  return starts;
}

void append(BarSeries& out, const BarSeries& part) {
  const auto add = [](std::vector<std::int64_t>& to, const std::vector<std::int64_t>& from) {
    to.insert(to.end(), from.begin(), from.end());
  };
  add(out.ts_us, part.ts_us);
  add(out.open_e4, part.open_e4);
  add(out.high_e4, part.high_e4);
  add(out.low_e4, part.low_e4);
  add(out.close_e4, part.close_e4);
  add(out.volume, part.volume);
}

}  // namespace

trading::Result<BarReply> SimulatedSource::bars(const BarQuery& query) const {
  Book* book = book_of(query.symbol);
  if (book == nullptr) return master_.find(query.symbol).error();
  Timestamp history_end = query.as_of;
  if (query.ignore_clock && query.as_of.us == 0) history_end = days_[days_.size() - 1].close(false);
  BarReply reply = query.timeframe == Timeframe::kOneDay ? daily_bars(*book, query, history_end)
                                                         : intraday_bars(*book, query, history_end);
  reply.source = "simulated";
  if (query.is_adjusted) {
    const std::size_t used =
        adjust(reply.bars, chain_of(*book).steps, trading::date_of(history_end));
    if (used > 0)
      reply.notes.push_back("adjusted for " + std::to_string(used) +
                            " splits and dividends known on " +
                            trading::date_of(history_end).iso());
  }
  return reply;
}

BarReply SimulatedSource::daily_bars(Book& book, const BarQuery& query,
                                     Timestamp history_end) const {
  const simulated::DailyChain& chain = chain_of(book);
  std::vector<std::int64_t> starts;
  starts.reserve(days_.size());
  std::size_t finished = 0;
  for (std::size_t d = 0; d < days_.size(); ++d) {
    starts.push_back(timestamp_of(days_[d].date, trading::at(0, 0)).us);
    if (sessions_of(book, d).back().end <= history_end) finished = d + 1;
  }
  const RowRange rows = rows_of(query, starts, finished);
  BarReply reply;
  reply.total = rows.matched;
  reply.bars.timeframe = Timeframe::kOneDay;
  reply.bars.reserve(rows.end - rows.begin);
  for (std::size_t d = rows.begin; d < rows.end; ++d) {
    const simulated::SimulatedDay& day = chain.days[d];
    reply.bars.push_back({{starts[d]},
                          trading::Price(day.open),
                          trading::Price(day.high),
                          trading::Price(day.low),
                          trading::Price(day.close),
                          day.volume});
  }
  return reply;
}

BarReply SimulatedSource::intraday_bars(Book& book, const BarQuery& query,
                                        Timestamp history_end) const {
  BarReply reply;
  reply.bars.timeframe = query.timeframe;
  const trading::Duration length = trading::length_of(query.timeframe);
  const TradingDate newest =
      trading::date_of(query.to ? std::min(*query.to, history_end) : history_end);
  const std::optional<std::size_t> last_day = days_.at_or_before(newest);
  if (!last_day) return reply;

  // From the newest day back: the newest rows win, and only the days that give rows are made.
  std::vector<BarSeries> parts;
  std::size_t rows = 0;
  for (std::size_t d = *last_day + 1; d-- > 0;) {
    const std::vector<SessionHours>& sessions = sessions_of(book, d);
    if (query.from && sessions.back().end <= *query.from) break;
    const std::vector<Timestamp> starts = starts_of(query, sessions, length, history_end);
    reply.total += starts.size();
    if (starts.empty() || (query.max_rows > 0 && rows >= query.max_rows)) continue;

    const simulated::DayPath path = make_path(book, d);
    std::vector<trading::Bar> minutes;
    minutes.reserve(path.size());
    for (std::size_t m = 0; m < path.size(); ++m) minutes.push_back(path.bar(m));
    BarSeries day;
    day.timeframe = query.timeframe;
    aggregate_day(minutes, sessions, query.timeframe, day);
    const auto first = static_cast<std::size_t>(
        std::lower_bound(day.ts_us.begin(), day.ts_us.end(), starts.front().us) -
        day.ts_us.begin());
    std::size_t take = starts.size();
    std::size_t begin = first;
    if (query.max_rows > 0 && rows + take > query.max_rows) {
      begin += rows + take - query.max_rows;
      take = query.max_rows - rows;
    }
    parts.push_back(cut(day, begin, begin + take));
    rows += take;
  }
  reply.bars.reserve(rows);
  for (std::size_t i = parts.size(); i-- > 0;) append(reply.bars, parts[i]);
  return reply;
}

std::int64_t SimulatedSource::average_daily_volume(std::string_view symbol,
                                                   TradingDate date) const {
  Book* book = book_of(symbol);
  const std::optional<std::size_t> last = days_.at_or_before(date - 1);
  if (book == nullptr || !last) return 0;
  const simulated::DailyChain& chain = chain_of(*book);
  const std::size_t first = *last + 1 > kVolumeDays ? *last + 1 - kVolumeDays : 0;
  std::int64_t sum = 0;
  for (std::size_t d = first; d <= *last; ++d) {
    std::int64_t volume =
        chain.days[d].volume;  // in shares of that day: brought to shares of `date`
    for (const CorporateAction& action : chain.actions)
      if (action.ex_date > days_[d].date && action.ex_date <= date)
        volume *= action.split_numerator;
    sum += volume;
  }
  return sum / static_cast<std::int64_t>(*last - first + 1);
}

std::vector<CorporateAction> SimulatedSource::corporate_actions(std::string_view symbol,
                                                                TradingDate from,
                                                                TradingDate to) const {
  std::vector<CorporateAction> out;
  Book* book = book_of(symbol);
  if (book == nullptr) return out;
  for (const CorporateAction& action : chain_of(*book).actions)
    if (action.ex_date > from && action.ex_date <= to) out.push_back(action);
  return out;
}

}  // namespace broker
