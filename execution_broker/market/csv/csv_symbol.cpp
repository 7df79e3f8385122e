// Files of one symbol to the series the source answers from.

#include "execution_broker/market/csv/csv_symbol.h"

#include <algorithm>
#include <utility>

#include "execution_broker/market/aggregate.h"
#include "execution_broker/market/csv/actions.h"
#include "execution_broker/market/csv/checks.h"
#include "execution_broker/market/known_instruments.h"
#include "trading/base/checked.h"
#include "trading/base/invariant.h"

namespace broker {

namespace {

using trading::Bar;
using trading::Price;
using trading::SessionHours;
using trading::Timeframe;
using trading::Timestamp;
using trading::TradingDate;

using File = SymbolFiles::File;

TradingDate date_at(const trading::BarSeries& bars, std::size_t i) {
  return trading::date_of({bars.ts_us[i]});
}

// Stamps daily bars with the first instant of their date, whatever time of day the file wrote.
void stamp_days(trading::BarSeries& bars) {
  for (std::int64_t& ts : bars.ts_us)
    ts = timestamp_of(trading::date_of({ts}), trading::at(0, 0)).us;
}

// Sessions of a day that is known to have traded.
std::vector<SessionHours> sessions_on(const trading::ExchangeCalendar& calendar, TradingDate date,
                                      bool has_derivatives) {
  const trading::DayStatus status = calendar.status(date);
  if (status.day) return status.day->sessions(has_derivatives);
  return {{timestamp_of(date, trading::at(9, 15)), timestamp_of(date, trading::at(15, 30))}};
}

std::vector<TradingDate> missing_days(const trading::BarSeries& bars,
                                      const trading::ExchangeCalendar& calendar) {
  std::vector<TradingDate> missing;
  for (std::size_t i = 1; i < bars.size(); ++i)
    for (TradingDate date = date_at(bars, i - 1) + 1; date < date_at(bars, i); date = date + 1)
      if (calendar.status(date).kind == trading::DayStatus::Kind::kTrading) missing.push_back(date);
  return missing;
}

CsvSeries intraday_series(File file, Timeframe timeframe) {
  CsvSeries out;
  out.file = std::move(file.name);
  out.parsed = std::move(file.parsed);
  out.parsed.bars.timeframe = timeframe;
  return out;
}

CsvSeries daily_series(File file, bool is_raw) {
  CsvSeries out = intraday_series(std::move(file), Timeframe::kOneDay);
  out.is_raw = is_raw;
  stamp_days(out.parsed.bars);
  return out;
}

std::vector<Bar> bars_of(const trading::BarSeries& bars, std::size_t begin, std::size_t end) {
  std::vector<Bar> out;
  out.reserve(end - begin);
  for (std::size_t i = begin; i < end; ++i) out.push_back(bars.at(i));
  return out;
}

// The daily series where no daily file is: one bar a day of the intraday series. Repairs are
// carried over.
CsvSeries daily_from(const CsvSeries& intraday, const std::vector<CsvDay>& days) {
  CsvSeries out;
  out.file = intraday.file;
  out.parsed.bars.timeframe = Timeframe::kOneDay;
  for (const CsvDay& day : days) {
    aggregate_day(bars_of(intraday.parsed.bars, day.begin, day.end), day.sessions,
                  Timeframe::kOneDay, out.parsed.bars);
    out.parsed.rows.push_back(intraday.parsed.rows[day.begin]);
    const auto repaired = std::lower_bound(intraday.parsed.repaired.begin(),
                                           intraday.parsed.repaired.end(), day.begin);
    if (repaired != intraday.parsed.repaired.end() && *repaired < day.end)
      out.parsed.repaired.push_back(static_cast<std::uint32_t>(out.parsed.bars.size() - 1));
  }
  return out;
}

std::vector<CsvDay> days_of(const CsvSeries& series, const trading::ExchangeCalendar& calendar,
                            bool has_derivatives) {
  std::vector<CsvDay> days;
  const trading::BarSeries& bars = series.parsed.bars;
  for (std::size_t i = 0; i < bars.size(); ++i) {
    const TradingDate date = date_at(bars, i);
    if (days.empty() || days.back().date != date) {
      CsvDay day;
      day.date = date;
      day.begin = i;
      day.sessions = sessions_on(calendar, date, has_derivatives);
      days.push_back(std::move(day));
    }
    days.back().end = i + 1;
  }
  return days;
}

// Last raw close before a date, from the series that hold raw prices.
std::optional<Price> raw_close_before(const std::vector<const CsvSeries*>& raw, TradingDate date) {
  for (const CsvSeries* series : raw) {
    const trading::BarSeries& bars = series->parsed.bars;
    const std::int64_t midnight = timestamp_of(date, trading::at(0, 0)).us;
    const auto after = std::lower_bound(bars.ts_us.begin(), bars.ts_us.end(), midnight);
    if (after != bars.ts_us.begin())
      return Price(bars.close_e4[static_cast<std::size_t>(after - bars.ts_us.begin()) - 1]);
  }
  return std::nullopt;
}

Price after_split(Price close, const std::vector<CorporateAction>& actions, TradingDate date) {
  for (const CorporateAction& action : actions)
    if (action.ex_date == date)
      close = Price(std::max<std::int64_t>(
          1, trading::mul_div(close.value(), action.split_denominator, action.split_numerator,
                              trading::Rounding::kHalfUp)));
  return close;
}

void check_series(const CsvSeries& series, const CsvSymbol& symbol,
                  const trading::ExchangeCalendar& calendar, std::vector<std::string>& findings) {
  findings.insert(findings.end(), series.parsed.findings.begin(), series.parsed.findings.end());
  const std::vector<std::string> more =
      check_file({series.parsed, series.file, *symbol.instrument, calendar, symbol.actions});
  findings.insert(findings.end(), more.begin(), more.end());
}

void say_unused(const std::optional<File>& file, const std::string& why,
                std::vector<std::string>& findings) {
  if (file) findings.push_back(file->name + ": not used, " + why);
}

}  // namespace

std::optional<std::size_t> CsvSymbol::row_at(Timestamp t) const {
  const std::vector<std::int64_t>& ts = intraday->parsed.bars.ts_us;
  const auto after = std::upper_bound(ts.begin(), ts.end(), t.us);
  if (after == ts.begin()) return std::nullopt;
  return static_cast<std::size_t>(after - ts.begin()) - 1;
}

const CsvDay& CsvSymbol::day_of(std::size_t row) const {
  const auto after =
      std::upper_bound(days.begin(), days.end(), row,
                       [](std::size_t wanted, const CsvDay& day) { return wanted < day.begin; });
  INVARIANT(after != days.begin(), "a row before the first day");
  return *(after - 1);
}

trading::Duration CsvSymbol::length_of_row(std::size_t row) const {
  constexpr trading::Duration kShortest = trading::seconds(4);  // room for four prints
  const trading::BarSeries& bars = intraday->parsed.bars;
  const trading::Duration whole = trading::length_of(bars.timeframe);
  const Timestamp start{bars.ts_us[row]};
  Timestamp end = end_of_bar(start, whole, day_of(row).sessions);
  if (row + 1 < bars.size()) end = std::min(end, Timestamp{bars.ts_us[row + 1]});
  return std::max(kShortest, end - start);
}

trading::Instrument instrument_of_files(const SymbolFiles& files) {
  const bool is_bse_only = !files.nse_daily && !files.nse_five_minute && !files.nse_one_minute;
  trading::Instrument out;
  if (std::optional<trading::Instrument> known = find_known_instrument(files.symbol)) {
    out = *std::move(known);
    if (!is_bse_only) return out;
  } else {
    out.symbol = files.symbol;
    out.name = files.symbol;
    out.trading_symbol = files.symbol + "-EQ";
  }
  out.token = "csv:" + files.symbol;
  if (is_bse_only) {
    out.exchange = trading::Exchange::kBse;
    out.trading_symbol = files.symbol;
  }
  return out;
}

void add_evidence(const SymbolFiles& files, CalendarEvidence& evidence) {
  const auto add_bars = [&](const std::optional<File>& file, Timeframe timeframe) {
    if (!file) return;
    for (const std::int64_t ts : file->parsed.bars.ts_us)
      evidence.add_bar({ts}, trading::length_of(timeframe));
  };
  const auto add_days = [&](const std::optional<File>& file) {
    if (!file) return;
    for (const std::int64_t ts : file->parsed.bars.ts_us) evidence.add_day(trading::date_of({ts}));
  };
  add_bars(files.nse_one_minute, Timeframe::kOneMinute);
  add_bars(files.nse_five_minute, Timeframe::kFiveMinute);
  add_days(files.nse_daily);
  add_days(files.bse_daily_raw);
}

CsvSymbol put_together(SymbolFiles files, const trading::Instrument& instrument,
                       const trading::ExchangeCalendar& calendar,
                       std::vector<std::string>& findings) {
  CsvSymbol out;
  out.instrument = &instrument;
  if (files.actions_name)
    out.actions = actions_of(files.symbol, files.actions, *files.actions_name, findings);

  if (files.nse_one_minute) {
    say_unused(files.nse_five_minute, "the 1-minute file is finer", findings);
    out.intraday = intraday_series(*std::move(files.nse_one_minute), Timeframe::kOneMinute);
  } else if (files.nse_five_minute) {
    out.intraday = intraday_series(*std::move(files.nse_five_minute), Timeframe::kFiveMinute);
  }
  CsvSeries daily_of_intraday;
  if (out.intraday) {
    out.days = days_of(*out.intraday, calendar, instrument.has_derivatives);
    daily_of_intraday = daily_from(*out.intraday, out.days);
  }
  std::optional<CsvSeries> bse_daily;
  if (files.bse_daily_raw) bse_daily = daily_series(*std::move(files.bse_daily_raw), true);

  std::vector<const CsvSeries*> raw;  // where raw closes are looked up
  if (out.intraday) raw.push_back(&daily_of_intraday);
  if (bse_daily) raw.push_back(&*bse_daily);
  std::vector<TradingDate> skipped;
  out.steps = steps_of(
      out.actions, [&](TradingDate date) { return raw_close_before(raw, date); }, &skipped);
  for (const TradingDate date : skipped)
    findings.push_back(*files.actions_name + ": the action of " + date.iso() +
                       " changes nothing: no raw close stands before it, or its dividend is as "
                       "large as the price");
  for (CsvDay& day : out.days) {
    const std::optional<Price> close = raw_close_before(raw, day.date);
    day.is_previous_known = close.has_value();
    day.previous_close = close ? after_split(*close, out.actions, day.date)
                               : Price(out.intraday->parsed.bars.open_e4[day.begin]);
  }

  if (files.nse_daily) {
    if (bse_daily)
      findings.push_back(bse_daily->file + ": not used for daily bars, NSE comes before BSE");
    out.daily = daily_series(*std::move(files.nse_daily), false);
  } else if (out.intraday) {
    if (bse_daily)
      findings.push_back(bse_daily->file + ": not used for daily bars, NSE comes before BSE");
    out.daily = std::move(daily_of_intraday);
  } else if (bse_daily) {
    out.daily = *std::move(bse_daily);
  }

  for (std::size_t i = 0; i < out.daily.parsed.bars.size(); ++i)
    out.daily.end_us.push_back(
        sessions_on(calendar, date_at(out.daily.parsed.bars, i), instrument.has_derivatives)
            .back()
            .end.us);
  out.daily.missing = missing_days(out.daily.parsed.bars, calendar);
  if (out.intraday) {
    for (std::size_t row = 0; row < out.intraday->parsed.bars.size(); ++row)
      out.intraday->end_us.push_back(out.intraday->parsed.bars.ts_us[row] +
                                     out.length_of_row(row).us);
    out.intraday->missing = missing_days(out.intraday->parsed.bars, calendar);
    check_series(*out.intraday, out, calendar, findings);
  }
  if (!out.intraday || files.nse_daily) check_series(out.daily, out, calendar, findings);
  return out;
}

}  // namespace broker
