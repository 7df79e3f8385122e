#pragma once

// Positions, holdings, funds, margin, charges and GTT rules as the account reads them.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "execution_broker/exchange/smartapi/wire/endpoint.h"
#include "execution_broker/exchange/smartapi/wire/fields.h"
#include "trading/base/money.h"
#include "trading/orders/order.h"

namespace broker::smartapi {

struct PositionRow {
  std::string exchange;
  std::string token;
  std::string trading_symbol;
  std::string product;  // as written
  std::int64_t net_quantity = 0;  // negative = short; a closed position stays listed with 0
  std::int64_t buy_quantity = 0;
  std::int64_t sell_quantity = 0;
  trading::Accrual buy_average, sell_average;
  std::optional<trading::Accrual> net_value;
  std::optional<trading::Accrual> realised, unrealised;
  std::optional<trading::Price> last_price;
};
trading::Result<Rows<PositionRow>> read_positions(const Json& data);

struct HoldingRow {
  std::string exchange;
  std::string token;  // may be empty
  std::string trading_symbol;
  std::string isin;
  std::int64_t quantity = 0;     // all, today's T+1 part included
  std::int64_t t1_quantity = 0;  // bought yesterday, not settled yet
  trading::Accrual average_price;
  std::optional<trading::Accrual> last_price;
};
trading::Result<Rows<HoldingRow>> read_holdings(const Json& data);
// Of kAllHoldings: {"holdings": [...] or null, "totalholding": ...}
trading::Result<Rows<HoldingRow>> read_all_holdings(const Json& data);

// availablecash is a net margin figure that includes pledge margin; the two m2m figures stay zero
// while positions show a result: compute that from the positions.
struct Funds {
  trading::Money net;
  trading::Money available_cash;
  std::optional<trading::Money> intraday_payin;
  std::optional<trading::Money> collateral;
  std::optional<trading::Money> utilised_debits;
  std::optional<trading::Money> utilised_payout;
};
trading::Result<Funds> read_funds(const Json& data);

struct MarginPosition {
  std::string exchange;
  std::string token;
  std::string product;  // INTRADAY, DELIVERY
  trading::Side side = trading::Side::kBuy;
  trading::Quantity quantity;
  trading::Price price;
};
inline constexpr std::size_t kMostMarginPositions = 50;
trading::Result<WireRequest> margin_request(const std::vector<MarginPosition>& basket);
// What the basket needs; it reserves nothing.
trading::Result<trading::Money> read_margin(const Json& data);  // rounded up to the paisa

struct ChargeOrder {
  std::string exchange;
  std::string token;
  std::string symbol_name;
  std::string product;
  trading::Side side = trading::Side::kBuy;
  trading::Quantity quantity;
  trading::Price price;
};
trading::Result<WireRequest> charges_request(const std::vector<ChargeOrder>& orders);
struct ChargeLine {
  std::string name;
  trading::Accrual amount;
};
struct Charges {
  trading::Accrual total;
  trading::Accrual trade_value;
  std::vector<ChargeLine> lines;  // leaves of the breakup, in order
};
trading::Result<Charges> read_charges(const Json& data);

struct GttRule {
  std::string id;
  std::string status;  // NEW, ACTIVE, CANCELLED, SENTTOEXCHANGE
  std::string exchange;
  std::string token;
  std::string trading_symbol;
  std::string product;
  trading::Side side = trading::Side::kBuy;
  std::int64_t quantity = 0;
  trading::Price price, trigger;
};
// Asked in pages: the service fails on an account with more than a hundred cancelled rules.
WireRequest gtt_list_request(int page, int count);
trading::Result<Rows<GttRule>> read_gtt_list(const Json& data);
WireRequest gtt_details_request(const std::string& id);
trading::Result<GttRule> read_gtt_details(const Json& data);

struct CautionaryScrip {
  std::string token;
  std::string symbol;
  std::string message;
};
trading::Result<Rows<CautionaryScrip>> read_cautionary(const Json& data);

}  // namespace broker::smartapi
