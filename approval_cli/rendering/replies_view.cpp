#include "approval_cli/rendering/replies_view.h"

#include <cstdint>
#include <string>

#include "approval_cli/rendering/orders_view.h"
#include "approval_cli/rendering/status_view.h"
#include "approval_cli/rendering/words.h"

namespace approval_cli {
namespace {

namespace v1 = broker::v1;

Tone tone_of(const std::string& state) {
  if (state == "open") return Tone::kGood;
  return state == "reduce-only" ? Tone::kWarning : Tone::kBad;
}

template <typename Texts>
std::string joined(const Texts& texts) {
  std::string all;
  for (const auto& text : texts) all += (all.empty() ? "" : ", ") + text;
  return all;
}

std::string counted(std::int64_t count, const char* one, const char* many) {
  return grouped(count) + " " + (count == 1 ? one : many);
}

}  // namespace

void print_stopped(const v1::OperatorStateReply& reply, Page& page) {
  page.line(state_in_capitals(reply.operator_state()), tone_of(reply.operator_state()));
  for (const std::string& reason : reply.reasons()) page.wrapped("  ", reason);
  page.wrapped("  ",
               counted(reply.cancelled_entries(), "working entry was", "working entries were") +
                   " cancelled; stops, targets and exits go on.");
}

void print_resumed(const v1::OperatorStateReply& reply, Page& page) {
  page.line(state_in_capitals(reply.operator_state()), tone_of(reply.operator_state()));
  page.wrapped("  ", reply.cleared_latches().empty()
                         ? "nothing had to be cleared"
                         : "cleared: " + joined(reply.cleared_latches()));
  for (const std::string& reason : reply.reasons())
    page.wrapped("  ", "! tripped again: " + reason, Tone::kBad);
}

JsonObject operator_state_json(const v1::OperatorStateReply& reply) {
  JsonObject json;
  json.text("operator_state", reply.operator_state())
      .array("reasons", JsonArray::of_texts(reply.reasons()))
      .array("cleared_latches", JsonArray::of_texts(reply.cleared_latches()))
      .integer("cancelled_entries", reply.cancelled_entries());
  return json;
}

void print_cancelled(const v1::CancelOrderReply& reply, Page& page) {
  if (reply.orders().empty()) {
    page.line("there was nothing to cancel");
    return;
  }
  print_orders(reply.orders(), page);
}

JsonObject cancelled_json(const v1::CancelOrderReply& reply) {
  JsonObject json;
  json.array("orders", orders_json(reply.orders(), {}));
  return json;
}

void print_flattened(const v1::FlattenReply& reply, Page& page) {
  if (reply.orders().empty() && reply.not_possible().empty()) {
    page.line("there was nothing to flatten");
    return;
  }
  if (!reply.orders().empty()) print_orders(reply.orders(), page);
  for (const std::string& why : reply.not_possible())
    page.wrapped("! ", "NOT FLATTENED " + why, Tone::kBad);
}

JsonObject flattened_json(const v1::FlattenReply& reply) {
  JsonObject json;
  json.array("orders", orders_json(reply.orders(), {}))
      .array("not_possible", JsonArray::of_texts(reply.not_possible()));
  return json;
}

void print_clock(const v1::StatusReply& reply, Page& page) {
  page.line(clock_time(reply.market_us()) + " IST  " + in_words(reply.phase()), Tone::kStrong);
  page.line(reply.clock_speed() == "step"
                ? "  moves only by approval_cli clock advance"
                : "  runs at " + reply.clock_speed() + " times the machine's clock");
  if (reply.next_market_event_us() != 0) {
    page.line("  next: " + in_words(reply.next_market_event()) + " at " +
              clock_time(reply.next_market_event_us()) + ", in " +
              span(reply.next_market_event_us() - reply.market_us()));
  }
}

JsonObject clock_json(const v1::StatusReply& reply) {
  JsonObject json;
  json.time("market_time", reply.market_us())
      .text("phase", reply.phase())
      .text("clock_speed", reply.clock_speed())
      .boolean("is_simulated", reply.provenance().is_simulated())
      .text_or_null("next_event", reply.next_market_event())
      .time("next_event_at", reply.next_market_event_us());
  return json;
}

void print_advanced(const v1::AdvanceClockReply& reply, Page& page) {
  page.line(clock_time(reply.market_us()) + " IST  " + in_words(reply.phase()), Tone::kStrong);
  page.line("  " + counted(reply.events(), "event", "events") + " on the way");
}

JsonObject advanced_json(const v1::AdvanceClockReply& reply) {
  JsonObject json;
  json.time("market_time", reply.market_us())
      .text("phase", reply.phase())
      .integer("events", reply.events());
  return json;
}

void print_ledger_proof(const v1::VerifyLedgerReply& reply, Page& page) {
  page.line(reply.is_ok() ? "OK" : "THE LEDGER DOES NOT HOLD",
            reply.is_ok() ? Tone::kGood : Tone::kBad);
  page.wrapped("  ", counted(reply.transactions(), "transaction", "transactions") + ", " +
                         counted(reply.journal_lines(), "journal line", "journal lines") +
                         ", sum " + signed_rupees(reply.sum_e4()));
  for (const std::string& finding : reply.findings()) page.wrapped("  ! ", finding, Tone::kBad);
}

JsonObject ledger_proof_json(const v1::VerifyLedgerReply& reply) {
  JsonObject json;
  json.boolean("ok", reply.is_ok())
      .integer("transactions", reply.transactions())
      .integer("journal_lines", reply.journal_lines())
      .rupees("sum", reply.sum_e4())
      .array("findings", JsonArray::of_texts(reply.findings()));
  return json;
}

}  // namespace approval_cli
