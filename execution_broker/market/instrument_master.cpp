// The instruments of a source: exact look-up, and a search that only ever suggests.

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "execution_broker/market/market_source.h"
#include "trading/base/invariant.h"

namespace broker {

namespace {

using trading::Instrument;

constexpr std::size_t kSuggestions = 3;
constexpr std::size_t kLongestQuery = 60;  // longer text is no symbol and no company

std::string upper(std::string_view text) {
  std::string out(text.substr(0, kLongestQuery));
  for (char& c : out)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return out;
}

std::string printable(std::string_view text) {
  std::string out(text.substr(0, kLongestQuery));
  for (char& c : out)
    if (c < 0x20 || c > 0x7e) c = '?';
  return out;
}

// Insertions, deletions and replacements between two short words.
std::size_t edits_between(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row[b.size()];
}

// How well an instrument answers a query; lower is better, kNoMatch = not at all.
constexpr int kNoMatch = 1000;
int rank_of(const Instrument& instrument, std::string_view query) {
  const std::string_view symbol = instrument.symbol;
  if (symbol == query) return 0;
  if (symbol.substr(0, query.size()) == query) return 1;
  const std::string name = upper(instrument.name);
  if (name.compare(0, query.size(), query) == 0) return 2;
  if (name.find(" " + std::string(query)) != std::string::npos) return 3;
  if (symbol.find(query) != std::string_view::npos) return 4;
  if (name.find(query) != std::string::npos) return 5;
  const std::size_t edits = edits_between(symbol, query);
  if (edits <= 1 || (edits == 2 && query.size() >= 5)) return 5 + static_cast<int>(edits);
  return kNoMatch;
}

}  // namespace

InstrumentMaster::InstrumentMaster(std::vector<Instrument> instruments)
    : instruments_(std::move(instruments)) {
  std::sort(instruments_.begin(), instruments_.end(),
            [](const Instrument& a, const Instrument& b) { return a.symbol < b.symbol; });
  const auto twin = std::adjacent_find(
      instruments_.begin(), instruments_.end(),
      [](const Instrument& a, const Instrument& b) { return a.symbol == b.symbol; });
  INVARIANT(twin == instruments_.end(), "two instruments with one symbol");
}

trading::Result<const Instrument*> InstrumentMaster::find(std::string_view symbol) const {
  const auto found = std::lower_bound(
      instruments_.begin(), instruments_.end(), symbol,
      [](const Instrument& a, std::string_view b) { return std::string_view(a.symbol) < b; });
  if (found != instruments_.end() && found->symbol == symbol) return &*found;

  std::string fix = "search_instruments finds the exact symbol";
  const std::vector<const Instrument*> close = search(symbol, kSuggestions);
  if (!close.empty()) {
    fix = "did you mean ";
    for (std::size_t i = 0; i < close.size(); ++i)
      fix += (i == 0 ? "" : i + 1 == close.size() ? " or " : ", ") + close[i]->symbol;
    fix += "? Symbols are exact";
  }
  return trading::make_error("UNKNOWN_SYMBOL",
                             "\"" + printable(symbol) + "\" is not an instrument of this source",
                             fix, trading::Retry::kNo, "symbol");
}

std::vector<const Instrument*> InstrumentMaster::search(std::string_view query,
                                                        std::size_t limit) const {
  const std::string wanted = upper(query);
  if (wanted.empty()) return {};
  std::vector<std::pair<int, const Instrument*>> ranked;
  for (const Instrument& instrument : instruments_) {
    const int rank = rank_of(instrument, wanted);
    if (rank != kNoMatch) ranked.emplace_back(rank, &instrument);
  }
  // The master is sorted by symbol: a stable sort keeps equals in that order.
  std::stable_sort(ranked.begin(), ranked.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<const Instrument*> out;
  for (const auto& [rank, instrument] : ranked) {
    if (out.size() == limit) break;
    out.push_back(instrument);
  }
  return out;
}

}  // namespace broker
