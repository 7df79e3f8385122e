// flatten: closes a position or all of them at the market. Shows first what it will close.

#include "approval_cli/broker_link.h"
#include "approval_cli/commands/answer.h"
#include "approval_cli/commands/commands.h"
#include "approval_cli/rendering/positions_view.h"
#include "approval_cli/rendering/replies_view.h"

namespace approval_cli::commands {
namespace {

// To the human who is about to type; a broker that cannot tell its positions still gets the order.
void show_positions(const Call& call, BrokerLink& link, const std::string& symbol) {
  auto reply = link.portfolio();
  if (!reply || reply->books().empty()) return;
  broker::v1::Book& book = *reply->mutable_books(0);
  auto& held = *book.mutable_positions();
  for (int i = held.size() - 1; i >= 0; --i)
    if (!symbol.empty() && held.Get(i).symbol() != symbol) held.DeleteSubrange(i, 1);
  Page page(false);
  print_positions(book, page);
  call.console.err << page.text();
}

}  // namespace

int flatten(const Call& call, const FlattenArguments& arguments) {
  auto link = BrokerLink::connect(call.home, call.version);
  if (!link) return report(call, link.error());
  if (!arguments.is_yes && call.console.is_in_tty) show_positions(call, *link, arguments.symbol);
  const std::string what = arguments.symbol.empty() ? "every position" : arguments.symbol;
  const auto confirmed = confirm(
      call, arguments.is_yes,
      "This closes " + what + " at the market and cancels what works against it.", "FLATTEN");
  if (!confirmed) return report(call, confirmed.error());
  const auto reply = link->flatten(arguments.symbol);
  if (!reply) return report(call, reply.error());
  answer(call, *reply, print_flattened, flattened_json);
  return reply->not_possible().empty() ? kDone : kRefused;
}

}  // namespace approval_cli::commands
