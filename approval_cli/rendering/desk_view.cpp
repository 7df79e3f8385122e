#include "approval_cli/rendering/desk_view.h"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <utility>

#include "approval_cli/rendering/approval_view.h"
#include "approval_cli/rendering/plain_text.h"
#include "approval_cli/rendering/words.h"
#include "trading/base/decimal.h"
#include "trading/time/timestamp.h"

namespace approval_cli {
namespace {

namespace v1 = broker::v1;

constexpr std::size_t kTableColumns = 76;  // from here on a row is a line
constexpr std::size_t kLabelColumns = 8;
constexpr std::size_t kLeastColumns = 20;
constexpr std::int64_t kSecondUs = 1'000'000;

// --- lines -------------------------------------------------------------------------------------

struct Line {
  Tone tone = Tone::kPlain;
  std::string text;  // plain, at most as wide as the screen
};

std::string padded(const std::string& text, std::size_t width, bool is_right) {
  const std::size_t columns = columns_of(text);
  const std::string space(columns < width ? width - columns : 0, ' ');
  return is_right ? space + text : text + space;
}

// Lines that belong together. Where the screen is too small those of the least weight give way, down to `least` of them.
struct Section {
  int weight = 0;
  std::size_t least = 1;
  std::string more;  // the command that shows the rest
  std::vector<Line> lines;
  std::size_t hidden = 0;
};

class Body {
 public:
  explicit Body(std::size_t columns) : columns_(columns) {}

  Section& section(int weight, std::size_t least, std::string more) {
    sections_.push_back({weight, least, std::move(more), {}, 0});
    return sections_.back();
  }
  // "LABEL  text", wrapped under itself.
  void labelled(Section& to, const std::string& label, const std::string& text, Tone tone = Tone::kPlain) const {
    std::string before = padded(label, kLabelColumns, false);
    for (const std::string& words : wrap(plain(text), columns_ - std::min(kLabelColumns, columns_ / 2))) {
      to.lines.push_back({tone, cut_to(before + words, columns_)});
      before = std::string(kLabelColumns, ' ');
    }
  }
  void line(Section& to, const std::string& text, Tone tone = Tone::kPlain) const {
    to.lines.push_back({tone, cut_to(plain(text), columns_)});
  }
  // A row without a table: its words one after the other, what follows indented.
  void wrapped(Section& to, const std::string& text, Tone tone = Tone::kPlain) const {
    std::string before;
    for (const std::string& words : wrap(plain(text), columns_ - 2)) {
      to.lines.push_back({tone, before + words});
      before = "  ";
    }
  }
  [[nodiscard]] bool is_narrow() const { return columns_ < kTableColumns; }
  [[nodiscard]] std::size_t columns() const { return columns_; }

  // All of it in at most `room` lines; 0 = no bound.
  [[nodiscard]] std::vector<Line> fitted(std::size_t room) {
    while (room > 0 && height() > room && hide_one()) {
    }
    std::vector<Line> all;
    for (const Section& section : sections_) {
      all.insert(all.end(), section.lines.begin(), section.lines.end());
      if (section.hidden > 0) {
        const std::string note = "  +" + std::to_string(section.hidden) + " lines: " + section.more;
        all.back() = {Tone::kFaint, cut_to(note, columns_)};
      }
    }
    if (room > 0 && all.size() > room) {
      all.resize(room);
      if (room > 0) all.back() = {Tone::kWarning, cut_to("  the screen is too small: approval_cli status", columns_)};
    }
    return all;
  }

 private:
  [[nodiscard]] std::size_t height() const {
    std::size_t lines = 0;
    for (const Section& section : sections_) lines += section.lines.size();
    return lines;
  }
  // The last line of the section of the least weight that has one to give; the one above it turns into the note.
  bool hide_one() {
    Section* giver = nullptr;
    for (Section& section : sections_) {
      // The note takes a line, too: two go before one is won.
      const std::size_t keep = section.least + (section.hidden == 0 ? 1 : 0);
      if (section.lines.size() > keep && (giver == nullptr || section.weight < giver->weight)) giver = &section;
    }
    if (giver == nullptr) return false;
    giver->hidden += giver->hidden == 0 ? 2 : 1;
    giver->lines.pop_back();
    return true;
  }

