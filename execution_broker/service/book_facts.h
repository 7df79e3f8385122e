#pragma once

// A book as the desk shows it -> the facts that the risk arithmetic works on, so that the tools and
// the checklist compute with the same functions.

#include <string>
#include <vector>

#include "execution_broker/desk/order_desk.h"
#include "execution_broker/risk/facts.h"
#include "trading/base/money.h"
#include "trading/base/result.h"

namespace broker {

struct NamedExposure {
  std::string name;  // symbol, sector ("" = without one) or product
  trading::Accrual gross;
  trading::Accrual net;
  trading::Bps share;  // of the purse, rounded up
};
struct BookExposure {
  trading::Accrual gross;
  trading::Accrual net;
  trading::Bps gross_share;
  std::vector<NamedExposure> by_symbol;  // largest first
  std::vector<NamedExposure> by_sector;
  std::vector<NamedExposure> by_product;
};

// The effective mode's book. NO_BOOK when the desk shows none.
trading::Result<const BookView*> first_book(const PortfolioReply& portfolio);
// POSITION_WITHOUT_PRICE: then nothing can be said about its worth.
trading::Result<BookExposure> exposure_of(const BookView& book);

}  // namespace broker
