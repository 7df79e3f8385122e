#pragma once

// Positions with what protects them, and the books they stand in.

#include "approval_cli/rendering/json.h"
#include "approval_cli/rendering/page.h"
#include "broker/v1/portfolio.pb.h"

namespace approval_cli {

// One row a position, or a sentence when there is none. A position whose stop is missing says so.
void print_positions(const broker::v1::Book& book, Page& page);
// Every book with its figures and positions.
void print_portfolio(const broker::v1::FetchPortfolioReply& reply, Page& page);
// One line of the book: equity, cash, what was earned and paid since the account began.
void print_book_line(const broker::v1::Book& book, Page& page);

// The contract's portfolio: books[{mode, cash, equity, positions[...], realized_pnl, charges}],
// custody.
JsonArray books_json(const broker::v1::FetchPortfolioReply& reply);
JsonObject portfolio_json(const broker::v1::FetchPortfolioReply& reply);

}  // namespace approval_cli
