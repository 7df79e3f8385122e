#include "tests/sandbox_exchange/listing.h"

#include <array>
#include <nlohmann/json.hpp>

#include "tests/sandbox_exchange/wire_time.h"

namespace sandbox {

using namespace trading;

namespace {

struct KnownStock {
  const char* token;
  const char* name;
  std::int64_t close_paise;
  std::int64_t freeze;
  const char* isin;
};
// Published tokens of NSE's -EQ series; closes are of this exchange's own making.
constexpr std::array kKnownStocks{
    KnownStock{"2885", "RELIANCE", 124'480, 40'000, "INE002A01018"},
    KnownStock{"3045", "SBIN", 80'910, 75'000, "INE062A01020"},
    KnownStock{"11536", "TCS", 312'040, 17'500, "INE467B01029"},
    KnownStock{"1594", "INFY", 148'250, 40'000, "INE009A01021"},
    KnownStock{"1333", "HDFCBANK", 98'770, 55'000, "INE040A01034"},
    KnownStock{"4963", "ICICIBANK", 138'420, 70'000, "INE090A01021"},
    KnownStock{"1660", "ITC", 40'825, 160'000, "INE154A01025"},
    KnownStock{"1394", "HINDUNILVR", 241'630, 30'000, "INE030A01027"},
    KnownStock{"10604", "BHARTIARTL", 209'880, 47'500, "INE397D01024"},
    KnownStock{"1922", "KOTAKBANK", 210'040, 40'000, "INE237A01028"},
    KnownStock{"11483", "LT", 401'250, 17'500, "INE018A01030"},
    KnownStock{"5900", "AXISBANK", 127'710, 62'500, "INE238A01034"},
    KnownStock{"3499", "TATASTEEL", 17'243, 550'000, "INE081A01020"},
    KnownStock{"10999", "MARUTI", 1'590'200, 5'000, "INE585B01010"},
    KnownStock{"3787", "WIPRO", 24'571, 300'000, "INE075A01022"},
    KnownStock{"317", "BAJFINANCE", 102'390, 75'000, "INE296A01024"},
};

struct IndexRow {
  const char* token;
  const char* symbol;
  const char* name;
  const char* segment;
  std::int64_t close_paise;
};
constexpr std::array kIndices{
    IndexRow{"99926000", "Nifty 50", "NIFTY", "NSE", 2'596'815},
    IndexRow{"99926009", "Nifty Bank", "BANKNIFTY", "NSE", 5'886'770},
    IndexRow{"99926037", "Nifty Fin Service", "FINNIFTY", "NSE", 2'724'460},
    IndexRow{"99926017", "India VIX", "INDIA VIX", "NSE", 1'363},
    IndexRow{"99919000", "SENSEX", "SENSEX", "BSE", 8'492'150},
};

Price paise(std::int64_t value) { return Price(value * 100); }

Listing cash(std::string token, std::string name, const char* series, Price close) {
  Listing listing;
  listing.token = std::move(token);
  listing.symbol = name + "-" + series;
  listing.name = std::move(name);
  listing.tick = tick_for(close);
  listing.anchor = close;
  listing.band_bps = 2'000;
  listing.freeze_quantity = 100'000;
  return listing;
}

void add_known_stocks(ListingBook& book) {
  for (const KnownStock& row : kKnownStocks) {
    Listing listing = cash(row.token, row.name, "EQ", paise(row.close_paise));
    listing.freeze_quantity = row.freeze;
    listing.isin = row.isin;
    listing.band_bps = 1'000;
    listing.is_cas_enabled = true;
    // Rows of the same name stand before the series that trades, as in the real file: whoever takes
    // the first match takes the wrong one.
    if (std::string_view(row.name) == "SBIN") {
      book.add(cash("12740", row.name, "BL", paise(row.close_paise)));
      book.add(cash("4884", row.name, "BE", paise(row.close_paise)));
    }
    book.add(std::move(listing));
  }
}

void add_small_stocks(ListingBook& book) {
  // Names of this exchange alone: no derivatives, so continuous trading runs to 15:30.
  Listing plain = cash("90001", "SANDMILL", "EQ", paise(21'437));
  plain.isin = "INE900A01001";
  book.add(plain);
  Listing narrow = cash("90002", "SANDNARROW", "EQ", paise(8'812));
  narrow.band_bps = 500;
  book.add(narrow);
  book.add(cash("90003", "SANDTRADE", "BE", paise(4'350)));  // trade to trade: delivery only
  Listing watched = cash("90004", "SANDWATCH", "EQ", paise(15'660));
  watched.is_cautionary = true;
  book.add(watched);
}

void add_indices(ListingBook& book) {
  for (const IndexRow& row : kIndices) {
    Listing listing;
    listing.token = row.token;
    listing.symbol = row.symbol;
    listing.name = row.name;
    listing.segment = row.segment;
    listing.instrument_type = "AMXIDX";
    listing.strike = "0.000000";
    listing.anchor = paise(row.close_paise);
    listing.tick = Price(500);
    listing.is_cas_enabled = true;  // its value freezes with the stocks it is made of
    book.add(std::move(listing));
  }
}

void add_bse(ListingBook& book) {
  Listing reliance = cash("500325", "RELIANCE", "A", paise(124'475));
  reliance.symbol = "RELIANCE";
  reliance.segment = "BSE";
  book.add(reliance);
  Listing sbin = cash("500112", "SBIN", "A", paise(80'900));
  sbin.symbol = "SBIN";
  sbin.segment = "BSE";
  book.add(sbin);
}

// The last Tuesday of the month, or of the next one where that has passed.
TradingDate month_expiry(TradingDate date) {
  for (int ahead = 0;; ++ahead) {
    const int month = (date.month() - 1 + ahead) % 12 + 1;
    const int year = date.year() + (date.month() - 1 + ahead) / 12;
    TradingDate last = TradingDate::from_civil(month == 12 ? year + 1 : year, month % 12 + 1, 1) - 1;
    while (last.weekday() != 2) last = last - 1;
    if (last > date) return last;
  }
}

void add_derivatives(ListingBook& book, TradingDate date) {
  const TradingDate expiry = month_expiry(date);
  const std::string spelled = expiry_text(expiry);                         // 29DEC2026
  const std::string in_symbol = spelled.substr(0, 5) + spelled.substr(7);  // 29DEC26
  const auto derivative = [&](const char* token, const char* name, std::string tail,
                              const char* type, std::string strike, std::int64_t lot,
                              std::int64_t close_paise) {
    Listing listing;
    listing.token = token;
    listing.name = name;
    listing.symbol = name + in_symbol + tail;
    listing.segment = "NFO";
    listing.expiry = spelled;
    listing.strike = std::move(strike);
    listing.instrument_type = type;
    listing.lot_size = lot;
    listing.freeze_quantity = lot * 24;
    listing.tick = Price(500);
    listing.anchor = paise(close_paise);
    listing.band_bps = 2'000;
    book.add(std::move(listing));
  };
  derivative("54001", "NIFTY", "FUT", "FUTIDX", "0.000000", 75, 2'603'400);
  derivative("54002", "RELIANCE", "FUT", "FUTSTK", "0.000000", 500, 125'090);
  derivative("54003", "NIFTY", "26000CE", "OPTIDX", "2600000.000000", 75, 31'245);
  derivative("54004", "NIFTY", "26000PE", "OPTIDX", "2600000.000000", 75, 27'880);
}

}  // namespace

std::string Listing::series() const {
  const std::size_t dash = symbol.rfind('-');
  return segment == "NSE" && is_cash() && dash != std::string::npos ? symbol.substr(dash + 1) : "";
}

int Listing::exchange_type() const {
  if (segment == "NSE") return 1;
  if (segment == "NFO") return 2;
  if (segment == "BSE") return 3;
  if (segment == "BFO") return 4;
  return 5;
}

Price tick_for(Price reference) {
  const std::int64_t rupees = reference.value() / kRupeeE4;
  if (reference < Price(250 * kRupeeE4)) return Price(100);
  if (rupees <= 1'000) return Price(500);
  if (rupees <= 5'000) return Price(1'000);
  if (rupees <= 10'000) return Price(5'000);
  if (rupees <= 20'000) return Price(10'000);
  return Price(50'000);
}

ListingBook ListingBook::standard(std::size_t at_least, TradingDate date) {
  ListingBook book;
  add_known_stocks(book);
  add_small_stocks(book);
  add_indices(book);
  add_bse(book);
  add_derivatives(book, date);
  for (std::int64_t i = 1; book.all().size() < at_least; ++i) {
    const Price close = paise(5'000 + i * 7'919 % 195'000);
    book.add(cash(std::to_string(200'000 + i), "SBX" + std::to_string(i), "EQ", close));
  }
  return book;
}

Listing& ListingBook::add(Listing listing) {
  // A stock's anchor stands on its tick, or the first print would not.
  listing.anchor = listing.anchor.floor_to(listing.tick);
  listings_.push_back(std::move(listing));
  Listing& added = listings_.back();
  by_token_[{added.segment, added.token}] = &added;
  return added;
}

Listing* ListingBook::writable(std::string_view segment, std::string_view token) {
  const auto found = by_token_.find(std::pair(std::string(segment), std::string(token)));
  return found == by_token_.end() ? nullptr : found->second;
}

const Listing* ListingBook::find(std::string_view segment, std::string_view token) const {
  const auto found = by_token_.find(std::pair(std::string(segment), std::string(token)));
  return found == by_token_.end() ? nullptr : found->second;
}

const Listing* ListingBook::find_symbol(std::string_view segment, std::string_view symbol) const {
  for (const Listing& listing : listings_)
    if (listing.segment == segment && listing.symbol == symbol) return &listing;
  return nullptr;
}

Json row_of(const Listing& listing) {
  const std::int64_t tick_paise = listing.is_index() ? 0 : listing.tick.value() / 100;
  return Json{{"token", listing.token},
              {"symbol", listing.symbol},
              {"name", listing.name},
              {"expiry", listing.expiry},
              {"strike", listing.strike},
              {"lotsize", std::to_string(listing.lot_size)},
              {"instrumenttype", listing.instrument_type},
              {"exch_seg", listing.segment},
              {"tick_size", std::to_string(tick_paise) + ".000000"},
              {"freeze_qty", std::to_string(listing.freeze_quantity)},
              {"is_cas_enabled", listing.is_cas_enabled}};
}

}  // namespace sandbox
