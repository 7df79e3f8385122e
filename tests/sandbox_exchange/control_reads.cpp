// What the control port tells.

#include <nlohmann/json.hpp>

#include "tests/sandbox_exchange/control.h"
#include "tests/sandbox_exchange/funds.h"
#include "tests/sandbox_exchange/order_rows.h"
#include "tests/sandbox_exchange/wire_time.h"

namespace sandbox {

using namespace trading;

namespace {

Json order_json(const Order& order) {
  Json row = order_row(order);
  row["client_code"] = order.client_code;
  row["source"] = order.source;
  row["placed_at"] = format_ist(order.placed_at);
  row["price_e4"] = order.terms.price.value();
  row["filled_quantity"] = order.filled;
  row["filled_value_e4"] = order.filled_value_e4;
  Json trades = Json::array();
  for (const Trade& trade : order.trades)
    trades.push_back({{"fillid", trade.fill_id}, {"price_e4", trade.price.value()}, {"quantity", trade.quantity}, {"at", format_ist(trade.at)}});
  row["trades"] = std::move(trades);
  return row;
}

Json account_json(const Account& account, const Market& market) {
  Json json{{"client_code", account.client_code},
            {"cash_paise", account.cash_paise},
            {"available_paise", available_paise(account)},
            {"blocked_e4", blocked_e4(account)},
            {"is_blocked", account.is_blocked},
            {"orders", Json::array()},
            {"earlier_orders", Json::array()},
            {"positions", Json::array()},
            {"holdings", Json::array()}};
  for (const auto& order : account.orders) json["orders"].push_back(order_json(*order));
  for (const auto& order : account.earlier) json["earlier_orders"].push_back(order_json(*order));
  for (const auto& [key, position] : account.positions) {
    Json row = position_row(position, market.tape(*position.listing));
    row["net_quantity"] = position.net();
    row["flow_e4"] = position.flow_e4();
    json["positions"].push_back(std::move(row));
  }
  for (const auto& [listing, holding] : account.holdings)
    json["holdings"].push_back({{"tradingsymbol", listing->symbol}, {"symboltoken", listing->token}, {"settled", holding.settled},
                                {"t1", holding.t1}, {"average_e4", holding.average.value()}});
  return json;
}

}  // namespace

Json Control::clock_state() const {
  const Timestamp now = world_.clock.now();
  return {{"now", format_ist(now)},
          {"now_us", now.us},
          {"speed_thousandths", world_.clock.speed_thousandths()},
          {"is_trading_day", world_.today().is_trading}};
}

Json Control::book() const {
  Json accounts = Json::array();
  for (const auto& account : world_.accounts()) accounts.push_back(account_json(*account, *world_.market));
  return {{"clock", clock_state()}, {"is_settled", world_.engine->is_settled()}, {"accounts", std::move(accounts)}};
}

Json Control::writes() const {
  Json list = Json::array();
  for (const WriteRecord& record : world_.writes.all())
    list.push_back({{"number", record.number}, {"at", format_ist(record.at)}, {"arrived_unix_us", record.arrived_unix_us},
                    {"endpoint", record.endpoint},
                    {"client_code", record.client_code}, {"ordertag", record.order_tag}, {"effect", record.effect},
                    {"orderids", record.order_ids}, {"reply", record.reply}, {"code", record.code},
                    {"source_address", record.source_address}, {"body", record.body}});
  return list;
}

Json Control::state() const {
  return {{"clock", clock_state()},
          {"requests", rest_.counts()},
          {"market_stream", market_stream_.state()},
          {"order_stream", order_stream_.state()},
          {"sessions", {{"live", world_.sessions.live_count()}, {"logins", world_.sessions.logins()}}},
          {"rate_refusals", world_.limits.refused()},
          {"fault_hits", world_.faults.hits()},
          {"faults", world_.faults.armed()},
          {"writes", world_.writes.all().size()},
          {"instruments", world_.listings.all().size()}};
}

}  // namespace sandbox
