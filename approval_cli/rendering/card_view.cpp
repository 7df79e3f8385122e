#include "approval_cli/rendering/card_view.h"

#include <algorithm>
#include <set>

#include "approval_cli/rendering/plain_text.h"
#include "approval_cli/rendering/words.h"
#include "trading/base/decimal.h"

namespace approval_cli {
namespace {

namespace v1 = broker::v1;
using trading::CanonicalJson;
using trading::Result;

trading::Error not_showable(const std::string& what) {
  return trading::make_error("CARD_NOT_SHOWABLE", "the statement " + what + ", and what is not shown is not signed",
                             "run approval_cli and broker of one release");
}

// Reads a statement field by field and knows which were read.
class Fields {
 public:
  explicit Fields(const CanonicalJson& statement) : statement_(statement) {}

  std::string text(const char* key) {
    const auto value = read(key).string_at(key);
    return value ? plain(*value) : fail(key);
  }
  std::int64_t integer(const char* key) {
    const auto value = read(key).integer_at(key);
    if (value) return *value;
    fail(key);
    return 0;
  }
  bool flag(const char* key) {
    const auto value = read(key).bool_at(key);
    if (value) return *value;
    fail(key);
    return false;
  }
  // Empty: null.
  std::string price_or_dash(const char* key) {
    const CanonicalJson* value = read(key).find(key);
    if (value == nullptr) return fail(key);
    if (value->is_null()) return "-";
    if (value->if_integer() == nullptr) return fail(key);
    return price(*value->if_integer());
  }
  // An amount, to the paisa; a share's price keeps its four decimals.
  std::string rupees(const char* key) { return trading::format_rupees(integer(key)); }
  const CanonicalJson& value(const char* key) {
    static const CanonicalJson kNull;
    const CanonicalJson* found = read(key).find(key);
    if (found == nullptr) fail(key);
    return found == nullptr ? kNull : *found;
  }
  // A part of a field that cannot be shown.
  void must(bool is_shown, const char* key) {
    if (!is_shown) fail(key);
  }
  // Missing and unknown fields.
  [[nodiscard]] trading::Status status() const {
    if (!problem_.empty()) return not_showable(problem_);
    for (const auto& member : *statement_.if_object())
      if (!read_.contains(member.key)) return not_showable("has the field " + plain(member.key) + ", which this version cannot show");
    return {};
  }

