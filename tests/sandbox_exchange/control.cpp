// What the control port does.

#include "tests/sandbox_exchange/control.h"

#include <nlohmann/json.hpp>

#include "tests/sandbox_exchange/order_request.h"
#include "tests/sandbox_exchange/wire_time.h"

namespace sandbox {

using namespace trading;

namespace {

Error bad_field(std::string field, std::string fix) {
  return make_error("CONTROL_FIELD", "'" + field + "' is missing or wrong", std::move(fix), Retry::kNo, field);
}

// A listing by {"symbol":"SBIN-EQ","exchange":"NSE"} or its token.
const Listing* listing_in(const World& world, const Json& body) {
  const std::string exchange = body.contains("exchange") ? text_at(body, "exchange") : "NSE";
  const Listing* listing = world.listings.find_symbol(exchange, text_at(body, "symbol"));
  return listing != nullptr ? listing : world.listings.find(exchange, text_at(body, "token"));
}

Account* account_in(World& world, const Json& body) {
  return body.contains("client_code") ? world.find_account(text_at(body, "client_code")) : world.accounts().front().get();
}

}  // namespace

HttpReply Control::handle(const HttpRequest& request, SteadyUs steady) {
  const std::string path = request.target.substr(0, request.target.find('?'));
  Json body = Json::object();
  if (!request.body.empty()) body = Json::parse(request.body, nullptr, false);
  HttpReply reply;
  if (body.is_discarded() || !(body.is_object() || body.is_array())) {
    reply.status = 400;
    reply.body = R"({"error":{"code":"CONTROL_JSON","message":"the body is not a JSON object or array"}})";
    return reply;
  }
  const auto done = route(request, path, body, steady);
  reply.status = done ? 200 : done.error().code == "CONTROL_PATH" ? 404 : 400;
  reply.body = done ? done->dump() : Json{{"error", {{"code", done.error().code}, {"message", done.error().what}, {"fix", done.error().fix}}}}.dump();
  reply.body += "\n";
  return reply;
}

Result<Json> Control::route(const HttpRequest& request, const std::string& path, const Json& body, SteadyUs steady) {
  const std::string call = request.method + " " + path;
  if (call == "GET /clock") return clock_state();
  if (call == "POST /clock") return step_clock(body, steady);
  if (call == "GET /state") return state();
  if (call == "GET /book") return book();
  if (call == "GET /writes") return writes();
  if (call == "GET /requests") return rest_.counts();
  if (call == "GET /faults") return Json{{"armed", world_.faults.armed()}, {"hits", world_.faults.hits()}};
  if (call == "GET /faults/catalogue") return Faults::catalogue();
  if (call == "POST /faults") {
    Json ids = Json::array();
    for (const Json& fault : body.is_array() ? body : Json::array({body})) {
      ASSIGN_OR_RETURN(const std::int64_t id, world_.faults.arm(fault));
      ids.push_back(id);
    }
    return Json{{"ids", ids}};
  }
  if (call == "DELETE /faults") {
    world_.faults.disarm_all();
    return Json{{"armed", Json::array()}};
  }
  if (call == "POST /market") return move_market(body, steady);
  if (call == "POST /account") return change_account(body);
  if (call == "POST /orders") return order_by_hand(body, steady);
  if (call == "POST /settings") return change_settings(body);
  if (call == "POST /sessions") return sessions_by_hand(body);
  if (call == "POST /sockets") return sockets_by_hand(body);
  if (call == "POST /limits") return change_limits(body);
  if (call == "POST /gtt") return trigger_rule(body, steady);
  return make_error("CONTROL_PATH", call + " is no call of the control port",
                    "GET /clock /state /book /writes /requests /faults /faults/catalogue; POST /clock /faults /market /account /orders "
                    "/settings /sessions /sockets /limits /gtt; DELETE /faults");
}

Result<Json> Control::step_clock(const Json& body, SteadyUs steady) {
  if (body.contains("speed")) {
    if (!body["speed"].is_number() || body["speed"].get<double>() < 0 || body["speed"].get<double>() > 100'000)
      return bad_field("speed", "a factor from 0 (stands still) to 100000");
    world_.clock.run_at(static_cast<std::int64_t>(body["speed"].get<double>() * 1'000), steady);
  }
  Timestamp target = world_.clock.target(steady);
  if (body.contains("advance")) {
    ASSIGN_OR_RETURN(const Duration span, parse_duration(text_at(body, "advance")));
    target = target + span;
  }
  if (body.contains("to")) {
    ASSIGN_OR_RETURN(target, parse_timestamp(text_at(body, "to")));
    if (target < world_.clock.now()) return bad_field("to", "the clock never goes back");
  }
  world_.advance_to(target, steady);
  world_.clock.jump_to(target, steady);
  market_stream_.flush();
  return clock_state();
}

Result<Json> Control::move_market(const Json& body, SteadyUs steady) {
  const Listing* listing = listing_in(world_, body);
  if (listing == nullptr) return bad_field("symbol", "a trading symbol such as SBIN-EQ, with exchange where it is not NSE");
  Tape& tape = world_.market->tape(*listing);
  if (body.contains("halted")) tape.is_halted = body["halted"] == true;
  if (body.contains("frozen")) tape.is_frozen = body["frozen"] == true;
  if (body.contains("price")) {
    Price price;
    std::int64_t quantity = listing->lot_size;
    if (!read_price(body, "price", price) || price.is_zero()) return bad_field("price", "rupees, above zero");
    if (!read_quantity(body, "quantity", quantity)) return bad_field("quantity", "a whole number of shares");
    world_.engine->settle(world_.clock.now(), steady);
    world_.market->print(tape, {price, quantity}, world_.clock.now());
    world_.engine->on_print(tape, world_.clock.now());
    market_stream_.mark(tape);
    market_stream_.flush();
  }
  // {"buys":[[811.5,40]],"sells":[]}: the ladder as it stands until the next print.
  for (const bool is_buy : {true, false}) {
    const char* key = is_buy ? "buys" : "sells";
    if (!body.contains(key)) continue;
    if (!body[key].is_array() || body[key].size() > kLadderDepth) return bad_field(key, "up to 20 pairs [price, quantity], best first");
    Ladder ladder{};
    for (std::size_t i = 0; i < body[key].size(); ++i) {
      const Json& pair = body[key][i];
      Json level = Json::object();
      if (pair.is_array() && pair.size() == 2) level = {{"price", pair[0]}, {"quantity", pair[1]}};
      if (!read_price(level, "price", ladder[i].price) || ladder[i].price.is_zero() || !read_quantity(level, "quantity", ladder[i].quantity))
        return bad_field(key, "pairs [price, quantity]");
      ladder[i].orders = 1;
    }
    (is_buy ? tape.buys : tape.sells) = ladder;
    market_stream_.mark(tape);
  }
  market_stream_.flush();
  return Json{{"symbol", listing->symbol}, {"last_e4", tape.last.value()}, {"sequence", tape.sequence},
              {"lower_circuit_e4", tape.lower_circuit.value()}, {"upper_circuit_e4", tape.upper_circuit.value()},
              {"best_buy_e4", tape.buys[0].price.value()}, {"best_sell_e4", tape.sells[0].price.value()},
              {"halted", tape.is_halted}, {"frozen", tape.is_frozen}};
}

Result<Json> Control::change_account(const Json& body) {
  Account* account = account_in(world_, body);
  if (account == nullptr) {
    for (const char* key : {"pin", "totp_secret", "api_key"})
      if (text_at(body, key).empty()) return bad_field(key, "a new account needs client_code, pin, totp_secret and api_key");
    account = &world_.add_account(text_at(body, "client_code"), text_at(body, "pin"), text_at(body, "totp_secret"), text_at(body, "api_key"), 0);
  }
  if (body.contains("cash_paise")) {
    if (!body["cash_paise"].is_number_integer()) return bad_field("cash_paise", "whole paise");
    account->cash_paise = body["cash_paise"].get<std::int64_t>();
  }
  if (body.contains("is_blocked")) account->is_blocked = body["is_blocked"] == true;
  if (body.contains("holding")) {
    const Listing* listing = listing_in(world_, body["holding"]);
    Holding holding;
    if (listing == nullptr || !read_quantity(body["holding"], "quantity", holding.settled) || !read_price(body["holding"], "average", holding.average))
      return bad_field("holding", R"({"symbol":"SBIN-EQ","quantity":5,"average":700.1})");
    holding.listing = listing;
    account->holdings[listing] = holding;
    if (holding.settled == 0) account->holdings.erase(listing);
  }
  return Json{{"client_code", account->client_code}, {"cash_paise", account->cash_paise}, {"is_blocked", account->is_blocked}};
}

Result<Json> Control::order_by_hand(const Json& body, SteadyUs steady) {
  Account* account = account_in(world_, body);
  if (account == nullptr) return bad_field("client_code", "an account of this server");
  const Timestamp now = world_.clock.now();
  const std::string action = text_at(body, "action");
  if (action == "place") {  // the human's own app, beside the API
    const OrderRequest request = read_order(world_, body.value("order", Json::object()));
    if (!request.refusal.message.empty()) return bad_field("order", request.refusal.code + " " + request.refusal.message);
    Order& order = world_.engine->place(*account, request.terms, now, steady, {}, "app");
    world_.engine->settle(now, steady, true);
    return Json{{"orderid", order.order_id}, {"orderstatus", words_of(order.state)}, {"text", order.text}};
  }
  if (action == "settle") {
    world_.engine->settle(now, steady, true);
    return Json{{"is_settled", true}};
  }
  Order* order = account->find_order(text_at(body, "orderid"));
  if (order == nullptr) return bad_field("orderid", "an order of today");
  world_.engine->settle(now, steady, true);
  if (!order->is_alive()) return bad_field("orderid", "an order that is still alive");
  if (action == "fill") {
    std::int64_t quantity = order->open_quantity();
    Price price = order->terms.price.is_zero() ? world_.market->tape(*order->terms.listing).last : order->terms.price;
    if (!read_quantity(body, "quantity", quantity) || !read_price(body, "price", price)) return bad_field("quantity", "a whole number; price in rupees");
    world_.engine->fill_by_hand(*account, *order, quantity, price, now);
  } else if (action == "reject") {
    world_.engine->reject_by_hand(*account, *order, text_at(body, "text"), now);
  } else if (action == "cancel") {
    world_.engine->cancel_now(*account, *order, now);
  } else {
    return bad_field("action", "place, fill, reject, cancel or settle");
  }
  return Json{{"orderid", order->order_id}, {"orderstatus", words_of(order->state)}, {"filled_quantity", order->filled}};
}

Result<Json> Control::change_settings(const Json& body) {
  for (const auto& [key, value] : body.items()) {
    if (key == "latency_ms" && value.is_number_integer()) world_.engine->settings.latency_us = value.get<std::int64_t>() * 1'000;
    else if (key == "takes_after_market" && value.is_boolean()) world_.engine->settings.takes_after_market = value.get<bool>();
    else if (key == "refuses_market_orders" && value.is_boolean()) world_.does_refuse_market_orders = value.get<bool>();
    else if (key == "login_kills_others" && value.is_boolean()) world_.sessions.does_login_kill_others = value.get<bool>();
    else if (key == "refresh_outlives_midnight" && value.is_boolean()) world_.sessions.does_refresh_outlive_midnight = value.get<bool>();
    else if (key == "symbol_mismatch" && value == "token_wins") world_.on_symbol_mismatch = World::Mismatch::kTokenWins;
    else if (key == "symbol_mismatch" && value == "symbol_wins") world_.on_symbol_mismatch = World::Mismatch::kSymbolWins;
    else if (key == "symbol_mismatch" && value == "refuse") world_.on_symbol_mismatch = World::Mismatch::kRefuse;
    else if (key == "registered_addresses" && value.is_array()) {
      world_.registered_addresses.clear();
      for (const Json& address : value) world_.registered_addresses.insert(address.is_string() ? address.get<std::string>() : address.dump());
    } else {
      return bad_field(key, "latency_ms, takes_after_market, refuses_market_orders, login_kills_others, refresh_outlives_midnight, "
                            "symbol_mismatch (token_wins, symbol_wins, refuse), registered_addresses [..]");
    }
  }
  return Json{{"latency_ms", world_.engine->settings.latency_us / 1'000},
              {"takes_after_market", world_.engine->settings.takes_after_market},
              {"refuses_market_orders", world_.does_refuse_market_orders},
              {"login_kills_others", world_.sessions.does_login_kill_others},
              {"refresh_outlives_midnight", world_.sessions.does_refresh_outlive_midnight},
              {"registered_addresses", world_.registered_addresses}};
}

Result<Json> Control::sessions_by_hand(const Json& body) {
  const std::string how = text_at(body, "kill");
  if (how == "all") {
    world_.sessions.kill_all();
  } else if (world_.find_account(how) != nullptr) {
    world_.sessions.kill(how);
  } else {
    return bad_field("kill", "all (as at midnight), or a client code (as by another log-in)");
  }
  return Json{{"live", world_.sessions.live_count()}};
}

Result<Json> Control::sockets_by_hand(const Json& body) {
  const std::string which = text_at(body, "drop");
  const bool is_proper = body.contains("properly") && body["properly"] == true;
  if (which != "market" && which != "order" && which != "all") return bad_field("drop", "market, order or all; properly true closes with a farewell");
  if (which != "order") market_stream_.drop_all(is_proper);
  if (which != "market") order_stream_.drop_all(is_proper);
  return Json{{"dropped", which}};
}

Result<Json> Control::change_limits(const Json& body) {
  if (body.contains("is_on")) world_.limits.is_on = body["is_on"] == true;
  if (body.contains("budget")) {
    Budget budget{text_at(body, "budget")};
    if (!read_quantity(body, "per_second", budget.per_second) || !read_quantity(body, "per_minute", budget.per_minute) ||
        !read_quantity(body, "per_hour", budget.per_hour) || !world_.limits.set(budget))
      return bad_field("budget", "the name of a row, with per_second, per_minute, per_hour (0 = none)");
  }
  Json rows = Json::array();
  for (const Budget& budget : world_.limits.budgets())
    rows.push_back({{"budget", budget.name}, {"per_second", budget.per_second}, {"per_minute", budget.per_minute}, {"per_hour", budget.per_hour}});
  return Json{{"is_on", world_.limits.is_on}, {"refused", world_.limits.refused()}, {"budgets", rows}};
}

Result<Json> Control::trigger_rule(const Json& body, SteadyUs steady) {
  Account* account = account_in(world_, body);
  GttRule* rule = account == nullptr ? nullptr : world_.gtt.find(account->client_code, text_at(body, "trigger"));
  if (rule == nullptr) return bad_field("trigger", "the id of a rule");
  OrderTerms terms;
  terms.listing = rule->listing;
  terms.product = rule->product;
  terms.is_buy = rule->is_buy;
  terms.price = rule->price;
  terms.quantity = rule->quantity;
  rule->status = "SENTTOEXCHANGE";
  rule->updated = world_.clock.now();
  const Order& order = world_.engine->place(*account, terms, world_.clock.now(), steady, {}, "gtt");
  return Json{{"orderid", order.order_id}};
}

}  // namespace sandbox
