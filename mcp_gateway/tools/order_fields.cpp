#include "mcp_gateway/tools/order_fields.h"

#include "mcp_gateway/tools/reply.h"

namespace tools {
namespace {

using nlohmann::json;
namespace v1 = broker::v1;

json text_if(const std::string& text) {
  return text.empty() ? json() : json(text);
}

// A denial's message is one line for a terminal: "CODE: sentence; fix". Code and fix stand in
// fields of their own here.
std::string sentence_of(const v1::Denial& denial) {
  std::string text = denial.message();
  if (text.empty()) return "value " + denial.value() + ", limit " + denial.limit();
  const std::string begin = denial.code() + ": ";
  const std::string end = "; " + denial.fix();
  if (text.starts_with(begin)) text.erase(0, begin.size());
  if (text.ends_with(end)) text.resize(text.size() - end.size());
  return text;
}

// Of a long list of denials the first ones say what to do.
mcp::ToolResult refused(const v1::Order& order, json facts) {
  if (order.denials().empty()) {
    return mcp::tool_error(
        {.code = "ORDER_" + order.status(),
         .message = order.reason().empty() ? "the order was " + order.status() : order.reason(),
         .fix = "read reason and denials; change the order before sending again"},
        std::move(facts));
  }
  const v1::Denial& first = order.denials(0);
  return mcp::tool_error({.code = first.code(), .message = sentence_of(first), .fix = first.fix()},
                         std::move(facts));
}

bool is_refusal(const std::string& status) {
  return status == "REFUSED" || status == "REJECTED" || status == "REJECTED_LATE";
}

}  // namespace

std::string_view text_of(v1::Side side) {
  return side == v1::SIDE_BUY ? "BUY" : "SELL";
}

std::string_view text_of(v1::Product product) {
  return product == v1::PRODUCT_INTRADAY ? "INTRADAY" : "DELIVERY";
}

std::string_view text_of(v1::OrderType type) {
  switch (type) {
    case v1::ORDER_TYPE_LIMIT:
      return "LIMIT";
    case v1::ORDER_TYPE_STOP_LIMIT:
      return "SL";
    case v1::ORDER_TYPE_STOP_MARKET:
      return "SL-M";
    default:
      return "MARKET";
  }
}

json denial_rows(const Denials& denials) {
  json rows = json::array();
  for (const v1::Denial& denial : denials) {
    rows.push_back({{"code", denial.code()},
                    {"value", denial.value()},
                    {"limit", denial.limit()},
                    {"fix", denial.fix()}});
  }
  return rows;
}

json checklist(const Verdicts& verdicts) {
  json out = {{"passed", json::array()},
              {"refused", json::array()},
              {"unknown", json::array()},
              {"not_applicable", json::array()}};
  for (const v1::CheckVerdict& verdict : verdicts) {
    if (verdict.verdict() == "refuse") {
      out["refused"].push_back({{"name", verdict.name()},
                                {"code", verdict.denial().code()},
                                {"value", verdict.denial().value()},
                                {"limit", verdict.denial().limit()},
                                {"fix", verdict.denial().fix()}});
    } else if (verdict.verdict() == "unknown") {
      out["unknown"].push_back({{"name", verdict.name()}, {"reason", verdict.reason()}});
    } else {
      out[verdict.verdict() == "pass" ? "passed" : "not_applicable"].push_back(verdict.name());
    }
  }
  return out;
}

json order_fields(const v1::Order& order) {
  const v1::OrderTerms& terms = order.terms();
  const bool has_fill = order.filled_quantity() > 0;
  json out = {{"order_id", order.order_id()},
              {"request_id", text_if(order.request_id())},
              {"status", order.status()},
              {"symbol", terms.symbol()},
              {"side", text_of(terms.side())},
              {"quantity", terms.quantity()},
              {"filled_quantity", order.filled_quantity()},
              {"average_price", rupees_if(has_fill, order.average_price_e4())},
              {"order_type", text_of(terms.order_type())},
              {"product_type", text_of(terms.product())},
              {"price", rupees_if(terms.has_limit_price_e4(), terms.limit_price_e4())},
              {"trigger_price", rupees_if(terms.has_trigger_price_e4(), terms.trigger_price_e4())},
              {"stop_loss", rupees_if(terms.has_stop_loss_e4(), terms.stop_loss_e4())},
              {"target", rupees_if(terms.has_target_e4(), terms.target_e4())},
              {"charges", rupees(order.charges_e4())},
              {"denials", denial_rows(order.denials())},
              {"purpose", order.purpose()},
              {"created_at", ist(order.created_us())},
              {"updated_at", ist(order.updated_us())}};
  if (!order.reason().empty()) out["reason"] = order.reason();
  if (!terms.strategy().empty()) out["strategy"] = terms.strategy();
  if (!order.parent_order_id().empty()) out["parent_order_id"] = order.parent_order_id();
  return out;
}

mcp::ToolResult order_reply(const v1::OrderReply& reply) {
  const v1::Order& order = reply.order();
  json out = order_fields(order);
  put_provenance(out, reply.provenance());
  if (reply.is_repeated()) out["is_repeated"] = true;
  json lines = json::object();
  for (const v1::ChargeLine& line : order.charge_lines()) {
    lines[line.kind()] = rupees(line.amount_e4());
  }
  if (!lines.empty()) out["charge_lines"] = std::move(lines);
  for (const v1::Order& child : reply.children()) out["children"].push_back(order_fields(child));
  // Denials in a reply say that this request was refused, also where the order itself stands as it was (a modification).
  if (is_refusal(order.status()) || !order.denials().empty()) return refused(order, std::move(out));
  return out;
}

}  // namespace tools
