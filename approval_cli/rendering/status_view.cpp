#include "approval_cli/rendering/status_view.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include "approval_cli/rendering/orders_view.h"
#include "approval_cli/rendering/page.h"
#include "approval_cli/rendering/positions_view.h"
#include "approval_cli/rendering/words.h"
#include "trading/base/decimal.h"
#include "trading/time/timestamp.h"

namespace approval_cli {
namespace {

namespace v1 = broker::v1;

constexpr std::int64_t kLowDiskBytes = 256'000'000;  // four times what stops entries
constexpr int kOrdersShown = 12;                     // the page is for one look
constexpr std::size_t kHashShown = 16;

struct Words {
  std::string_view name;
  std::string_view words;
};

constexpr std::array kPhases{Words{"unknown", "no calendar for this day"},
                             Words{"holiday", "holiday"},
                             Words{"before_open", "before the open"},
                             Words{"pre_open", "pre-open"},
                             Words{"continuous", "continuous trading"},
                             Words{"break", "break"},
                             Words{"closing_auction", "closing auction"},
                             Words{"before_post_close", "before the post-close session"},
                             Words{"post_close", "post-close session"},
                             Words{"closed", "closed"}};

constexpr std::array kEvents{
    Words{"day_open", "day opens"},
    Words{"square_off_closing_auction_stocks", "square-off of stocks with a closing auction"},
    Words{"square_off", "square-off"}, Words{"day_close", "day closes"},
    Words{"contract_note", "contract note"}};

template <std::size_t N>
std::string words_of(const std::array<Words, N>& table, const std::string& name) {
  for (const Words& row : table)
    if (row.name == name) return std::string(row.words);
  return in_words(name);
}

Tone tone_of(const std::string& state) {
  if (state == "open") return Tone::kGood;
  return state == "reduce-only" ? Tone::kWarning : Tone::kBad;
}

// Of a page of the same day the time of day is enough.
std::string moment(std::int64_t us, std::int64_t now_us) {
  const bool is_today = trading::date_of({us}) == trading::date_of({now_us});
  return is_today ? trading::time_of({us}).hh_mm() : clock_time(us);
}

void print_first_lines(const StatusFacts& facts, Page& page) {
  const v1::StatusReply& status = facts.status;
  std::string rest = "  " + status.effective_mode();
  if (status.provenance().is_simulated()) rest += "  SIMULATED";
  rest += "  " + clock_time(status.market_us()) + " IST  " + words_of(kPhases, status.phase());
  page.line({{tone_of(status.operator_state()), state_in_capitals(status.operator_state())},
             {Tone::kPlain, rest}});
}

void print_wrong(const StatusFacts& facts, Page& page) {
  const std::vector<std::string> wrong = what_is_wrong(facts);
  if (wrong.empty()) page.labelled("WRONG", "nothing");
  std::string_view label = "WRONG";
  for (const std::string& one : wrong) {
    page.labelled(label, "! " + one, Tone::kBad);
    label = "";
  }
}

void print_day(const v1::StatusReply& status, Page& page) {
  const std::string limit = trading::format_rupees(-status.day_loss_limit_e4());
  if (!status.has_day_pnl_e4()) {
    page.labelled("TODAY", "not known now: a position has no price; the limit is " + limit,
                  Tone::kWarning);
    return;
  }
  std::string text = signed_rupees(status.day_pnl_e4()) + " net of charges; the limit is " + limit;
  Tone tone = Tone::kPlain;
  if (status.day_pnl_e4() < 0 && status.day_loss_limit_e4() > 0) {
    text += " (" + percent(-status.day_pnl_e4(), status.day_loss_limit_e4()) + " of it used)";
    if (-status.day_pnl_e4() * 2 >= status.day_loss_limit_e4()) tone = Tone::kWarning;
    if (-status.day_pnl_e4() >= status.day_loss_limit_e4()) tone = Tone::kBad;
  }
  page.labelled("TODAY", text, tone);
}

void print_next(const v1::StatusReply& status, Page& page) {
  if (status.next_market_event_us() == 0) {
    page.labelled("NEXT", "nothing known");
    return;
  }
  page.labelled("NEXT", words_of(kEvents, status.next_market_event()) + " at " +
                            moment(status.next_market_event_us(), status.market_us()) + ", in " +
                            span(status.next_market_event_us() - status.market_us()));
}

void print_orders_part(const StatusFacts& facts, Page& page) {
  const int count = facts.status.working_orders();
  if (count == 0) {
    page.line("ORDERS     none working");
    return;
  }
  page.line("ORDERS     " + std::to_string(count) + " working", Tone::kStrong);
  if (!facts.working || facts.working->orders().empty()) return;
  Orders shown = facts.working->orders();
  if (shown.size() > kOrdersShown) shown.DeleteSubrange(kOrdersShown, shown.size() - kOrdersShown);
  print_orders(shown, page);
  if (shown.size() < facts.working->orders_size())
    page.line("    and more: approval_cli orders --working", Tone::kFaint);
}

void print_last_lines(const v1::StatusReply& status, Page& page) {
  std::string audit = "record " + grouped(status.audit_head_seq()) + " of " + status.ledger_id() +
                      ", " + status.audit_head_hash().substr(0, kHashShown);
  if (status.audit_unexported() > 0)
    audit += "; " + grouped(status.audit_unexported()) + " not exported yet";
  page.labelled("AUDIT", audit);
  page.labelled("BROKER", status.broker_version() + ", up " + span(status.uptime_us()) +
                              ", custody " + status.custody() + ", clock " + status.clock_speed() +
                              ", disk " + bytes(status.disk_free_bytes()) + " free");
}

}  // namespace

std::string state_in_capitals(const std::string& operator_state) {
  std::string capitals = operator_state.empty() ? "STATE NOT KNOWN" : operator_state;
  for (char& c : capitals)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return capitals;
}

std::vector<std::string> what_is_wrong(const StatusFacts& facts) {
  const v1::StatusReply& status = facts.status;
  std::vector<std::string> wrong(status.reasons().begin(), status.reasons().end());
  for (const std::string& latch : status.latches()) {
    bool is_told = false;
    for (const std::string& reason : status.reasons())
      is_told = is_told || reason.starts_with(latch + ":") || reason == latch;
    if (!is_told) wrong.push_back(latch);
  }
  if (status.operator_state() != "open" && wrong.empty())
    wrong.push_back("the broker gives no reason for this state");
  if (facts.halt_file) {
    wrong.push_back("run/HALT stands" +
                    (facts.halt_file->empty() ? std::string() : ": " + *facts.halt_file));
  }
  if (!facts.audit_alarm.empty()) wrong.push_back(facts.audit_alarm);
  if (status.configured_mode() != status.effective_mode()) {
    wrong.push_back("TRADING_MODE is " + status.configured_mode() + ", in force is " +
                    status.effective_mode());
  }
  if (status.disk_free_bytes() < kLowDiskBytes)
    wrong.push_back("the disk is nearly full: " + bytes(status.disk_free_bytes()) + " free");
  for (const std::string& finding : status.findings()) wrong.push_back("market data: " + finding);
  if (!facts.missing.empty()) wrong.push_back("not shown here: " + facts.missing);
  return wrong;
}

std::string status_page(const StatusFacts& facts, bool has_colour) {
  Page page(has_colour);
  print_first_lines(facts, page);
  print_wrong(facts, page);
  print_day(facts.status, page);
  if (facts.portfolio && !facts.portfolio->books().empty())
    print_book_line(facts.portfolio->books(0), page);
  print_next(facts.status, page);
  page.blank();
  if (facts.portfolio && !facts.portfolio->books().empty()) {
    bool is_first = true;
    for (const v1::Book& book : facts.portfolio->books()) {
      if (!is_first) page.line("ALSO OPEN IN " + state_in_capitals(book.mode()), Tone::kStrong);
      is_first = false;
      print_positions(book, page);
    }
  } else {
    page.line("POSITIONS  " + std::to_string(facts.status.open_positions()) + ", not shown");
  }
  print_orders_part(facts, page);
  page.blank();
  print_last_lines(facts.status, page);
  return page.text();
}

JsonObject status_json(const StatusFacts& facts) {
  const v1::StatusReply& status = facts.status;
  JsonObject next;
  next.text("name", status.next_market_event()).time("at", status.next_market_event_us());
  next.integer("in_seconds", (status.next_market_event_us() - status.market_us()) / 1'000'000);
  JsonObject audit;
  audit.integer("head_seq", status.audit_head_seq())
      .text("head_hash", status.audit_head_hash())
      .integer("unexported", status.audit_unexported())
      .text_or_null("alarm", facts.audit_alarm);
  JsonObject json;
  json.text("operator_state", status.operator_state())
      .text("mode", status.effective_mode())
      .text("configured_mode", status.configured_mode())
      .boolean("is_simulated", status.provenance().is_simulated())
      .time("market_time", status.market_us())
      .text("phase", status.phase())
      .array("reasons", JsonArray::of_texts(status.reasons()))
      .array("latches", JsonArray::of_texts(status.latches()))
      .array("wrong", JsonArray::of_texts(what_is_wrong(facts)))
      .boolean("halt_file", facts.halt_file.has_value());
  status.has_day_pnl_e4() ? json.rupees("day_pnl", status.day_pnl_e4()) : json.null("day_pnl");
  json.rupees("day_loss_limit", status.day_loss_limit_e4());
  status.next_market_event_us() != 0 ? json.object("next_event", next) : json.null("next_event");
  json.integer("open_positions", status.open_positions())
      .integer("working_orders", status.working_orders());
  facts.portfolio ? json.array("books", books_json(*facts.portfolio)) : json.null("books");
  facts.working
      ? json.array("orders", orders_json(facts.working->orders(), facts.working->provenance()))
      : json.null("orders");
  JsonObject calls;
  std::vector<std::string> names;
  for (const auto& [name, count] : status.rpc_counts()) names.push_back(name);
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) calls.integer(name, status.rpc_counts().at(name));
  json.object("audit", audit)
      .text("broker_version", status.broker_version())
      .text("boot_id", status.boot_id())
      .text("ledger_id", status.ledger_id())
      .text("custody", status.custody())
      .text("clock_speed", status.clock_speed())
      .integer("uptime_seconds", status.uptime_us() / 1'000'000)
      .integer("disk_free_bytes", status.disk_free_bytes())
      .array("findings", JsonArray::of_texts(status.findings()))
      .object("calls", calls);
  return json;
}

}  // namespace approval_cli
