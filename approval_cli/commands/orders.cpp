// orders: the newest of the book, or those still working.

#include "approval_cli/rendering/orders_view.h"

#include "approval_cli/broker_link.h"
#include "approval_cli/commands/answer.h"
#include "approval_cli/commands/commands.h"

namespace approval_cli::commands {
namespace {

namespace v1 = broker::v1;

void print(const v1::FetchPaperOrdersReply& reply, Page& page) {
  if (reply.orders().empty()) {
    page.line("no such order");
    return;
  }
  print_orders(reply.orders(), page);
  if (reply.total() > reply.orders_size()) {
    page.line("    " + std::to_string(reply.orders_size()) + " of " +
                  std::to_string(reply.total()) + "; more with -n",
              Tone::kFaint);
  }
}

JsonObject json(const v1::FetchPaperOrdersReply& reply) {
  JsonObject object;
  object.array("orders", orders_json(reply.orders(), reply.provenance()))
      .integer("total", reply.total())
      .text("mode", reply.provenance().mode())
      .boolean("is_simulated", reply.provenance().is_simulated())
      .time("as_of", reply.provenance().as_of_us());
  return object;
}

}  // namespace

int orders(const Call& call, const OrdersArguments& arguments) {
  auto link = BrokerLink::connect(call.home, call.version);
  if (!link) return report(call, link.error());
  v1::FetchPaperOrdersRequest request;
  request.set_status(arguments.is_working_only ? "working" : arguments.status);
  request.set_symbol(arguments.symbol);
  request.set_limit(arguments.count);
  const auto reply = link->orders(request);
  if (!reply) return report(call, reply.error());
  answer(call, *reply, print, json);
  return kDone;
}

}  // namespace approval_cli::commands
