#include "approval_cli/rendering/approval_view.h"

#include "approval_cli/rendering/orders_view.h"
#include "approval_cli/rendering/plain_text.h"
#include "approval_cli/rendering/words.h"
#include "trading/time/timestamp.h"

namespace approval_cli {
namespace {

namespace v1 = broker::v1;

JsonObject proposal_json(const v1::Proposal& proposal, const v1::Provenance& provenance) {
  Orders one;
  *one.Add() = proposal.order();
  JsonObject json;
  json.text("order_id", proposal.order().order_id())
      .text("status", proposal.order().status())
      .text("symbol", proposal.order().terms().symbol())
      .array("order", orders_json(one, provenance))
      .rupees("reference_price", proposal.reference_price_e4());
  proposal.has_last_price_e4() ? json.rupees("last_price", proposal.last_price_e4()) : json.null("last_price");
  json.integer("drift_bps", proposal.drift_bps())
      .boolean("is_tainted", proposal.is_tainted())
      .time("expires", proposal.expires_us())
      .text_or_null("reason", proposal.reason())
      .text_or_null("cites", proposal.cites());
  return json;
}

std::string limit_of(const v1::OrderTerms& terms) { return terms.has_limit_price_e4() ? price(terms.limit_price_e4()) : "-"; }

}  // namespace

void print_proposals(const v1::ListProposalsReply& reply, Page& page) {
  if (reply.proposals().empty()) {
    page.line("Nothing waits for you.", Tone::kGood);
    return;
  }
  Table table({{"ORDER", false, 10}, {"SIDE", false, 4}, {"QTY", true, 9}, {"SYMBOL", false, 14}, {"PRODUCT", false, 8},
               {"LIMIT", true, 11}, {"STATE", false, 18}, {"LEFT", true, 8}});
  for (const v1::Proposal& proposal : reply.proposals()) {
    const v1::OrderTerms& terms = proposal.order().terms();
    const bool is_waiting = proposal.order().status() == "AWAITING_APPROVAL";
    const std::int64_t left = proposal.expires_us() - reply.provenance().as_of_us();
    table.row({proposal.order().order_id(), std::string(name_of(terms.side())), grouped(terms.quantity()), terms.symbol(),
               std::string(name_of(terms.product())), limit_of(terms), proposal.order().status(), is_waiting ? span(left) : "-"},
              proposal.is_tainted() && is_waiting ? Tone::kWarning : Tone::kPlain, is_waiting ? "" : proposal.order().reason());
  }
  table.print(page);
  page.blank();
  page.line("approval_cli show ORDER_ID looks at one; approval_cli approve ORDER_ID signs it.", Tone::kFaint);
}

JsonObject proposals_json(const v1::ListProposalsReply& reply) {
  JsonArray array;
  for (const v1::Proposal& proposal : reply.proposals()) array.object(proposal_json(proposal, reply.provenance()));
  JsonObject json;
  json.text("mode", reply.provenance().mode()).time("as_of", reply.provenance().as_of_us()).array("proposals", array);
  return json;
}

void print_signed(const v1::SignStatementReply& reply, Page& page) {
  const bool is_order = reply.has_order();
  const std::string& status = reply.order().order().status();
  const bool is_good = !is_order || status == "ACKED" || status == "OPEN" || status == "TRIGGER_PENDING" || status == "PARTIAL" || status == "FILLED";
  page.line("SIGNED  " + cut_to(plain(reply.note()), 70), is_good ? Tone::kGood : Tone::kBad);
  if (is_order && !reply.order().order().reason().empty()) page.wrapped("        ", reply.order().order().reason(), Tone::kWarning);
  if (reply.has_operator_state())
    for (const std::string& reason : reply.operator_state().reasons()) page.wrapped("        ", reason, Tone::kWarning);
}

JsonObject signed_json(const v1::SignStatementReply& reply) {
  JsonObject json;
  json.text("kind", reply.kind()).text("note", reply.note());
  if (reply.has_order()) {
    Orders one;
    *one.Add() = reply.order().order();
    json.text("order_id", reply.order().order().order_id()).text("status", reply.order().order().status()).array(
        "orders", orders_json(one, reply.order().provenance()));
  }
  if (reply.has_operator_state())
    json.text("operator_state", reply.operator_state().operator_state())
        .array("cleared_latches", JsonArray::of_texts(reply.operator_state().cleared_latches()))
        .array("reasons", JsonArray::of_texts(reply.operator_state().reasons()));
  if (reply.has_mandate()) json.object("mandate", mandate_json(reply.mandate()));
  if (!reply.totp_address().empty()) json.text("totp_address", reply.totp_address());
  return json;
}

void print_rejected(const v1::RejectOrderReply& reply, Page& page) {
  page.line("REJECTED  " + reply.proposal().order().order_id() + ": nothing was sent", Tone::kGood);
}

JsonObject rejected_json(const v1::RejectOrderReply& reply) {
  JsonObject json;
  json.text("order_id", reply.proposal().order().order_id()).text("status", reply.proposal().order().status()).text(
      "reason", reply.proposal().order().reason());
  return json;
}

void print_mandates(const v1::ListMandatesReply& reply, Page& page) {
  if (reply.mandates().empty()) {
    page.line("There is no mandate.", Tone::kGood);
    return;
  }
  for (const v1::Mandate& mandate : reply.mandates()) {
    const v1::MandateTerms& terms = mandate.terms();
    page.line("MANDATE " + std::to_string(mandate.mandate_id()) + "  " + mandate.state() + (mandate.why().empty() ? "" : ": " + mandate.why()),
              mandate.state() == "active" ? Tone::kWarning : Tone::kFaint);
    page.line("        entries " + std::to_string(mandate.used_entries()) + " of " + std::to_string(terms.most_entries()) + ", value " +
              price(mandate.used_value_e4()) + " of " + price(terms.most_value_e4()) + ", loss " + price(mandate.used_loss_e4()) + " of " +
              price(terms.most_loss_e4()));
    for (const v1::MandateLine& line : terms.lines())
      page.line("        " + std::string(name_of(line.side())) + " up to " + grouped(line.most_quantity()) + " " + line.symbol() + " at " + price(line.worst_price_e4()));
  }
}

JsonObject mandate_json(const v1::Mandate& mandate) {
  const v1::MandateTerms& terms = mandate.terms();
  JsonArray lines;
  for (const v1::MandateLine& line : terms.lines()) {
    JsonObject one;
    one.text("symbol", line.symbol()).text("side", name_of(line.side())).rupees("worst_price", line.worst_price_e4()).integer("most_quantity", line.most_quantity());
    lines.object(one);
  }
  JsonObject json;
  json.integer("mandate_id", mandate.mandate_id())
      .text("state", mandate.state())
      .text_or_null("why", mandate.why())
      .integer("most_entries", terms.most_entries())
      .integer("used_entries", mandate.used_entries())
      .rupees("most_value", terms.most_value_e4())
      .rupees("used_value", mandate.used_value_e4())
      .rupees("most_loss", terms.most_loss_e4())
      .rupees("used_loss", mandate.used_loss_e4())
      .time("until", terms.until_us())
      .array("lines", lines);
  return json;
}

JsonObject mandates_json(const v1::ListMandatesReply& reply) {
  JsonArray array;
  for (const v1::Mandate& mandate : reply.mandates()) array.object(mandate_json(mandate));
  JsonObject json;
  json.array("mandates", array);
  return json;
}

void print_recommendations(const v1::ListRecommendationsReply& reply, Page& page) {
  bool is_any = false;
  for (const v1::Recommendation& row : reply.recommendations()) {
    if (row.is_done()) continue;
    is_any = true;
    page.line("TICKET  " + std::to_string(row.recommendation_id()) + ": by hand, SELL " + grouped(row.quantity()) + " " + row.symbol() + "-EQ DELIVERY, NSE, LIMIT",
              Tone::kStrong);
    page.wrapped("        ", "recommended " + trading::format_ist({row.market_us()}) + "; look first at what you hold and at the price", Tone::kPlain);
    page.wrapped("        the agent says, unchecked: ", "\"" + cut_to(plain(row.reason()), 200) + "\"", Tone::kFaint);
  }
  if (!is_any) page.line("No delivery sale is recommended.", Tone::kGood);
  else page.wrapped("", "The program never sells delivery. Close one that is done with: approval_cli recommendations --done ID", Tone::kFaint);
}

JsonObject recommendations_json(const v1::ListRecommendationsReply& reply) {
  JsonArray array;
  for (const v1::Recommendation& row : reply.recommendations()) {
    JsonObject one;
    one.integer("recommendation_id", row.recommendation_id())
        .text("symbol", row.symbol())
        .integer("quantity", row.quantity())
        .text("side", "SELL")
        .text("product_type", "DELIVERY")
        .text("reason", row.reason())
        .time("recommended", row.market_us())
        .boolean("is_done", row.is_done());
    array.object(one);
  }
  JsonObject json;
  json.array("recommendations", array);
  return json;
}

}  // namespace approval_cli