 private:
  const CanonicalJson& read(const char* key) {
    read_.insert(key);
    return statement_;
  }
  std::string fail(const char* key) {
    if (problem_.empty()) problem_ = "has no proper field " + std::string(key);
    return "";
  }
  const CanonicalJson& statement_;
  std::set<std::string, std::less<>> read_;
  std::string problem_;
};

std::string capitals(std::string text) {
  for (char& c : text)
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  return text;
}

std::string gap_text(std::int64_t bps) { return std::to_string(bps / 100) + (bps % 100 == 0 ? "" : "." + std::to_string(bps % 100 / 10)) + " %"; }

// The fields that every statement has: where, when, and what it hangs together with.
void print_frame(Fields& fields, Page& page) {
  const std::int64_t issued = fields.integer("issued_us"), expires = fields.integer("expires_us");
  const std::string boot = fields.text("boot"), ledger = fields.text("ledger"), nonce = fields.text("nonce");
  const std::string hash = fields.text("audit_hash");
  page.line("VALID   " + clock_time(issued) + ", for " + span(expires - issued) + "   nonce " + nonce.substr(0, 12), Tone::kFaint);
  page.line("OF      " + cut_to(ledger, 27) + " boot " + boot.substr(0, 6) + " audit " + std::to_string(fields.integer("audit_seq")) + " " +
                hash.substr(0, 6) + " v" + std::to_string(fields.integer("v")) + " " + fields.text("kind"),
            Tone::kFaint);
}

void print_order(Fields& fields, const v1::Proposal& told, Page& page) {
  const std::string mode = capitals(fields.text("mode"));
  const std::string side = fields.text("side"), product = fields.text("product"), type = fields.text("order_type");
  const std::int64_t quantity = fields.integer("quantity");
  const std::string symbol = fields.text("symbol"), trading_symbol = fields.text("trading_symbol");
  const bool is_delivery = product == "DELIVERY";
  page.line({{Tone::kStrong, mode + "   " + side + " " + grouped(quantity) + " " + cut_to(symbol, 20) + "   " + product + " " + type + " " +
                                 fields.text("validity")},
             {Tone::kFaint, "   " + fields.text("order_id")}});
  const std::string limit = fields.price_or_dash("limit_price_e4"), trigger = fields.price_or_dash("trigger_price_e4");
  const std::string stop = fields.price_or_dash("stop_loss_e4"), target = fields.price_or_dash("target_e4");
  page.line("LOSES   " + fields.rupees("worst_loss_e4") + " at the stop " + stop + ", " + fields.rupees("worst_loss_gap_e4") +
                " at the circuit, with charges",
            Tone::kBad);
  std::string gaps;
  const CanonicalJson& list = fields.value("gap_losses");
  if (list.if_array() != nullptr) {
    for (const CanonicalJson& gap : *list.if_array()) {
      const auto bps = gap.integer_at("gap_bps"), loss = gap.integer_at("loss_e4");
      fields.must(bps && loss && gap.if_object()->size() == 2, "gap_losses");
      if (bps && loss) gaps += (gaps.empty() ? "" : "   ") + ("-" + gap_text(*bps)) + ": " + trading::format_rupees(*loss);
    }
  }
  if (!gaps.empty()) page.wrapped("GAPS    ", gaps, Tone::kBad);
  const bool is_stop_there = fields.flag("stop_at_exchange");
  const std::string flatten = fields.text("flatten");
  if (!is_stop_there)
    page.line(is_delivery ? "        NO STOP AT THE EXCHANGE: nothing there sells it when it falls"
                          : "        NO STOP AT THE EXCHANGE IN THIS MODE, AND NOTHING FLATTENS IT: WATCH IT",
              Tone::kBad);
  page.line("PRICE   limit " + limit + "   trigger " + trigger + "   stop " + stop + "   target " + target);
  page.line("COSTS   value " + fields.rupees("value_e4") + "   margin " + fields.rupees("margin_e4") + "   charges " + fields.rupees("charges_e4"));
  std::string market = "MARKET  " + fields.price_or_dash("reference_price_e4") + " now";
  if (told.reference_price_e4() != 0)
    market += ", " + price(told.reference_price_e4()) + " when proposed: moved " + gap_text(told.drift_bps());
  page.line(market, told.drift_bps() >= 50 ? Tone::kWarning : Tone::kPlain);
  page.line("SHARE   " + fields.text("exchange") + " " + trading_symbol + " token " + fields.text("token") + "   flatten " + flatten);
  page.line("BOOK    account " + fields.text("account") + "   limits " + fields.text("limits_hash").substr(0, 12) + "   ledger order " +
            std::to_string(fields.integer("ledger_seq")));
}

void print_mandate(Fields& fields, Page& page) {
  const std::string mode = capitals(fields.text("mode"));
  page.line(mode + "   MANDATE: entries without asking you again, until " + clock_time(fields.integer("until_us")), Tone::kStrong);
  page.line("LOSES   at most " + fields.rupees("most_loss_e4") + " at the stops, all entries together, charges included", Tone::kBad);
  page.line("VALUE   at most " + fields.rupees("most_value_e4") + " gross, counted cumulatively");
  page.line("ENTRIES at most " + std::to_string(fields.integer("most_entries")) + ", " + fields.text("product") + " " + fields.text("order_type") + " only");
  const CanonicalJson& lines = fields.value("lines");
  if (lines.if_array() != nullptr)
    for (const CanonicalJson& line : *lines.if_array()) {
      const auto symbol = line.string_at("symbol"), side = line.string_at("side");
      const auto worst = line.integer_at("worst_price_e4"), most = line.integer_at("most_quantity");
      const bool is_whole = symbol && side && worst && most;
      fields.must(is_whole && line.if_object()->size() == 4, "lines");
      if (is_whole)
        page.line("        " + plain(*side) + " up to " + grouped(*most) + " " + cut_to(plain(*symbol), 20) + (*side == "BUY" ? " at most at " : " at least at ") +
                  price(*worst));
    }
  page.line("BOOK    account " + fields.text("account") + "   limits " + fields.text("limits_hash").substr(0, 12));
  page.line("ENDS    with any halt, or with: approval_cli mandate revoke ID");
}

void print_limits(Fields& fields, bool is_file, Page& page) {
  page.line(capitals(fields.text("mode")) + (is_file ? "   LOOSER LIMITS OF THE FILE" : "   LIMITS, YOUR WORD"), Tone::kStrong);
  const CanonicalJson& changes = fields.value("changes");
  const CanonicalJson& in_force = fields.value("in_force");
  if (changes.if_object() != nullptr)
    for (const auto& member : *changes.if_object()) {
      const auto wanted = changes.string_at(member.key), now = in_force.string_at(member.key);
      fields.must(wanted && now, "changes");
      page.line("        " + plain(member.key) + "  " + (now ? plain(*now) : "?") + " -> " + (wanted ? plain(*wanted) : "?"), Tone::kWarning);
    }
  page.line("        what is looser counts from the next trading day", Tone::kPlain);
  page.line("BOOK    limits now " + fields.text("limits_hash").substr(0, 12));
}

void print_resume(Fields& fields, Page& page) {
  page.line(capitals(fields.text("mode")) + "   RESUME: the agent may open positions again", Tone::kStrong);
  const CanonicalJson& latches = fields.value("latches");
  if (latches.if_array() != nullptr)
    for (const CanonicalJson& latch : *latches.if_array())
      if (latch.if_string() != nullptr) page.wrapped("CLEARS  ", cut_to(plain(*latch.if_string()), 140), Tone::kWarning);
  const std::string reason = fields.text("reason");
  if (!reason.empty()) page.wrapped("WHY     ", reason);
}

void print_enrolment(Fields& fields, Page& page) {
  page.line(capitals(fields.text("mode")) + "   ANOTHER KEY TAKES THE PLACE OF THIS ONE", Tone::kStrong);
  page.line("KEY     " + fields.text("new_key_id") + (fields.flag("totp") ? ", with one-time passwords" : ", WITHOUT one-time passwords"), Tone::kWarning);
  page.wrapped("        ", fields.text("new_public"));
}

// Of an order: what is not signed. The agent's words come last of all.
void print_told(const v1::Proposal& told, Page& page) {
  if (told.is_tainted()) page.line("TAINTED the agent reads outside text: it may speak with a stranger's voice", Tone::kWarning);
  constexpr std::size_t kMostWords = 200;
  std::string reason = plain(told.reason());
  std::replace(reason.begin(), reason.end(), '"', '\'');
  page.wrapped("THE AGENT SAYS, UNCHECKED: ", reason.empty() ? "nothing" : "\"" + cut_to(reason, kMostWords) + "\"", Tone::kFaint);
}

}  // namespace

Result<std::string> card_of(const CanonicalJson& statement, const v1::Proposal& told, bool has_colour) {
  if (statement.if_object() == nullptr) return not_showable("is no object");
  Fields fields(statement);
  Page page(has_colour);
  const std::string kind = fields.text("kind");
  if (kind == "order") print_order(fields, told, page);
  else if (kind == "mandate") print_mandate(fields, page);
  else if (kind == "limits" || kind == "accept") print_limits(fields, kind == "accept", page);
  else if (kind == "resume") print_resume(fields, page);
  else if (kind == "enrol") print_enrolment(fields, page);
  else return not_showable("is of a kind that this version does not know");
  print_frame(fields, page);
  RETURN_IF_ERROR(fields.status());
  if (kind == "order") print_told(told, page);
  const auto rows = static_cast<std::size_t>(std::count(page.text().begin(), page.text().end(), '\n'));
  if (rows > kCardRows - 3)
    return trading::make_error("CARD_TOO_LONG", "the card takes " + std::to_string(rows) + " rows, more than a screen of 24 holds, and what is not shown is not signed",
                               "sign less at once: of several limits name one, as in approval_cli limits accept KEY");
  return page.text();
}

Result<std::string> challenge_of(const CanonicalJson& statement) {
  ASSIGN_OR_RETURN(const std::string kind, statement.string_at("kind"));
  if (kind == "order") {
    ASSIGN_OR_RETURN(const std::string side, statement.string_at("side"));
    ASSIGN_OR_RETURN(const std::int64_t quantity, statement.integer_at("quantity"));
    ASSIGN_OR_RETURN(const std::string symbol, statement.string_at("symbol"));
    return plain(side) + " " + std::to_string(quantity) + " " + plain(symbol);
  }
  if (kind == "mandate") {
    ASSIGN_OR_RETURN(const std::int64_t entries, statement.integer_at("most_entries"));
    return "MANDATE " + std::to_string(entries);
  }
  return kind == "resume" ? std::string("RESUME") : kind == "enrol" ? std::string("ENROL") : std::string("LIMITS");
}

}  // namespace approval_cli
