#include "execution_broker/service/book_facts.h"

#include <algorithm>

#include "execution_broker/risk/exposure.h"

namespace broker {
namespace {

using Positions = std::vector<risk::PositionFact>;

Positions positions_of(const BookView& book) {
  Positions positions;
  for (const BookPosition& shown : book.positions) {
    const trading::Position& held = shown.record.position;
    positions.push_back({.symbol = held.symbol,
                         .product = held.product,
                         .quantity = held.quantity,
                         .last_price = shown.last_price,
                         .sector = shown.sector});
  }
  return positions;
}

std::optional<risk::ExposureReport> report_of(Positions positions, trading::Accrual purse) {
  risk::BookFacts facts;
  facts.positions = std::move(positions);
  return risk::exposure_report(facts, purse);
}

// The positions fall into groups by `name_of_position`; each group is a small book of its own.
template <typename NameOfPosition>
std::vector<NamedExposure> grouped(const Positions& positions, trading::Accrual purse,
                                   NameOfPosition name_of_position) {
  std::map<std::string, Positions> groups;
  for (const risk::PositionFact& position : positions) {
    if (!position.quantity.is_zero()) groups[name_of_position(position)].push_back(position);
  }
  std::vector<NamedExposure> exposures;
  for (auto& [name, group] : groups) {
    const auto report = report_of(std::move(group), purse);
    if (report) exposures.push_back({name, report->gross, report->net, report->gross_share});
  }
  std::stable_sort(
      exposures.begin(), exposures.end(),
      [](const NamedExposure& a, const NamedExposure& b) { return a.gross > b.gross; });
  return exposures;
}

}  // namespace

trading::Result<const BookView*> first_book(const PortfolioReply& portfolio) {
  if (!portfolio.books.empty()) return &portfolio.books.front();
  return trading::make_error("NO_BOOK", "the desk has no book open", "the broker's log says why",
                             trading::Retry::kSafe);
}

trading::Result<BookExposure> exposure_of(const BookView& book) {
  const Positions positions = positions_of(book);
  const auto whole = report_of(positions, book.purse);
  if (!whole) {
    std::string names;
    for (const risk::PositionFact& position : positions) {
      if (!position.last_price) names += (names.empty() ? "" : ", ") + position.symbol;
    }
    return trading::make_error("POSITION_WITHOUT_PRICE", "no price is known for " + names,
                               "try again while its market is open", trading::Retry::kSafe);
  }
  return BookExposure{.gross = whole->gross,
                      .net = whole->net,
                      .gross_share = whole->gross_share,
                      .by_symbol = grouped(positions, book.purse,
                                           [](const risk::PositionFact& p) { return p.symbol; }),
                      .by_sector = grouped(positions, book.purse,
                                           [](const risk::PositionFact& p) { return p.sector; }),
                      .by_product = grouped(positions, book.purse, [](const risk::PositionFact& p) {
                        return std::string(trading::name_of(p.product));
                      })};
}

}  // namespace broker
