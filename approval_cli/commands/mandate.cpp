// mandate, recommendations, settle.

#include "approval_cli/broker_link.h"
#include "approval_cli/commands/answer.h"
#include "approval_cli/commands/commands.h"
#include "approval_cli/rendering/approval_view.h"
#include "approval_cli/rendering/words.h"
#include "approval_cli/signer.h"
#include "broker/v1/approval.pb.h"
#include "broker/v1/operator.pb.h"
#include "proto/convert/text.h"
#include "trading/base/decimal.h"
#include "trading/base/money.h"
#include "trading/time/timestamp.h"

namespace approval_cli::commands {
namespace {

namespace v1 = broker::v1;
using trading::Result;

trading::Error bad(const std::string& what) {
  return usage_error(what, "mandate sign --allow BUY:SBIN:10:800 --entries 3 --value 20000 --loss 500 --until 14:30");
}

Result<std::int64_t> rupees_e4(const std::string& text) {
  const auto price = trading::Price::parse_rupees(text);
  if (!price || !price->is_positive()) return bad("\"" + text + "\" is no amount of rupees");
  return price->value();
}

// SIDE:SYMBOL:QUANTITY:PRICE
Result<v1::MandateLine> line_of(const std::string& text) {
  std::vector<std::string> parts(1);
  for (const char c : text) {
    if (c == ':') parts.emplace_back();
    else parts.back().push_back(c);
  }
  if (parts.size() != 4) return bad("\"" + text + "\" is not SIDE:SYMBOL:QUANTITY:PRICE");
  v1::MandateLine line;
  if (parts[0] != "BUY" && parts[0] != "SELL") return bad("\"" + parts[0] + "\" is neither BUY nor SELL");
  line.set_side(parts[0] == "BUY" ? v1::SIDE_BUY : v1::SIDE_SELL);
  if (!wire::is_symbol(parts[1])) return bad("\"" + parts[1] + "\" is not a symbol");
  line.set_symbol(parts[1]);
  std::int64_t quantity = 0;
  for (const char c : parts[2]) {
    if (c < '0' || c > '9' || quantity > 100'000'000) return bad("\"" + parts[2] + "\" is no quantity");
    quantity = quantity * 10 + (c - '0');
  }
  line.set_most_quantity(quantity);
  ASSIGN_OR_RETURN(const std::int64_t worst, rupees_e4(parts[3]));
  line.set_worst_price_e4(worst);
  return line;
}

// HH:MM of the market's day.
Result<std::int64_t> until_of(BrokerLink& link, const std::string& text) {
  if (text.size() != 5 || text[2] != ':') return bad("\"" + text + "\" is not a time such as 14:30");
  for (const int i : {0, 1, 3, 4})
    if (text[static_cast<std::size_t>(i)] < '0' || text[static_cast<std::size_t>(i)] > '9') return bad("\"" + text + "\" is not a time such as 14:30");
  const int hour = (text[0] - '0') * 10 + (text[1] - '0'), minute = (text[3] - '0') * 10 + (text[4] - '0');
  if (hour > 23 || minute > 59) return bad("\"" + text + "\" is not a time such as 14:30");
  ASSIGN_OR_RETURN(const v1::StatusReply status, link.status());
  return timestamp_of(trading::date_of({status.market_us()}), trading::at(hour, minute)).us;
}

Result<v1::SignStatementReply> sign_mandate(const Call& call, const MandateArguments& arguments) {
  RETURN_IF_ERROR(must_be_at_terminal(call));
  v1::OpenStatementRequest open;
  v1::MandateTerms& terms = *open.mutable_mandate();
  for (const std::string& text : arguments.allow) {
    ASSIGN_OR_RETURN(*terms.add_lines(), line_of(text));
  }
  terms.set_most_entries(arguments.entries);
  ASSIGN_OR_RETURN(const std::int64_t value, rupees_e4(arguments.value));
  ASSIGN_OR_RETURN(const std::int64_t loss, rupees_e4(arguments.loss));
  terms.set_most_value_e4(value);
  terms.set_most_loss_e4(loss);
  ASSIGN_OR_RETURN(BrokerLink link, BrokerLink::connect(call.home, call.version));
  ASSIGN_OR_RETURN(const std::int64_t until, until_of(link, arguments.until));
  terms.set_until_us(until);
  ASSIGN_OR_RETURN(Signer signer, Signer::of(call, arguments.key_file));
  ASSIGN_OR_RETURN(const v1::OpenStatementReply opened, link.open_statement(open));
  return signer.sign(call, link, opened, false);
}

}  // namespace

int mandate_show(const Call& call) {
  auto link = BrokerLink::connect(call.home, call.version);
  if (!link) return report(call, link.error());
  const auto reply = link->mandates();
  if (!reply) return report(call, reply.error());
  answer(call, *reply, print_mandates, mandates_json);
  return kDone;
}

int mandate_sign(const Call& call, const MandateArguments& arguments) {
  const auto reply = sign_mandate(call, arguments);
  if (!reply) return report(call, reply.error());
  answer(call, *reply, print_signed, signed_json);
  return kDone;
}

int mandate_revoke(const Call& call, std::int64_t mandate_id) {
  auto link = BrokerLink::connect(call.home, call.version);
  if (!link) return report(call, link.error());
  const auto reply = link->revoke_mandate(mandate_id);
  if (!reply) return report(call, reply.error());
  v1::ListMandatesReply one;
  *one.add_mandates() = reply->mandate();
  answer(call, one, print_mandates, mandates_json);
  return kDone;
}

int recommendations(const Call& call, std::int64_t done) {
  auto link = BrokerLink::connect(call.home, call.version);
  if (!link) return report(call, link.error());
  if (done > 0)
    if (const auto closed = link->close_recommendation(done); !closed) return report(call, closed.error());
  const auto reply = link->recommendations();
  if (!reply) return report(call, reply.error());
  answer(call, *reply, print_recommendations, recommendations_json);
  return kDone;
}

int settle(const Call& call, const SettleArguments& arguments) {
  const auto confirmed = confirm(call, arguments.is_yes,
                                 "You have looked at the account itself, and " + arguments.order_id + " is not there: it counts for nothing any more.", "SETTLE");
  if (!confirmed) return report(call, confirmed.error());
  auto link = BrokerLink::connect(call.home, call.version);
  if (!link) return report(call, link.error());
  const auto reply = link->settle_order(arguments.order_id);
  if (!reply) return report(call, reply.error());
  if (call.is_json) {
    JsonObject json;
    json.text("order_id", reply->order().order_id()).text("status", reply->order().status()).boolean("settled", true);
    call.console.out << json.write() << "\n";
  } else {
    call.console.out << "SETTLED  " << reply->order().order_id() << "\n";
  }
  return kDone;
}

}  // namespace approval_cli::commands
