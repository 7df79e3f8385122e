#include "execution_broker/market/smartapi/instrument_selection.h"

#include <algorithm>
#include <array>

#include "trading/base/decimal.h"
#include "trading/base/text.h"
#include "trading/data/sectors.h"

namespace broker {

namespace {

constexpr std::array<std::string_view, 5> kSeries = {"EQ", "BE", "BZ", "SM", "ST"};
constexpr std::size_t kMostFindings = 50;

bool is_wanted(std::string_view series) {
  return std::find(kSeries.begin(), kSeries.end(), series) != kSeries.end();
}

bool is_token(std::string_view text) {
  return !text.empty() && text.size() <= 20 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_symbol(std::string_view text) {
  return !text.empty() && text.size() <= 40 && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '&' || c == '_';
  });
}

}  // namespace

void InstrumentSelection::add(const smartapi::InstrumentFileRow& row) {
  if (row.segment == "NFO") {
    if (row.instrument_type == "FUTSTK" && !row.name.empty()) with_futures_.insert(row.name);
    return;
  }
  if (row.segment != "NSE" || !row.instrument_type.empty()) return;
  const auto dash = row.symbol.rfind('-');
  if (dash == std::string::npos || dash == 0) return;
  const std::string series = row.symbol.substr(dash + 1);
  if (!is_wanted(series)) return;

  Candidate one;
  one.base = row.symbol.substr(0, dash);
  one.series = series;
  trading::Instrument& instrument = one.instrument;
  instrument.trading_symbol = row.symbol;
  instrument.token = row.token;
  instrument.name = row.name.empty() ? one.base : row.name;
  instrument.series = trading::parse_series(series);
  instrument.sector = trading::data::sector_of(one.base).value_or("");
  const auto lot = trading::parse_decimal(row.lot_size, 0);
  // Paise with decimals -> 1/10,000 rupee.
  const auto tick = trading::parse_decimal(row.tick_size, 2);
  const auto freeze = row.freeze_quantity.empty() ? trading::Result<std::int64_t>(0)
                                                  : trading::parse_decimal(row.freeze_quantity, 0);
  if (!is_symbol(row.symbol) || !is_token(row.token) || !lot || *lot < 1 || !tick || *tick <= 0 ||
      !freeze || *freeze < 0) {
    ++unreadable_;
    if (findings_.size() < kMostFindings)
      findings_.push_back("instrument file: " + trading::quoted(row.symbol) +
                          " left out: its token, lot, tick or freeze quantity cannot be read");
    return;
  }
  instrument.lot_size = *lot;
  instrument.fixed_tick = trading::Price(*tick);
  instrument.freeze_quantity = *freeze;
  one.has_closing_auction = row.has_closing_auction == "true";

  // The same row twice is one row; two rows that differ are none.
  const auto known_token = symbol_of_token_.find(row.token);
  const auto known = by_trading_symbol_.find(row.symbol);
  const bool is_other_symbol = known_token != symbol_of_token_.end() && known_token->second != row.symbol;
  const bool is_other_token = known != by_trading_symbol_.end() && known->second.instrument.token != row.token;
  if (is_other_symbol || is_other_token) {
    if (findings_.size() < kMostFindings)
      findings_.push_back("instrument file: " + row.symbol + " and token " + row.token +
                          " stand in two rows that differ: left out");
    if (is_other_symbol) by_trading_symbol_[known_token->second].is_ambiguous = true;
    if (known == by_trading_symbol_.end()) by_trading_symbol_[row.symbol] = one;
    by_trading_symbol_[row.symbol].is_ambiguous = true;
    return;
  }
  symbol_of_token_[row.token] = row.symbol;
  by_trading_symbol_.emplace(row.symbol, std::move(one));
}

trading::Result<SelectedInstruments> InstrumentSelection::finish(std::size_t least) {
  SelectedInstruments out;
  out.findings = std::move(findings_);
  if (unreadable_ > 0)
    out.findings.push_back("instrument file: " + std::to_string(unreadable_) + " rows left out");
  const auto usable = [&](const std::string& trading_symbol) {
    const auto found = by_trading_symbol_.find(trading_symbol);
    return found != by_trading_symbol_.end() && !found->second.is_ambiguous;
  };
  for (auto& [trading_symbol, one] : by_trading_symbol_) {
    if (one.is_ambiguous) continue;
    trading::Instrument& instrument = one.instrument;
    const bool has_eq = by_trading_symbol_.contains(one.base + "-EQ");
    const bool is_first = one.series == "EQ" ||
                          (one.series == "BE" && !has_eq) ||
                          (one.series == "BZ" && !has_eq && !usable(one.base + "-BE"));
    instrument.symbol = is_first ? one.base : trading_symbol;
    // A future on it, or its closing auction, which only such stocks have. Where the file says one and not the other, the
    // day counts as the shorter one: what is not closed when continuous trading ends cannot be closed that day.
    instrument.has_derivatives = one.series == "EQ" && (one.has_closing_auction || with_futures_.contains(one.base));
    out.instruments.push_back(std::move(instrument));
  }
  std::sort(out.instruments.begin(), out.instruments.end(),
            [](const auto& a, const auto& b) { return a.symbol < b.symbol; });
  // "A-BE" may be a company's symbol and another's series: neither is guessed.
  for (auto twin = std::adjacent_find(out.instruments.begin(), out.instruments.end(),
                                      [](const auto& a, const auto& b) { return a.symbol == b.symbol; });
       twin != out.instruments.end();
       twin = std::adjacent_find(out.instruments.begin(), out.instruments.end(),
                                 [](const auto& a, const auto& b) { return a.symbol == b.symbol; })) {
    out.findings.push_back("instrument file: two instruments would be called " + twin->symbol);
    out.instruments.erase(twin, twin + 2);
  }
  if (out.instruments.size() < least)
    return trading::make_error(
        "INSTRUMENT_FILE_IMPLAUSIBLE",
        "the instrument file holds " + std::to_string(out.instruments.size()) +
            " usable instruments of NSE's cash segment; at least " + std::to_string(least) +
            " are expected",
        "the last good file stays in use; it is loaded again later", trading::Retry::kSafe);
  return out;
}

}  // namespace broker
