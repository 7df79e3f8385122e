#include "approval_cli/rendering/desk_view.h"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <utility>

#include "approval_cli/rendering/approval_view.h"
#include "approval_cli/rendering/desk_sections.h"
#include "approval_cli/rendering/plain_text.h"
#include "approval_cli/rendering/screen_lines.h"
#include "approval_cli/rendering/words.h"
#include "trading/time/timestamp.h"

namespace approval_cli {
namespace {

namespace v1 = broker::v1;

constexpr std::size_t kLeastColumns = 20;
constexpr std::int64_t kSecondUs = 1'000'000;

std::string age_words(std::int64_t us) { return span(std::max<std::int64_t>(us, 0) / kSecondUs * kSecondUs); }

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

  ScreenLines body(screen.columns);
  std::vector<Line> middle;
  const std::size_t taken = lines.size() + last.size();
  const std::size_t room = screen.rows == 0 ? 0 : screen.rows > taken ? screen.rows - taken : 1;
  if (screen.asking == Asking::kHelp) {
    middle = help_lines(screen);
    if (room > 0 && middle.size() > room) middle.resize(room);
  } else if (facts != nullptr) {
    if (!is_live(screen)) body = ScreenLines(screen.columns - 2);
    add_sections(*facts, body);
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
