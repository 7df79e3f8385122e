#pragma once

// What a book is exposed to: positions at their last prices plus entries that wait for a fill.
// Gross: shorts count as much as longs. Empty results mean unknown: positions or orders could not
// be read, or a position has no price.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "execution_broker/risk/facts.h"

namespace broker::risk {

struct ExposureFilter {
  std::string_view symbol = {};            // empty = all
  std::optional<std::string> sector = {};  // "" = those without one
  std::string_view without_order_id = {};  // the order that a modification replaces
};

std::optional<trading::Accrual> exposure_of(const BookFacts& book, const ExposureFilter& filter);
// Of the tagged book and of the account: the larger, so that what the human holds beside the broker
// counts. Unknown when either is.
std::optional<trading::Accrual> larger_exposure(const Facts& facts, ExposureFilter filter);

// Entries that wait for a fill.
std::optional<trading::Accrual> open_entry_value(const BookFacts& book,
                                                 std::string_view without_order_id);

// Net quantity of one position; empty when positions are not known.
std::optional<trading::Quantity> held_quantity(const BookFacts& book, std::string_view symbol,
                                               trading::Product product);

// The picture for the portfolio and risk tools. Shares are of `base`, rounded up; zero when the
// base is not positive.
struct ExposureShare {
  std::string name;  // symbol, or sector ("" = without one)
  trading::Accrual value;
  trading::Bps share;
};
struct ExposureReport {
  trading::Accrual gross, net, long_value, short_value;  // short_value is positive
  trading::Bps gross_share;
  std::vector<ExposureShare> symbols;  // positions alone, largest first
  std::vector<ExposureShare> sectors;
};
std::optional<ExposureReport> exposure_report(const BookFacts& book, trading::Accrual base);

}  // namespace broker::risk
