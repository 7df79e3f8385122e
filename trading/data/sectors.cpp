// Source: the industry column of NSE's "ind_nifty50list" in its public form of 2025. Constituents:
// NSE Indices' review effective 30 Sep 2025 (in: INDIGO, MAXHEALTH; out: HEROMOTOCO, INDUSINDBK);
// the review effective 30 Mar 2026 names no change of the Nifty 50 (Business Standard, 26 Feb
// 2026); TATAMOTORS became TMPV by its demerger of October 2025. Confidence: sectors high;
// constituents high until Sep 2026, medium since, for the review effective end of September 2026
// was not found.

#include "trading/data/sectors.h"

#include <algorithm>
#include <array>

namespace trading::data {

namespace {

constexpr std::string_view kAutomobile = "Automobile and Auto Components";
constexpr std::string_view kCapitalGoods = "Capital Goods";
constexpr std::string_view kConstruction = "Construction";
constexpr std::string_view kConstructionMaterials = "Construction Materials";
constexpr std::string_view kConsumerDurables = "Consumer Durables";
constexpr std::string_view kConsumerServices = "Consumer Services";
constexpr std::string_view kFinancial = "Financial Services";
constexpr std::string_view kFmcg = "Fast Moving Consumer Goods";
constexpr std::string_view kHealthcare = "Healthcare";
constexpr std::string_view kInformationTechnology = "Information Technology";
constexpr std::string_view kMetals = "Metals & Mining";
constexpr std::string_view kOilGas = "Oil Gas & Consumable Fuels";
constexpr std::string_view kPower = "Power";
constexpr std::string_view kServices = "Services";
constexpr std::string_view kTelecommunication = "Telecommunication";

// Stocks that left the index or changed their symbol, still met in history and in portfolios.
constexpr std::array kFormer{
    SectorRow{"BPCL", kOilGas},
    SectorRow{"BRITANNIA", kFmcg},
    SectorRow{"DIVISLAB", kHealthcare},
    SectorRow{"HDFC", kFinancial},
    SectorRow{"HEROMOTOCO", kAutomobile},
    SectorRow{"INDUSINDBK", kFinancial},
    SectorRow{"LTIM", kInformationTechnology},
    SectorRow{"TATAMOTORS", kAutomobile},
    SectorRow{"UPL", "Chemicals"},
    SectorRow{"ZOMATO", kConsumerServices},  // ETERNAL since 2025
};

}  // namespace

const std::vector<SectorRow>& nifty50_sectors() {
  static const std::vector<SectorRow> rows{
      {"ADANIENT", kMetals},
      {"ADANIPORTS", kServices},
      {"APOLLOHOSP", kHealthcare},
      {"ASIANPAINT", kConsumerDurables},
      {"AXISBANK", kFinancial},
      {"BAJAJ-AUTO", kAutomobile},
      {"BAJAJFINSV", kFinancial},
      {"BAJFINANCE", kFinancial},
      {"BEL", kCapitalGoods},
      {"BHARTIARTL", kTelecommunication},
      {"CIPLA", kHealthcare},
      {"COALINDIA", kOilGas},
      {"DRREDDY", kHealthcare},
      {"EICHERMOT", kAutomobile},
      {"ETERNAL", kConsumerServices},
      {"GRASIM", kConstructionMaterials},
      {"HCLTECH", kInformationTechnology},
      {"HDFCBANK", kFinancial},
      {"HDFCLIFE", kFinancial},
      {"HINDALCO", kMetals},
      {"HINDUNILVR", kFmcg},
      {"ICICIBANK", kFinancial},
      {"INDIGO", kServices},
      {"INFY", kInformationTechnology},
      {"ITC", kFmcg},
      {"JIOFIN", kFinancial},
      {"JSWSTEEL", kMetals},
      {"KOTAKBANK", kFinancial},
      {"LT", kConstruction},
      {"M&M", kAutomobile},
      {"MARUTI", kAutomobile},
      {"MAXHEALTH", kHealthcare},
      {"NESTLEIND", kFmcg},
      {"NTPC", kPower},
      {"ONGC", kOilGas},
      {"POWERGRID", kPower},
      {"RELIANCE", kOilGas},
      {"SBILIFE", kFinancial},
      {"SBIN", kFinancial},
      {"SHRIRAMFIN", kFinancial},
      {"SUNPHARMA", kHealthcare},
      {"TATACONSUM", kFmcg},
      {"TATASTEEL", kMetals},
      {"TCS", kInformationTechnology},
      {"TECHM", kInformationTechnology},
      {"TITAN", kConsumerDurables},
      {"TMPV", kAutomobile},
      {"TRENT", kConsumerServices},
      {"ULTRACEMCO", kConstructionMaterials},
      {"WIPRO", kInformationTechnology},
  };
  return rows;
}

std::optional<std::string_view> sector_of(std::string_view symbol) {
  const auto is_it = [&](const SectorRow& row) { return row.symbol == symbol; };
  const std::vector<SectorRow>& current = nifty50_sectors();
  if (const auto row = std::find_if(current.begin(), current.end(), is_it); row != current.end())
    return row->sector;
  if (const auto row = std::find_if(kFormer.begin(), kFormer.end(), is_it); row != kFormer.end())
    return row->sector;
  return std::nullopt;
}

}  // namespace trading::data
