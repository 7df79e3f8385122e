// Request ids: what was asked once under an id is answered again and never done again, for the uid and the day.

#include "execution_broker/desk/book_desk.h"
#include "trading/base/canonical_json.h"
#include "trading/base/invariant.h"

namespace broker {

using trading::CanonicalJson;
using trading::make_error;
using trading::OrderClass;
using trading::Result;
using trading::Retry;

RequestNote BookDesk::note_of(const Requester& who, const std::string& request_id, const std::string& verb,
                              const std::string& arguments) const {
  return {who.uid, market_.today(), request_id, arguments.empty() ? verb : verb + " " + arguments};
}

Result<std::optional<Ledger::PastRequest>> BookDesk::recorded(const Requester& who, const RequestNote& asked) {
  if (!asked.is_named()) return std::optional<Ledger::PastRequest>();
  ASSIGN_OR_RETURN(auto past, book_.ledger.find_request(asked));
  if (!past || past->fingerprint == asked.fingerprint) return past;
  ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book_.ledger));
  ASSIGN_OR_RETURN([[maybe_unused]] const auto position,
                   book_.audit.append_refusal(unit.transaction(),
                                              AuditEvent{"request_id.reused", Actor{name_of(who.role), who.uid}, asked.request_id,
                                                         CanonicalJson::object({{"request_id", asked.request_id}}), market_.now()},
                                              "REQUEST_ID_REUSED", quota_us()));
  RETURN_IF_ERROR(unit.commit());
  return make_error("REQUEST_ID_REUSED", "request_id " + asked.request_id + " was used today for another request",
                    "use a new request_id for a new request; the same one only to ask again for the same", Retry::kNo, "request_id");
}

Result<std::optional<OrderReply>> BookDesk::recorded_answer(const Requester& who, const RequestNote& asked) {
  ASSIGN_OR_RETURN(const auto past, recorded(who, asked));
  if (!past) return std::optional<OrderReply>();
  ASSIGN_OR_RETURN(OrderReply reply, reply_for(past->order_seq, {}, true));
  // A change that the checklist refused was answered with denials that are not the order's own.
  if (!past->answer.empty()) reply.order.denials = past->answer;
  return std::optional(std::move(reply));
}

Result<OrderReply> BookDesk::reply_for(std::int64_t order_seq, risk::Verdicts verdicts, bool is_repeated) {
  ASSIGN_OR_RETURN(auto order, book_.ledger.find_order(order_seq));
  INVARIANT(order.has_value(), "an order that was kept can be read");
  OrderReply reply;
  reply.provenance = provenance();
  reply.order = std::move(*order);
  reply.verdicts = std::move(verdicts);
  reply.is_repeated = is_repeated;
  for (const auto& [seq, working] : book_.ledger.working())
    if (working.order_class == OrderClass::kProtection && working.request.symbol == reply.order.request.symbol &&
        working.request.product == reply.order.request.product)
      reply.children.push_back(working);
  return reply;
}

Result<OrderRecord> BookDesk::order_named(const Requester& who, const std::string& order_id) {
  ASSIGN_OR_RETURN(auto found, book_.ledger.find_order(order_id));
  if (found) return std::move(*found);
  return make_error("UNKNOWN_ORDER", "there is no order " + order_id,
                    std::string(who.role == Role::kOperator ? "approval_cli orders" : "fetch_paper_orders") + " lists them",
                    Retry::kNo, "order_id");
}

}  // namespace broker
