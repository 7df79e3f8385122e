#include "approval_cli/rendering/orders_view.h"

#include <array>

#include "approval_cli/rendering/words.h"
#include "trading/time/timestamp.h"

namespace approval_cli {
namespace {

namespace v1 = broker::v1;

// The price that matters for the type: where it triggers and where it may go.
std::string price_of(const v1::OrderTerms& terms) {
  const std::string limit = terms.has_limit_price_e4() ? price(terms.limit_price_e4()) : "";
  const std::string trigger = terms.has_trigger_price_e4() ? price(terms.trigger_price_e4()) : "";
  if (!trigger.empty()) return limit.empty() ? trigger : trigger + "/" + limit;
  return limit.empty() ? "market" : limit;
}

// The state, with what was filled where the state's name does not say it.
std::string state_of(const v1::Order& order) {
  const bool is_partly =
      order.filled_quantity() != 0 && order.filled_quantity() != order.terms().quantity();
  return is_partly ? order.status() + " " + grouped(order.filled_quantity()) : order.status();
}

bool is_bad(const std::string& status) {
  static constexpr std::array<std::string_view, 6> kBad{"REFUSED", "REJECTED",      "UNKNOWN",
                                                        "ABSENT",  "REJECTED_LATE", "NOT_SENT"};
  for (const std::string_view bad : kBad)
    if (status == bad) return true;
  return false;
}

// The first reason leads, as in the checklist; the others are for a longer look.
std::string note_of(const v1::Order& order) {
  if (order.denials().empty()) return order.reason();
  const v1::Denial& first = order.denials(0);
  std::string note = first.message().empty() ? first.code() : first.message();
  const int others = order.denials_size() - 1;
  if (others > 0) note += " (and " + std::to_string(others) + " more, see --json)";
  return note;
}

void optional(JsonObject& json, const char* key, bool has, std::int64_t value_e4) {
  has ? json.rupees(key, value_e4) : json.null(key);
}

JsonObject order_json(const v1::Order& order, const v1::Provenance& provenance) {
  const v1::OrderTerms& terms = order.terms();
  JsonObject json;
  json.text("order_id", order.order_id())
      .text_or_null("request_id", order.request_id())
      .text("status", order.status())
      .text("symbol", terms.symbol())
      .text("side", name_of(terms.side()))
      .integer("quantity", terms.quantity())
      .integer("filled_quantity", order.filled_quantity());
  optional(json, "average_price", order.filled_quantity() != 0, order.average_price_e4());
  json.text("order_type", name_of(terms.order_type()))
      .text("product_type", name_of(terms.product()));
  optional(json, "limit_price", terms.has_limit_price_e4(), terms.limit_price_e4());
  optional(json, "trigger_price", terms.has_trigger_price_e4(), terms.trigger_price_e4());
  optional(json, "stop_loss", terms.has_stop_loss_e4(), terms.stop_loss_e4());
  optional(json, "target", terms.has_target_e4(), terms.target_e4());
  json.rupees("charges", order.charges_e4());
  JsonArray denials;
  for (const v1::Denial& denial : order.denials()) {
    JsonObject one;
    one.text("code", denial.code())
        .text("value", denial.value())
        .text("limit", denial.limit())
        .text("fix", denial.fix());
    denials.object(one);
  }
  json.array("denials", denials)
      .text("purpose", order.purpose())
      .text("order_class", order.order_class())
      .text_or_null("parent_order_id", order.parent_order_id())
      .text_or_null("reason", order.reason())
      .text("strategy", terms.strategy())
      .integer("order_seq", order.order_seq())
      .time("created", order.created_us())
      .time("updated", order.updated_us());
  if (!provenance.mode().empty()) json.text("mode", provenance.mode());
  if (provenance.as_of_us() != 0) json.time("as_of", provenance.as_of_us());
  return json;
}

}  // namespace

void print_orders(const Orders& orders, Page& page) {
  Table table({{"ORDER", false, 12},
               {"TIME", false, 5},
               {"SIDE", false, 4},
               {"QTY", true, 12},
               {"SYMBOL", false, 16},
               {"FOR", false, 10},
               {"PRICE", true, 22},
               {"AVERAGE", true, 14},
               {"STATE", false, 24}});
  for (const v1::Order& order : orders) {
    const v1::OrderTerms& terms = order.terms();
    const bool is_wrong = is_bad(order.status());
    table.row(
        {order.order_id(), trading::time_of({order.created_us()}).hh_mm().substr(0, 5),
         std::string(name_of(terms.side())), grouped(terms.quantity()), terms.symbol(),
         in_words(order.purpose()), price_of(terms),
         order.filled_quantity() != 0 ? price(order.average_price_e4()) : "-", state_of(order)},
        is_wrong ? Tone::kWarning : Tone::kPlain, is_wrong ? note_of(order) : "");
  }
  table.print(page);
}

JsonArray orders_json(const Orders& orders, const v1::Provenance& provenance) {
  JsonArray array;
  for (const v1::Order& order : orders) array.object(order_json(order, provenance));
  return array;
}

}  // namespace approval_cli
