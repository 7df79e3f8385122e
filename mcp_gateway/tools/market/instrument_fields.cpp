#include "mcp_gateway/tools/market/instrument_fields.h"

#include "mcp_gateway/tools/reply.h"

namespace tools {

using nlohmann::json;

json instrument_fields(const broker::v1::InstrumentRow& row) {
  return {{"symbol", row.symbol()},
          {"trading_symbol", row.trading_symbol()},
          {"token", row.token()},
          {"name", row.name()},
          {"exchange", row.exchange()},
          {"series", row.series()},
          {"sector", row.sector()},
          {"lot_size", row.lot_size()},
          {"tick", rupees_if(row.tick_e4() > 0, row.tick_e4())},
          {"freeze_quantity", row.freeze_quantity()},
          {"lower_circuit", rupees_if(row.lower_circuit_e4() > 0, row.lower_circuit_e4())},
          {"upper_circuit", rupees_if(row.upper_circuit_e4() > 0, row.upper_circuit_e4())},
          {"has_derivatives", row.has_derivatives()},
          {"has_intraday_data", row.has_intraday()}};
}

json instrument_hit(const broker::v1::InstrumentRow& row) {
  return {{"symbol", row.symbol()},
          {"name", row.name()},
          {"series", row.series()},
          {"sector", row.sector()},
          {"has_intraday_data", row.has_intraday()}};
}

}  // namespace tools
