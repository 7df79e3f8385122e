#include "approval_cli/rendering/positions_view.h"

#include <cstdint>
#include <cstdlib>
#include <string>

#include "approval_cli/rendering/words.h"
#include "trading/base/decimal.h"

namespace approval_cli {
namespace {

namespace v1 = broker::v1;

// What is left to the stop, as a part of the last price; what is past it counts as nothing.
std::string distance_to_stop(const v1::Position& position) {
  if (!position.has_stop_loss_e4()) return "";
  if (!position.has_last_price_e4()) return "?";
  const bool is_long = position.quantity() > 0;
  const std::int64_t away = is_long ? position.last_price_e4() - position.stop_loss_e4()
                                    : position.stop_loss_e4() - position.last_price_e4();
  return away <= 0 ? "AT STOP" : percent(away, position.last_price_e4());
}

// Short, so that the figures beside it are never cut.
std::string kind_of(const v1::Position& position) {
  if (position.is_holding()) return "HELD";
  return std::string(name_of(position.product())).substr(0, 5);
}

void add_row(const v1::Position& position, Table& table) {
  const std::string quantity = (position.quantity() > 0 ? "+" : "") + grouped(position.quantity());
  const std::string away = distance_to_stop(position);
  const bool is_bare = !position.has_stop_loss_e4() && !position.is_holding();
  table.row({position.symbol(), kind_of(position), quantity, price(position.average_price_e4()),
             position.has_last_price_e4() ? price(position.last_price_e4()) : "no price",
             position.has_unrealized_e4() ? signed_rupees(position.unrealized_e4()) : "?",
             position.has_stop_loss_e4() ? price(position.stop_loss_e4())
             : is_bare                   ? "NO STOP"
                                         : "-",
             away},
            is_bare || away == "AT STOP" ? Tone::kBad : Tone::kPlain);
}

JsonObject position_json(const v1::Position& position) {
  JsonObject json;
  json.text("symbol", position.symbol())
      .text("product_type", name_of(position.product()))
      .integer("quantity", position.quantity())
      .rupees("average_price", position.average_price_e4());
  const auto optional = [&json](const char* key, bool has, std::int64_t value_e4) {
    has ? json.rupees(key, value_e4) : json.null(key);
  };
  optional("last_price", position.has_last_price_e4(), position.last_price_e4());
  optional("unrealized_pnl", position.has_unrealized_e4(), position.unrealized_e4());
  optional("stop_loss", position.has_stop_loss_e4(), position.stop_loss_e4());
  optional("target", position.has_target_e4(), position.target_e4());
  json.rupees("realized_pnl", position.realized_e4())
      .text("strategy", position.strategy())
      .text("sector", position.sector())
      .boolean("is_holding", position.is_holding());
  return json;
}

JsonObject book_json(const v1::Book& book) {
  JsonObject json;
  json.text("mode", book.mode()).rupees("cash", book.cash_e4());
  const auto optional = [&json](const char* key, bool has, std::int64_t value_e4) {
    has ? json.rupees(key, value_e4) : json.null(key);
  };
  optional("equity", book.has_equity_e4(), book.equity_e4());
  JsonArray positions;
  for (const v1::Position& position : book.positions()) positions.object(position_json(position));
  json.array("positions", positions)
      .rupees("realized_pnl", book.realized_e4())
      .rupees("charges", book.charges_e4());
  optional("unrealized_pnl", book.has_unrealized_e4(), book.unrealized_e4());
  optional("day_pnl", book.has_day_pnl_e4(), book.day_pnl_e4());
  json.rupees("purse", book.purse_e4())
      .rupees("margin_blocked", book.margin_blocked_e4())
      .rupees("margin_available", book.margin_available_e4())
      .rupees("starting_capital", book.starting_capital_paise() * 100)
      .integer("epoch", book.epoch())
      .text("operator_state", book.operator_state());
  return json;
}

}  // namespace

void print_positions(const v1::Book& book, Page& page) {
  if (book.positions().empty()) {
    page.line("POSITIONS  none");
    return;
  }
  page.line("POSITIONS  " + std::to_string(book.positions_size()), Tone::kStrong);
  Table table({{"SYMBOL", false, 16},
               {"KIND", false, 5},
               {"QTY", true, 12},
               {"AVERAGE", true, 14},
               {"LAST", true, 14},
               {"P&L", true, 16},
               {"STOP", true, 14},
               {"AWAY", true, 8}});
  for (const v1::Position& position : book.positions()) add_row(position, table);
  table.print(page);
}

void print_book_line(const v1::Book& book, Page& page) {
  const auto known = [](bool has, const std::string& text) { return has ? text : "not known now"; };
  page.labelled("BOOK", "equity " +
                            known(book.has_equity_e4(), trading::format_rupees(book.equity_e4())) +
                            ", cash " + trading::format_rupees(book.cash_e4()) +
                            ", margin blocked " + trading::format_rupees(book.margin_blocked_e4()) +
                            "; since the start: realised " + signed_rupees(book.realized_e4()) +
                            ", charges " + trading::format_rupees(book.charges_e4()));
}

void print_portfolio(const v1::FetchPortfolioReply& reply, Page& page) {
  for (const v1::Book& book : reply.books()) {
    page.blank();
    page.line({{Tone::kStrong, book.mode()},
               {Tone::kPlain, reply.provenance().is_simulated() ? "  SIMULATED" : ""},
               {Tone::kPlain, "  " + clock_time(reply.provenance().as_of_us()) + " IST"}});
    print_book_line(book, page);
    print_positions(book, page);
  }
  if (reply.books().empty()) page.line("POSITIONS  none");
}

JsonArray books_json(const v1::FetchPortfolioReply& reply) {
  JsonArray books;
  for (const v1::Book& book : reply.books()) books.object(book_json(book));
  return books;
}

JsonObject portfolio_json(const v1::FetchPortfolioReply& reply) {
  JsonObject json;
  json.array("books", books_json(reply))
      .text("custody", reply.custody())
      .text("mode", reply.provenance().mode())
      .boolean("is_simulated", reply.provenance().is_simulated())
      .time("as_of", reply.provenance().as_of_us());
  return json;
}

}  // namespace approval_cli