  std::size_t columns_;
  std::vector<Section> sections_;
};

// --- words -------------------------------------------------------------------------------------

std::string h_mm_ss(std::int64_t us) {
  const std::int64_t seconds = std::max<std::int64_t>(us, 0) / kSecondUs;
  const auto two = [](std::int64_t n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  const std::string tail = two(seconds / 60 % 60) + ":" + two(seconds % 60);
  return seconds >= 3'600 ? std::to_string(seconds / 3'600) + ":" + tail : tail;
}

std::string age_words(std::int64_t us) { return span(std::max<std::int64_t>(us, 0) / kSecondUs * kSecondUs); }

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

void add_wrong(const DeskFacts& facts, Body& body) {
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

void add_money(const DeskFacts& facts, Body& body) {
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

void add_waiting(const DeskFacts& facts, Body& body) {
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

void add_position_table(const DeskFacts& facts, const v1::Book& book, Section& section, const Body& body) {
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

void add_position_words(const DeskFacts& facts, const v1::Book& book, Section& section, const Body& body) {
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

void add_positions(const DeskFacts& facts, Body& body) {
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

void add_by_hand(const DeskFacts& facts, Body& body) {
  if (facts.base.status.effective_mode() == "paper") return;
  const auto& own = facts.hand;
  Section& section = body.section(60, 1, "the member's own screen");
  if (!own) return body.line(section, facts.hand_missing.empty() ? "BY HAND: being read" : "BY HAND: not known", Tone::kWarning);
  if (own->empty()) return body.line(section, "BY HAND: nothing beside the agent's");
  body.line(section, "BY HAND: " + std::to_string(own->size()) + ", in the account and not the agent's", Tone::kStrong);
  for (const HandPosition& one : *own) body.wrapped(section, "  " + one.symbol + " " + one.product + " " + with_sign(one.quantity));
}

void add_resting(const DeskFacts& facts, Body& body) {
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

void add_mandates(const DeskFacts& facts, Body& body) {
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

void add_limits(const DeskFacts& facts, Body& body) {
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

// --- the frame ---------------------------------------------------------------------------------

std::string state_line(const DeskFacts& facts, std::size_t columns) {
  const v1::StatusReply& status = facts.base.status;
  std::string text = state_in_capitals(status.operator_state()) + "  " + status.effective_mode();
  if (status.provenance().is_simulated()) text += columns < 60 ? " SIM" : "  SIMULATED";
  const trading::Timestamp now{status.market_us()};
  const std::int64_t second = status.market_us() / kSecondUs % 60;
  text += "  " + trading::time_of(now).hh_mm().substr(0, 5) + ":" + (second < 10 ? "0" : "") + std::to_string(second);
  if (columns >= 60) text += " IST  " + in_words(status.phase()) + "  custody " + status.custody();
  return text;
}

Tone state_tone(const std::string& state) {
  if (state == "open") return Tone::kGood;
  return state == "reduce-only" ? Tone::kWarning : Tone::kBad;
}

bool is_live(const DeskScreen& screen) { return screen.trouble.empty() && screen.age_us <= kLiveForUs; }

std::vector<Line> first_lines(const DeskFacts* facts, const DeskScreen& screen) {
  const std::size_t columns = screen.columns;
  std::vector<Line> lines;
  const auto add = [&](Tone tone, const std::string& text) { lines.push_back({tone, cut_to(plain(text), columns)}); };
  if (facts == nullptr) {
    add(Tone::kBad, screen.trouble.empty() ? "CONNECTING" : "NO BROKER for " + age_words(screen.trouble_us));
    for (const std::string& words : wrap(plain(screen.trouble), columns)) add(Tone::kWarning, words);
    return lines;
  }
  if (!is_live(screen)) {
    const std::string age = age_words(screen.age_us) + " old";
    add(Tone::kBad, "NOT LIVE, " + age + (screen.trouble.empty() ? ": no answer yet" : ": " + screen.trouble));
    add(Tone::kFaint, "~ was " + state_line(*facts, columns));
    return lines;
  }
  std::string state = cut_to(plain(state_line(*facts, columns)), columns - 5);
  state = padded(state, columns - 4, false) + "live";
  add(state_tone(facts->base.status.operator_state()), state);
  return lines;
}

std::vector<Line> help_lines(const DeskScreen& screen) {
  static constexpr std::array<std::string_view, 8> kHelp{
      "h h, or h Enter: HALT at once. No new entries; exits, stops and square-off go on. approval_cli resume starts again.",
      "f, then FLAT Enter: closes every position at the market and cancels what works against it.",
      "q or Ctrl-C: leaves. Nothing stops or starts by that. Ctrl-Z suspends, fg comes back.",
      "The first line says live, or how old the figures are; lines with ~ are old.",
      "To approve use a second terminal or tmux pane: approval_cli watch.",
      "BY HAND is what the account holds beside the agent's book.",
      "LIMITS: the part of each that is used; approval_cli limits shows them all.",
      "Any key closes this."};
  std::vector<Line> lines;
  for (const std::string_view text : kHelp) {
    std::string before;
    for (const std::string& words : wrap(text, screen.columns - 2)) {
      lines.push_back({Tone::kPlain, before + words});
      before = "  ";
    }
  }
  return lines;
}

Line key_line(const DeskScreen& screen) {
  switch (screen.asking) {
    case Asking::kNothing:
    case Asking::kHelp:
      break;
    case Asking::kHalt:
      return {Tone::kBad, cut_to("HALT? h or Enter halts, another key: no", screen.columns)};
    case Asking::kFlatten:
      return {Tone::kBad, cut_to("FLATTEN ALL? Type FLAT Enter: " + plain(screen.typed) + "_", screen.columns)};
  }
  return {Tone::kStrong, cut_to("h halt  f flatten  ? help  q quit", screen.columns)};
}

}  // namespace

std::vector<HandPosition> by_hand(const v1::FetchPortfolioReply& portfolio, const v1::FetchBrokerPositionsReply& account) {
  std::map<std::pair<std::string, std::string>, std::int64_t> left;
  for (const v1::BrokerPosition& held : account.positions()) {
    const std::string& name = held.trading_symbol();
    const std::string symbol = name.ends_with("-EQ") ? name.substr(0, name.size() - 3) : name;
    left[{symbol, held.product()}] += held.net_quantity();
  }
  if (!portfolio.books().empty())
    for (const v1::Position& ours : portfolio.books(0).positions())
      if (!ours.is_holding()) left[{ours.symbol(), std::string(name_of(ours.product()))}] -= ours.quantity();
  std::vector<HandPosition> own;
  for (const auto& [key, quantity] : left)
    if (quantity != 0) own.push_back({key.first, key.second, quantity});
  return own;
}

std::vector<std::string> desk_frame(const DeskFacts* facts, const DeskScreen& given) {
  DeskScreen screen = given;
  screen.columns = std::max(screen.columns, kLeastColumns);
  std::vector<Line> lines = first_lines(facts, screen);
  std::vector<Line> last;
  if (!screen.message.empty() && screen.asking != Asking::kFlatten)
    for (const std::string& words : wrap(plain(screen.message), screen.columns)) last.push_back({screen.message_tone, words});
  if (last.size() > 3) last.resize(3);
  if (screen.rows > 0) last.push_back(key_line(screen));

  Body body(screen.columns);
  std::vector<Line> middle;
  const std::size_t taken = lines.size() + last.size();
  const std::size_t room = screen.rows == 0 ? 0 : screen.rows > taken ? screen.rows - taken : 1;
  if (screen.asking == Asking::kHelp) {
    middle = help_lines(screen);
    if (room > 0 && middle.size() > room) middle.resize(room);
  } else if (facts != nullptr) {
    if (!is_live(screen)) body = Body(screen.columns - 2);
    add_wrong(*facts, body);
    add_money(*facts, body);
    add_waiting(*facts, body);
    add_positions(*facts, body);
    add_by_hand(*facts, body);
    add_resting(*facts, body);
    add_mandates(*facts, body);
    add_limits(*facts, body);
    middle = body.fitted(room);
    if (!is_live(screen))
      for (Line& line : middle) line = {Tone::kFaint, "~ " + line.text};
  }
  if (screen.rows > 0)
    while (lines.size() + middle.size() + last.size() < screen.rows) middle.push_back({});
  std::vector<std::string> frame;
  for (const auto* part : {&lines, &middle, &last})
    for (const Line& line : *part) {
      std::string text = line.text;
      while (!text.empty() && text.back() == ' ') text.pop_back();
      frame.push_back(screen.has_colour ? in_tone(line.tone, text) : text);
    }
  // A screen lower than the lines that must be there keeps the first one and the keys.
  if (screen.rows > 0 && frame.size() > screen.rows) {
    const std::string keys = frame.back();
    frame.resize(screen.rows);
    frame.back() = keys;
  }
  return frame;
}

JsonObject desk_json(const DeskFacts& facts) {
  JsonObject json = status_json(facts.base);
  if (const auto& own = facts.hand) {
    JsonArray array;
    for (const HandPosition& one : *own) {
      JsonObject row;
      row.text("symbol", one.symbol).text("product_type", one.product).integer("quantity", one.quantity);
      array.object(row);
    }
    json.array("by_hand", array);
  } else {
    json.null("by_hand");
  }
  json.text_or_null("by_hand_missing", facts.hand_missing);
  facts.proposals ? json.object("waiting", proposals_json(*facts.proposals)) : json.null("waiting");
  facts.mandates ? json.object("mandates", mandates_json(*facts.mandates)) : json.null("mandates");
  facts.recommendations ? json.object("recommendations", recommendations_json(*facts.recommendations)) : json.null("recommendations");
  JsonArray limits;
  for (const v1::LimitUse& use : facts.base.status.limits_used()) {
    JsonObject row;
    row.text("key", use.key());
    const auto put = [&](const char* key, bool has, std::int64_t value) {
      if (!has) row.null(key);
      else if (use.is_money()) row.rupees(key, value);
      else row.integer(key, value);
    };
    put("used", use.has_used(), use.used());
    put("allowed", use.has_allowed(), use.allowed());
    limits.object(row);
  }
  json.array("limits_used", limits);
  return json;
}

}  // namespace approval_cli
