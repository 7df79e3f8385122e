// The recorded market: opening the folder, quotes and prints. Its history is in csv_history.cpp.

#include "execution_broker/market/csv/csv_source.h"

#include <algorithm>
#include <map>
#include <utility>

#include "trading/fills/modelled_depth.h"

namespace broker {

namespace {

using trading::Price;
using trading::Timestamp;

constexpr std::string_view kDailyOnlyNote =
    "daily bars alone: the last close, no intraday prints and no book; the symbol takes no entries";

// Parses one file into its symbol's place.
trading::Status take_file(CsvBytes file, const CsvName& name, SymbolFiles& into) {
  if (name.kind == CsvKind::kBseActions) {
    ASSIGN_OR_RETURN(into.actions, parse_actions(file.bytes, file.file_name));
    into.actions_name = std::move(file.file_name);
    return {};
  }
  ASSIGN_OR_RETURN(ParsedFile parsed, parse_csv(file.bytes, file.file_name));
  SymbolFiles::File taken{std::move(file.file_name), std::move(parsed)};
  switch (name.kind) {
    case CsvKind::kNseDaily:
      into.nse_daily = std::move(taken);
      break;
    case CsvKind::kNseFiveMinute:
      into.nse_five_minute = std::move(taken);
      break;
    case CsvKind::kNseOneMinute:
      into.nse_one_minute = std::move(taken);
      break;
    case CsvKind::kBseDailyRaw:
      into.bse_daily_raw = std::move(taken);
      break;
    case CsvKind::kBseActions:
      break;
  }
  return {};
}

bool has_prices(const SymbolFiles& files) {
  return files.nse_daily || files.nse_five_minute || files.nse_one_minute || files.bse_daily_raw;
}

// A band that the recorded day has left was wider than modelled: it reaches as far as the market
// went so far.
void widen_band(trading::PriceBand& band, const DaySoFar& day, const trading::Bar& bar,
                Price tick) {
  band.lower = std::min({band.lower, day.low.floor_to(tick), bar.low.floor_to(tick)});
  band.upper = std::max({band.upper, day.high.ceil_to(tick), bar.high.ceil_to(tick)});
}

}  // namespace

trading::Result<std::unique_ptr<CsvSource>> CsvSource::open(const std::filesystem::path& folder) {
  ASSIGN_OR_RETURN(std::vector<CsvBytes> files, read_csv_folder(folder));
  trading::Result<std::unique_ptr<CsvSource>> source = from_files(std::move(files));
  if (!source && source.error().code == "MARKET_DATA_DIR_EMPTY")
    source.error().what = "MARKET_DATA_DIR=" + folder.string() + " holds " + source.error().what;
  return source;
}

trading::Result<std::unique_ptr<CsvSource>> CsvSource::from_files(std::vector<CsvBytes> files) {
  std::unique_ptr<CsvSource> source(new CsvSource());
  std::map<std::string, SymbolFiles> by_symbol;
  std::optional<trading::Error> unusable;  // all unusable files, told together
  for (CsvBytes& file : files) {
    const std::optional<CsvName> name = parse_csv_name(file.file_name);
    if (!name) {
      source->findings_.push_back(
          file.file_name +
          ": not used, the name is none of SYMBOL_nse_1d, _nse_5m, _nse_1m, "
          "_bse_1d_raw, _bse_1d_actions (.csv)");
      continue;
    }
    SymbolFiles& into = by_symbol[name->symbol];
    into.symbol = name->symbol;
    if (trading::Status taken = take_file(std::move(file), *name, into); !taken) {
      if (unusable)
        unusable->what += " | " + taken.error().what;
      else
        unusable = taken.error();
    }
  }
  if (unusable) return *unusable;

  CalendarEvidence evidence;
  std::vector<trading::Instrument> instruments;
  for (auto it = by_symbol.begin(); it != by_symbol.end();) {
    if (!has_prices(it->second)) {
      source->findings_.push_back(*it->second.actions_name + ": not used, no price file of " +
                                  it->first);
      it = by_symbol.erase(it);
      continue;
    }
    add_evidence(it->second, evidence);
    instruments.push_back(instrument_of_files(it->second));
    ++it;
  }
  if (by_symbol.empty())
    return trading::make_error(
        "MARKET_DATA_DIR_EMPTY", "no price files",
        "put files like TCS_nse_5m.csv (ts,open,high,low,close,volume) there, or set "
        "MARKET_DATA=simulated",
        trading::Retry::kNo, "MARKET_DATA_DIR");
  source->master_ = std::make_unique<InstrumentMaster>(std::move(instruments));
  source->calendar_ = evidence.calendar(trading::ExchangeCalendar::nse());
  source->symbols_.reserve(by_symbol.size());
  for (auto& [symbol, symbol_files] : by_symbol) {
    const trading::Instrument& instrument = source->master_->all()[source->symbols_.size()];
    source->symbols_.push_back(
        put_together(std::move(symbol_files), instrument, source->calendar_, source->findings_));
  }
  source->set_bounds();
  return source;
}

void CsvSource::set_bounds() {
  std::optional<Timestamp> first_intraday;
  std::optional<Timestamp> first_daily;
  for (const CsvSymbol& symbol : symbols_) {
    if (symbol.intraday) {
      const Timestamp begin = symbol.days.front().sessions.front().begin;
      first_intraday = std::min(first_intraday.value_or(begin), begin);
      last_print_ =
          std::max(last_print_, Timestamp{symbol.intraday->end_us.back()} - trading::seconds(1));
    } else {
      const Timestamp end{symbol.daily.end_us.front()};
      first_daily = std::min(first_daily.value_or(end), end);
      last_print_ = std::max(last_print_, Timestamp{symbol.daily.end_us.back()});
    }
  }
  first_session_ = first_intraday ? *first_intraday : *first_daily;
}

trading::Result<trading::Quote> CsvSource::quote(std::string_view symbol, Timestamp now) const {
  const CsvSymbol* found = symbol_of(symbol);
  if (found == nullptr) return master_->find(symbol).error();
  const auto nothing = [&](Timestamp first) {
    return trading::make_error("NO_MARKET_DATA",
                               std::string(symbol) + " has no print before " + format_ist(now) +
                                   "; its first is at " + format_ist(first),
                               "ask for a later time, or set SIM_START to where the files begin");
  };
  trading::Quote quote;
  if (found->intraday) {
    const std::optional<std::size_t> row = found->row_at(now);
    if (!row) return nothing({found->intraday->parsed.bars.ts_us.front()});
    const auto prints = walk(found->intraday->parsed.bars.at(*row), found->length_of_row(*row));
    std::size_t k = 0;
    while (k + 1 < prints.size() && prints[k + 1].ts <= now) ++k;
    quote.slice = intraday_slice(*found, *row, k);
    quote.source = "csv:" + found->intraday->file;
    quote.note = trading::kModelledDepthNote;
    if (!found->day_of(*row).is_previous_known)
      quote.note += "; the file's first day: its open stands in for the previous close";
    // While a bar covers `now` its modelled book stands: the quote is as of now.
    const bool is_covered = now.us < found->intraday->end_us[*row];
    quote.age = is_covered ? trading::Duration{} : now - quote.slice.ts;
  } else {
    const auto after =
        std::upper_bound(found->daily.end_us.begin(), found->daily.end_us.end(), now.us);
    if (after == found->daily.end_us.begin()) return nothing({found->daily.end_us.front()});
    quote.slice =
        daily_slice(*found, static_cast<std::size_t>(after - found->daily.end_us.begin()) - 1);
    quote.source = "csv:" + found->daily.file;
    quote.note = kDailyOnlyNote;
    if (!found->daily.is_raw)
      quote.note += "; the file is adjusted by its maker, raw prices are not known";
    quote.age = now - quote.slice.ts;
  }
  quote.slice.phase = calendar_.phase(now, found->instrument->has_derivatives);
  return quote;
}

std::optional<trading::MarketSlice> CsvSource::next_slice(std::string_view symbol, Timestamp after,
                                                          Timestamp until) const {
  const CsvSymbol* found = symbol_of(symbol);
  if (found == nullptr || until <= after) return std::nullopt;
  if (!found->intraday) {
    const std::vector<std::int64_t>& ends = found->daily.end_us;
    const auto next = std::upper_bound(ends.begin(), ends.end(), after.us);
    if (next == ends.end() || *next > until.us) return std::nullopt;
    return daily_slice(*found, static_cast<std::size_t>(next - ends.begin()));
  }
  const trading::BarSeries& bars = found->intraday->parsed.bars;
  const std::optional<std::size_t> covering = found->row_at(after);
  for (std::size_t row = covering.value_or(0); row < bars.size(); ++row) {
    if (bars.ts_us[row] > until.us) return std::nullopt;
    const auto prints = walk(bars.at(row), found->length_of_row(row));
    for (std::size_t k = 0; k < prints.size(); ++k) {
      if (prints[k].ts <= after) continue;
      if (prints[k].ts > until) return std::nullopt;
      return intraday_slice(*found, row, k);
    }
  }
  return std::nullopt;
}

bool CsvSource::has_intraday(std::string_view symbol) const {
  const CsvSymbol* found = symbol_of(symbol);
  return found != nullptr && found->intraday.has_value();
}

const CsvSymbol* CsvSource::symbol_of(std::string_view symbol) const {
  const auto found = std::lower_bound(
      symbols_.begin(), symbols_.end(), symbol,
      [](const CsvSymbol& a, std::string_view wanted) { return a.instrument->symbol < wanted; });
  return found != symbols_.end() && found->instrument->symbol == symbol ? &*found : nullptr;
}

trading::MarketSlice CsvSource::intraday_slice(const CsvSymbol& symbol, std::size_t row,
                                               std::size_t k) const {
  const trading::BarSeries& bars = symbol.intraday->parsed.bars;
  const CsvDay& day = symbol.day_of(row);
  const trading::Bar bar = bars.at(row);
  const trading::Duration length = symbol.length_of_row(row);
  const auto prints = walk(bar, length);
  DaySoFar so_far;
  for (std::size_t i = day.begin; i < row; ++i) so_far.add(bars.at(i));
  for (std::size_t i = 0; i <= k; ++i) so_far.add(prints[i].price, prints[i].volume);
  DayTerms terms = terms_of(*symbol.instrument, day.date, day.previous_close);
  widen_band(terms.band, so_far, bar, terms.tick);
  return slice_of(symbol.instrument->symbol, terms, so_far, bar, length, prints[k],
                  calendar_.phase(prints[k].ts, symbol.instrument->has_derivatives));
}

trading::MarketSlice CsvSource::daily_slice(const CsvSymbol& symbol, std::size_t row) const {
  const trading::BarSeries& bars = symbol.daily.parsed.bars;
  const trading::Bar bar = bars.at(row);
  trading::MarketSlice slice;
  slice.symbol = symbol.instrument->symbol;
  slice.ts = {symbol.daily.end_us[row]};
  slice.bar_ts = bar.ts;
  slice.last = bar.close;
  slice.open = bar.open;
  slice.high = bar.high;
  slice.low = bar.low;
  slice.previous_close = row > 0 ? Price(bars.close_e4[row - 1]) : bar.open;
  if (symbol.daily.is_raw)  // the base of a day on which a split is effective
    for (const CorporateAction& action : symbol.actions)
      if (row > 0 && action.ex_date == trading::date_of(bar.ts))
        slice.previous_close =
            Price(slice.previous_close.value() * action.split_denominator / action.split_numerator);
  slice.day_volume = bar.volume;
  slice.traded_volume = bar.volume;
  slice.bar_low = bar.low;
  slice.bar_high = bar.high;
  slice.phase = calendar_.phase(slice.ts, symbol.instrument->has_derivatives);
  const DayTerms terms =
      terms_of(*symbol.instrument, trading::date_of(bar.ts), slice.previous_close);
  slice.band = terms.band;
  DaySoFar day;
  day.add(bar);
  widen_band(slice.band, day, bar, terms.tick);
  return slice;
}

}  // namespace broker
