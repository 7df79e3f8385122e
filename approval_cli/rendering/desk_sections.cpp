#include "approval_cli/rendering/desk_sections.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <vector>

#include "approval_cli/rendering/approval_view.h"
#include "approval_cli/rendering/plain_text.h"
#include "approval_cli/rendering/words.h"
#include "trading/base/decimal.h"
#include "trading/time/timestamp.h"

namespace approval_cli {
namespace {

namespace v1 = broker::v1;

constexpr std::int64_t kSecondUs = 1'000'000;

// --- words -------------------------------------------------------------------------------------

std::string h_mm_ss(std::int64_t us) {
  const std::int64_t seconds = std::max<std::int64_t>(us, 0) / kSecondUs;
  const auto two = [](std::int64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  const std::string tail = two(seconds / 60 % 60) + ":" + two(seconds % 60);
  return seconds >= 3'600 ? std::to_string(seconds / 3'600) + ":" + tail : tail;
}

std::string kind_of(const v1::Position& position) {
  if (position.is_holding()) return "HELD";
  return std::string(name_of(position.product())).substr(0, 5);
}

std::string with_sign(std::int64_t quantity) { return (quantity > 0 ? "+" : "") + grouped(quantity); }

struct StopWords {
  std::string price, away;
  Tone tone = Tone::kPlain;
};

// Does anything that protects it rest at the exchange? A stop that is only known is none; a rehearsal's desk places none at all.
bool is_protected(const v1::Position& position, const DeskFacts& facts) {
  if (!facts.base.working) return true;  // not known: RESTING says so
  for (const v1::Order& order : facts.base.working->orders())
    if (order.order_class() == "protection" && order.terms().symbol() == position.symbol() && order.terms().product() == position.product()) return true;
  return false;
}

StopWords stop_of(const v1::Position& position, const DeskFacts& facts) {
  if (position.has_stop_loss_e4() && !position.is_holding() && !is_protected(position, facts)) return {"NO STOP", "RESTS", Tone::kBad};
  if (!position.has_stop_loss_e4()) return position.is_holding() ? StopWords{"-", "", Tone::kPlain} : StopWords{"NO STOP", "", Tone::kBad};
  StopWords words{price(position.stop_loss_e4()), "?", Tone::kPlain};
  if (!position.has_last_price_e4()) return words;
  const std::int64_t away = position.quantity() > 0 ? position.last_price_e4() - position.stop_loss_e4()
                                                    : position.stop_loss_e4() - position.last_price_e4();
  if (away <= 0) return {words.price, "AT STOP", Tone::kBad};
  words.away = percent(away, position.last_price_e4());
  return words;
}

bool is_square_off(const std::string& event) { return event.starts_with("square_off"); }

std::string event_words(const std::string& event) {
  if (event == "square_off_closing_auction_stocks") return "square-off (auction stocks)";
  if (event == "square_off") return "square-off";
  return in_words(event);
}

// --- sections ----------------------------------------------------------------------------------

void add_wrong(const DeskFacts& facts, ScreenLines& body) {
  std::vector<std::string> wrong = what_is_wrong(facts.base);
  if (!facts.hand_missing.empty()) wrong.push_back("by hand not known: " + facts.hand_missing);
  if (wrong.empty()) return;
  Section& section = body.section(90, 1, "approval_cli status");
  std::string label = "WRONG";
  for (const std::string& one : wrong) {
    body.labelled(section, label, "! " + one, Tone::kBad);
    label = "";
  }
}

void add_money(const DeskFacts& facts, ScreenLines& body) {
  const v1::StatusReply& status = facts.base.status;
  Section& section = body.section(100, 2, "approval_cli status");
  const std::string limit = trading::format_rupees(-status.day_loss_limit_e4());
  if (status.has_day_pnl_e4()) {
    const bool is_loss = status.day_pnl_e4() < 0;
    const bool is_half = is_loss && status.day_loss_limit_e4() > 0 && -status.day_pnl_e4() >= status.day_loss_limit_e4() / 2;
    body.labelled(section, "TODAY", signed_rupees(status.day_pnl_e4()) + " net of charges; limit " + limit,
                  is_half ? Tone::kBad : is_loss ? Tone::kWarning : Tone::kPlain);
  } else {
    body.labelled(section, "TODAY", "not known: a position has no price; limit " + limit, Tone::kWarning);
  }
  if (facts.base.portfolio && !facts.base.portfolio->books().empty()) {
    const v1::Book& book = facts.base.portfolio->books(0);
    body.labelled(section, "OPEN", (book.has_unrealized_e4() ? signed_rupees(book.unrealized_e4()) : "not known") + " unrealised; equity " +
                                       (book.has_equity_e4() ? trading::format_rupees(book.equity_e4()) : "not known"));
  }
  if (status.next_market_event_us() != 0) {
    const std::int64_t left = status.next_market_event_us() - status.market_us();
    const bool is_rehearsal = status.effective_mode() == "rehearsal" && is_square_off(status.next_market_event());
    body.labelled(section, "NEXT", event_words(status.next_market_event()) + " in " + (left < 86'400 * kSecondUs ? h_mm_ss(left) : span(left)) + " (" +
                                       trading::time_of({status.next_market_event_us()}).hh_mm().substr(0, 5) + ")" +
                                       (is_rehearsal ? ", by the exchange" : ""),
                  is_square_off(status.next_market_event()) && left < 900 * kSecondUs ? Tone::kWarning : Tone::kPlain);
  }
}

std::string proposal_words(const v1::Proposal& proposal, std::int64_t now_us) {
  const v1::OrderTerms& terms = proposal.order().terms();
  std::string words = proposal.order().order_id() + " " + std::string(name_of(terms.side())) + " " + grouped(terms.quantity()) + " " + terms.symbol() +
                      " " + std::string(name_of(terms.order_type()));
  if (terms.has_limit_price_e4()) words += " " + price(terms.limit_price_e4());
  words += " " + std::string(name_of(terms.product())).substr(0, 5);
  words += " moved " + trading::format_decimal(proposal.drift_bps(), 2, 2) + "%";
  if (proposal.is_tainted()) words += " TAINTED";
  return words + " " + h_mm_ss(proposal.expires_us() - now_us) + " left";
}

void add_waiting(const DeskFacts& facts, ScreenLines& body) {
  Section& section = body.section(95, 2, "approval_cli pending");
  if (!facts.proposals) return body.labelled(section, "WAITS", "not known", Tone::kWarning);
  const auto& proposals = facts.proposals->proposals();
  int tickets = 0;
  if (facts.recommendations)
    for (const v1::Recommendation& one : facts.recommendations->recommendations()) tickets += one.is_done() ? 0 : 1;
  if (proposals.empty()) {
    body.labelled(section, "WAITS", "nothing for your approval");
  } else {
    body.labelled(section, "WAITS", std::to_string(proposals.size()) + " for your approval: approval_cli approve ID", Tone::kStrong);
    for (const v1::Proposal& proposal : proposals) body.wrapped(section, "  " + proposal_words(proposal, facts.base.status.market_us()), Tone::kStrong);
  }
  if (tickets > 0) body.labelled(section, "", std::to_string(tickets) + " to place by hand: approval_cli recommendations", Tone::kWarning);
}

void add_position_table(const DeskFacts& facts, const v1::Book& book, Section& section, const ScreenLines& body) {
  struct Cell {
    std::size_t width;
    bool is_right;
  };
  // 76 columns and the seven blanks between; a wider screen gives the symbol more.
  constexpr std::array<Cell, 8> kCells{{{10, false}, {5, false}, {8, true}, {10, true}, {10, true}, {12, true}, {9, true}, {5, true}}};
  const auto row = [&](const std::array<std::string, 8>& cells) {
    std::string text;
    for (std::size_t i = 0; i < cells.size(); ++i) text += (i == 0 ? "" : " ") + padded(plain(cells[i]), kCells[i].width, kCells[i].is_right);
    return text;
  };
  body.line(section, row({"SYMBOL", "KIND", "QTY", "AVERAGE", "LAST", "P&L", "STOP", "AWAY"}), Tone::kFaint);
  for (const v1::Position& p : book.positions()) {
    const StopWords stop = stop_of(p, facts);
    body.line(section, row({p.symbol(), kind_of(p), with_sign(p.quantity()), price(p.average_price_e4()),
                            p.has_last_price_e4() ? price(p.last_price_e4()) : "no price", p.has_unrealized_e4() ? signed_rupees(p.unrealized_e4()) : "?",
                            stop.price, stop.away}),
              stop.tone);
  }
}

void add_position_words(const DeskFacts& facts, const v1::Book& book, Section& section, const ScreenLines& body) {
  for (const v1::Position& p : book.positions()) {
    const StopWords stop = stop_of(p, facts);
    body.wrapped(section, p.symbol() + " " + kind_of(p) + " " + with_sign(p.quantity()) + " P&L " +
                              (p.has_unrealized_e4() ? signed_rupees(p.unrealized_e4()) : "?"),
                 stop.tone);
    body.wrapped(section, "  " + price(p.average_price_e4()) + " now " + (p.has_last_price_e4() ? price(p.last_price_e4()) : "no price") + " stop " +
                              stop.price + " " + stop.away,
                 stop.tone);
  }
}

void add_positions(const DeskFacts& facts, ScreenLines& body) {
  if (!facts.base.portfolio) {
    Section& section = body.section(80, 1, "approval_cli positions");
    return body.line(section, "POSITIONS  " + std::to_string(facts.base.status.open_positions()) + ", not shown", Tone::kWarning);
  }
  for (const v1::Book& book : facts.base.portfolio->books()) {
    Section& section = body.section(80, 2, "approval_cli positions");
    const bool is_other = book.mode() != facts.base.status.effective_mode();
    const std::string whose = is_other ? " in " + state_in_capitals(book.mode()) : " of the agent";
    if (book.positions().empty()) {
      if (!is_other) body.line(section, "POSITIONS" + whose + ": none");
      continue;
    }
    body.line(section, "POSITIONS" + whose + ": " + std::to_string(book.positions_size()), Tone::kStrong);
    body.is_narrow() ? add_position_words(facts, book, section, body) : add_position_table(facts, book, section, body);
  }
}

void add_by_hand(const DeskFacts& facts, ScreenLines& body) {
  if (facts.base.status.effective_mode() == "paper") return;
  const auto& own = facts.hand;
  Section& section = body.section(60, 1, "the member's own screen");
  if (!own) return body.line(section, facts.hand_missing.empty() ? "BY HAND: being read" : "BY HAND: not known", Tone::kWarning);
  if (own->empty()) return body.line(section, "BY HAND: nothing beside the agent's");
  body.line(section, "BY HAND: " + std::to_string(own->size()) + ", in the account and not the agent's", Tone::kStrong);
  for (const HandPosition& one : *own) body.wrapped(section, "  " + one.symbol + " " + one.product + " " + with_sign(one.quantity));
}

void add_resting(const DeskFacts& facts, ScreenLines& body) {
  Section& section = body.section(50, 1, "approval_cli orders --working");
  if (!facts.base.working) return body.line(section, "RESTING: " + std::to_string(facts.base.status.working_orders()) + ", not shown", Tone::kWarning);
  std::vector<const v1::Order*> orders;
  for (const v1::Order& order : facts.base.working->orders()) orders.push_back(&order);
  // What protects first.
  std::stable_sort(orders.begin(), orders.end(), [](const v1::Order* a, const v1::Order* b) {
    return (a->order_class() == "protection") > (b->order_class() == "protection");
  });
  const auto stops = std::count_if(orders.begin(), orders.end(), [](const v1::Order* order) { return order->purpose() == "stop"; });
  if (orders.empty()) return body.line(section, "RESTING: nothing");
  body.line(section, "RESTING: " + std::to_string(orders.size()) + ", stops " + std::to_string(stops), Tone::kStrong);
  for (const v1::Order* order : orders) {
    const v1::OrderTerms& terms = order->terms();
    std::string words = "  " + order->order_id() + " " + in_words(order->purpose()) + " " + std::string(name_of(terms.side())) + " " +
                        grouped(terms.quantity()) + " " + terms.symbol() + " ";
    if (terms.has_trigger_price_e4()) words += "at " + price(terms.trigger_price_e4()) + " ";
    if (terms.has_limit_price_e4()) words += "limit " + price(terms.limit_price_e4()) + " ";
    if (order->filled_quantity() > 0) words += "filled " + grouped(order->filled_quantity()) + " ";
    body.wrapped(section, words + order->status(), order->status() == "UNKNOWN" || order->status() == "ABSENT" ? Tone::kBad : Tone::kPlain);
  }
}

void add_mandates(const DeskFacts& facts, ScreenLines& body) {
  if (!facts.mandates) return;
  Section& section = body.section(40, 1, "approval_cli mandate");
  for (const v1::Mandate& mandate : facts.mandates->mandates()) {
    if (mandate.state() != "active") continue;
    const v1::MandateTerms& terms = mandate.terms();
    body.labelled(section, "MANDATE", std::to_string(mandate.mandate_id()) + ": " + std::to_string(mandate.used_entries()) + " of " +
                                          std::to_string(terms.most_entries()) + " entries, " + trading::format_rupees(mandate.used_value_e4()) + " of " +
                                          trading::format_rupees(terms.most_value_e4()) + ", until " +
                                          trading::time_of({terms.until_us()}).hh_mm().substr(0, 5));
  }
}

std::string short_name(const std::string& key) {
  static const std::map<std::string, std::string> kNames{{"MAX_DAILY_LOSS_PERCENT", "loss"},
                                                         {"MAX_OPEN_POSITIONS", "positions"},
                                                         {"MAX_ENTRIES_PER_DAY", "entries"},
                                                         {"MAX_GROSS_EXPOSURE_PERCENT", "gross"},
                                                         {"MAX_DAILY_TURNOVER_PERCENT", "turnover"}};
  const auto found = kNames.find(key);
  return found == kNames.end() ? key : found->second;
}

void add_limits(const DeskFacts& facts, ScreenLines& body) {
  Section& section = body.section(30, 1, "approval_cli limits");
  std::string words;
  Tone tone = Tone::kPlain;
  for (const v1::LimitUse& use : facts.base.status.limits_used()) {
    std::string one = short_name(use.key()) + " ";
    if (!use.has_used() || !use.has_allowed()) {
      one += "?";
      tone = std::max(tone, Tone::kWarning);
    } else if (use.is_money()) {
      one += use.allowed() > 0 ? percent(use.used(), use.allowed()) : trading::format_rupees(use.used()) + "/0.00";
    } else {
      one += grouped(use.used()) + "/" + grouped(use.allowed());
    }
    if (use.has_used() && use.has_allowed() && use.allowed() > 0) {
      // Near: four fifths; at it: no entry passes any more.
      if (use.used() >= use.allowed()) tone = Tone::kBad;
      else if (use.used() >= use.allowed() / 5 * 4 && tone != Tone::kBad && use.used() > 0) tone = Tone::kWarning;
    }
    words += (words.empty() ? "" : ", ") + one;
  }
  if (!words.empty()) body.labelled(section, "LIMITS", "used: " + words, tone);
}

}  // namespace

void add_sections(const DeskFacts& facts, ScreenLines& body) {
  add_wrong(facts, body);
  add_money(facts, body);
  add_waiting(facts, body);
  add_positions(facts, body);
  add_by_hand(facts, body);
  add_resting(facts, body);
  add_mandates(facts, body);
  add_limits(facts, body);
}

}  // namespace approval_cli
