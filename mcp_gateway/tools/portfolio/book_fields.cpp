#include "mcp_gateway/tools/portfolio/book_fields.h"

#include "mcp_gateway/tools/order_fields.h"
#include "mcp_gateway/tools/reply.h"

namespace tools {

using nlohmann::json;
namespace v1 = broker::v1;

json position_fields(const v1::Position& position) {
  json out = {{"symbol", position.symbol()},
              {"product_type", text_of(position.product())},
              {"quantity", position.quantity()},
              {"average_price", rupees(position.average_price_e4())},
              {"last_price", rupees_if(position.has_last_price_e4(), position.last_price_e4())},
              {"unrealized_pnl", rupees_if(position.has_unrealized_e4(), position.unrealized_e4())},
              {"stop_loss", rupees_if(position.has_stop_loss_e4(), position.stop_loss_e4())},
              {"target", rupees_if(position.has_target_e4(), position.target_e4())},
              {"realized_pnl", rupees(position.realized_e4())},
              {"sector", position.sector()}};
  if (!position.strategy().empty()) out["strategy"] = position.strategy();
  if (position.is_holding()) out["is_holding"] = true;
  return out;
}

json book_fields(const v1::Book& book) {
  json positions = json::array();
  for (const v1::Position& position : book.positions()) {
    positions.push_back(position_fields(position));
  }
  return {{"mode", book.mode()},
          {"cash", rupees(book.cash_e4())},
          {"equity", rupees_if(book.has_equity_e4(), book.equity_e4())},
          {"positions", std::move(positions)},
          {"realized_pnl", rupees(book.realized_e4())},
          {"unrealized_pnl", rupees_if(book.has_unrealized_e4(), book.unrealized_e4())},
          {"charges", rupees(book.charges_e4())},
          {"day_pnl", rupees_if(book.has_day_pnl_e4(), book.day_pnl_e4())},
          {"margin_blocked", rupees(book.margin_blocked_e4())},
          {"margin_available", rupees(book.margin_available_e4())},
          {"starting_capital", rupees_of_paise(book.starting_capital_paise())},
          {"epoch", book.epoch()},
          {"operator_state", book.operator_state()}};
}

json portfolio_reply(const v1::FetchPortfolioReply& reply) {
  json out = {{"books", json::array()}, {"custody", reply.custody()}};
  for (const v1::Book& book : reply.books()) out["books"].push_back(book_fields(book));
  put_provenance(out, reply.provenance());
  return out;
}

}  // namespace tools
