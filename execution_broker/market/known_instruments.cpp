// The table of known instruments. Tokens: NSE cash segment as broker instrument files print them
// (the sixteen of the SmartAPI reference and public symbol tables, two independent ones each).
// Prices, volumes and movements are modelled.

#include "execution_broker/market/known_instruments.h"

#include <algorithm>
#include <string>

#include "trading/data/sectors.h"

namespace broker {

namespace {

using trading::Bps;
using trading::Series;

// Sorted by symbol. RAMASTEEL stands for a trade-to-trade name: its series and its band of 5 % are
// part of the simulation.
// clang-format off
const std::vector<KnownInstrument> kKnown = {
    // symbol, token, name, sector (only where trading/data/sectors has none), series, derivatives,
    // price, daily volume, own daily movement in ppm, own band
    {"ADANIENT", "25", "Adani Enterprises", "", Series::kEq, true, 2480, 1500'000, 13500},
    {"ADANIPORTS", "15083", "Adani Ports and Special Economic Zone", "", Series::kEq, true, 1490, 2300'000, 12000},
    {"APOLLOHOSP", "157", "Apollo Hospitals Enterprise", "", Series::kEq, true, 7560, 420'000, 10500},
    {"ASIANPAINT", "236", "Asian Paints", "", Series::kEq, true, 2840, 1200'000, 9500},
    {"AXISBANK", "5900", "Axis Bank", "", Series::kEq, true, 1270, 8200'000, 9000},
    {"BAJAJ-AUTO", "16669", "Bajaj Auto", "", Series::kEq, true, 9120, 330'000, 10500},
    {"BAJAJFINSV", "16675", "Bajaj Finserv", "", Series::kEq, true, 2070, 1500'000, 9500},
    {"BAJFINANCE", "317", "Bajaj Finance", "", Series::kEq, true, 1015, 6800'000, 10500},
    {"BEL", "383", "Bharat Electronics", "", Series::kEq, true, 418, 15500'000, 12500},
    {"BHARTIARTL", "10604", "Bharti Airtel", "", Series::kEq, true, 2105, 5600'000, 8500},
    {"CIPLA", "694", "Cipla", "", Series::kEq, true, 1535, 1600'000, 8500},
    {"COALINDIA", "20374", "Coal India", "", Series::kEq, true, 386, 7200'000, 9500},
    {"DREDGECORP", "11271", "Dredging Corporation of India", "Services", Series::kEq, false, 742, 160'000, 21000},
    {"DRREDDY", "881", "Dr. Reddy's Laboratories", "", Series::kEq, true, 1268, 1900'000, 9000},
    {"EICHERMOT", "910", "Eicher Motors", "", Series::kEq, true, 7020, 480'000, 10000},
    {"ETERNAL", "5097", "Eternal", "", Series::kEq, true, 312, 36000'000, 15500},
    {"GRASIM", "1232", "Grasim Industries", "", Series::kEq, true, 2790, 640'000, 9000},
    {"HCLTECH", "7229", "HCL Technologies", "", Series::kEq, true, 1545, 2700'000, 9500},
    {"HDFCBANK", "1333", "HDFC Bank", "", Series::kEq, true, 1008, 19500'000, 7500},
    {"HDFCLIFE", "467", "HDFC Life Insurance", "", Series::kEq, true, 762, 2600'000, 9500},
    {"HINDALCO", "1363", "Hindalco Industries", "", Series::kEq, true, 812, 6100'000, 11500},
    {"HINDUNILVR", "1394", "Hindustan Unilever", "", Series::kEq, true, 2460, 1300'000, 7500},
    {"ICICIBANK", "4963", "ICICI Bank", "", Series::kEq, true, 1392, 10800'000, 7500},
    {"INDIGO", "11195", "InterGlobe Aviation", "", Series::kEq, true, 5710, 780'000, 11500},
    {"INFY", "1594", "Infosys", "", Series::kEq, true, 1530, 7600'000, 9500},
    {"ITC", "1660", "ITC", "", Series::kEq, true, 409, 12500'000, 7500},
    {"JIOFIN", "18143", "Jio Financial Services", "", Series::kEq, true, 306, 15500'000, 12500},
    {"JSWSTEEL", "11723", "JSW Steel", "", Series::kEq, true, 1175, 2000'000, 10500},
    {"KOTAKBANK", "1922", "Kotak Mahindra Bank", "", Series::kEq, true, 2115, 3100'000, 8000},
    {"LT", "11483", "Larsen & Toubro", "", Series::kEq, true, 3980, 1700'000, 8500},
    {"M&M", "2031", "Mahindra & Mahindra", "", Series::kEq, true, 3720, 2400'000, 10500},
    {"MARUTI", "10999", "Maruti Suzuki India", "", Series::kEq, true, 15850, 370'000, 9500},
    {"MAXHEALTH", "22377", "Max Healthcare Institute", "", Series::kEq, true, 1140, 2200'000, 12000},
    {"NESTLEIND", "17963", "Nestle India", "", Series::kEq, true, 1268, 1500'000, 8000},
    {"NTPC", "11630", "NTPC", "", Series::kEq, true, 332, 11800'000, 8500},
    {"OLECTRA", "10637", "Olectra Greentech", "Automobile and Auto Components", Series::kEq, false, 1385, 620'000, 19500},
    {"ONGC", "2475", "Oil & Natural Gas Corporation", "", Series::kEq, true, 251, 12800'000, 9500},
    {"POWERGRID", "14977", "Power Grid Corporation of India", "", Series::kEq, true, 281, 11200'000, 8500},
    {"RAILTEL", "2431", "RailTel Corporation of India", "Telecommunication", Series::kEq, false, 372, 2900'000, 18500},
    {"RAMASTEEL", "10300", "Rama Steel Tubes", "Metals & Mining", Series::kBe, false, 11, 9400'000, 24000, Bps(500)},
    {"RELIANCE", "2885", "Reliance Industries", "", Series::kEq, true, 1546, 10400'000, 8000},
    {"SBILIFE", "21808", "SBI Life Insurance", "", Series::kEq, true, 1995, 980'000, 9000},
    {"SBIN", "3045", "State Bank of India", "", Series::kEq, true, 978, 9600'000, 8500},
    {"SHOPERSTOP", "11813", "Shoppers Stop", "Consumer Services", Series::kEq, false, 498, 190'000, 15500},
    {"SHRIRAMFIN", "4306", "Shriram Finance", "", Series::kEq, true, 822, 6200'000, 13000},
    {"SUNPHARMA", "3351", "Sun Pharmaceutical Industries", "", Series::kEq, true, 1775, 2100'000, 8500},
    {"TATACONSUM", "3432", "Tata Consumer Products", "", Series::kEq, true, 1172, 1300'000, 9000},
    {"TATASTEEL", "3499", "Tata Steel", "", Series::kEq, true, 172, 31000'000, 11000},
    {"TCS", "11536", "Tata Consultancy Services", "", Series::kEq, true, 3125, 2900'000, 8500},
    {"TECHM", "13538", "Tech Mahindra", "", Series::kEq, true, 1462, 1900'000, 10500},
    {"TITAN", "3506", "Titan Company", "", Series::kEq, true, 3860, 980'000, 9000},
    {"TMPV", "3456", "Tata Motors Passenger Vehicles", "", Series::kEq, true, 372, 12600'000, 12500},
    {"TRENT", "1964", "Trent", "", Series::kEq, true, 4380, 1250'000, 14500},
    {"ULTRACEMCO", "11532", "UltraTech Cement", "", Series::kEq, true, 11720, 290'000, 8500},
    {"WHIRLPOOL", "18011", "Whirlpool of India", "Consumer Durables", Series::kEq, false, 1284, 240'000, 13500},
    {"WIPRO", "3787", "Wipro", "", Series::kEq, true, 246, 9800'000, 9500},
};
// clang-format on

}  // namespace

const std::vector<KnownInstrument>& known_instruments() {
  return kKnown;
}

trading::Instrument instrument_of(const KnownInstrument& known) {
  trading::Instrument out;
  out.symbol = known.symbol;
  out.trading_symbol = out.symbol + "-" + std::string(trading::name_of(known.series));
  out.token = known.token;
  out.name = known.name;
  out.exchange = trading::Exchange::kNse;
  out.series = known.series;
  out.sector = trading::data::sector_of(known.symbol).value_or(known.sector);
  out.fixed_band = known.fixed_band;
  out.freeze_quantity = std::max<std::int64_t>(1, known.daily_volume / 20'000) * 1'000;
  out.has_derivatives = known.has_derivatives;
  return out;
}

std::optional<trading::Instrument> find_known_instrument(std::string_view symbol) {
  const auto found = std::lower_bound(
      kKnown.begin(), kKnown.end(), symbol,
      [](const KnownInstrument& a, std::string_view wanted) { return a.symbol < wanted; });
  if (found == kKnown.end() || found->symbol != symbol) return std::nullopt;
  return instrument_of(*found);
}

}  // namespace broker
