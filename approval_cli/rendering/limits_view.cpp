#include "approval_cli/rendering/limits_view.h"

#include <string>

#include "trading/base/decimal.h"

namespace approval_cli {
namespace {

namespace v1 = broker::v1;

// Rupees as people write them; every other unit as it came.
std::string shown(const v1::LimitRow& row, const std::string& value) {
  if (value.empty()) return "-";
  if (row.unit() == "rupees") {
    const auto amount = trading::parse_decimal(value, 4);
    if (amount) return trading::format_rupees(*amount);
  }
  return row.unit() == "percent" ? value + "%" : value;
}

// What others than the file say, and what waits for its day.
std::string note_of(const v1::LimitRow& row) {
  std::string note;
  const auto add = [&note](const std::string& words) {
    note += (note.empty() ? "" : "; ") + words;
  };
  if (!row.operator_().empty()) add("operator " + shown(row, row.operator_()));
  if (!row.agent().empty()) {
    add("agent " + shown(row, row.agent()) +
        (row.agent_until().empty() ? "" : " for " + row.agent_until() + " only"));
  }
  if (!row.exchange().empty()) add("exchange " + shown(row, row.exchange()));
  if (!row.pending().empty())
    add("will be " + shown(row, row.pending()) + " from " + row.pending_from() +
        (row.pending_source().empty() ? "" : " (" + row.pending_source() + ")"));
  if (!row.waiting().empty()) {
    add((row.waiting_source() == "default"
             ? "the line in .env is gone, and the default " + shown(row, row.waiting())
             : ".env says " + shown(row, row.waiting()) + ", which") +
        " is looser: it waits for approval_cli limits accept " + row.key());
  }
  return note;
}

// A limit's unit decides whether its value is a number, a truth or a text.
void put_value(JsonObject& json, const char* key, const v1::LimitRow& row,
               const std::string& value) {
  if (value.empty()) {
    json.null(key);
  } else if (row.unit() == "switch" || value == "true" || value == "false") {
    json.boolean(key, value == "true");
  } else if (const auto number = trading::parse_decimal(value, 4); number) {
    json.rupees(key, *number);
  } else {
    json.text(key, value);
  }
}

JsonObject limit_json(const v1::LimitRow& row) {
  JsonObject json;
  json.text("key", row.key()).text("unit", row.unit());
  put_value(json, "value", row, row.effective());
  json.text("source", row.effective_source());
  put_value(json, "file", row, row.file());
  put_value(json, "operator", row, row.operator_());
  put_value(json, "agent", row, row.agent());
  put_value(json, "exchange", row, row.exchange());
  json.text_or_null("agent_until", row.agent_until());
  put_value(json, "pending", row, row.pending());
  json.text_or_null("pending_from", row.pending_from());
  json.text_or_null("pending_source", row.pending_source());
  put_value(json, "waiting", row, row.waiting());
  json.text_or_null("waiting_source", row.waiting_source());
  return json;
}

}  // namespace

void print_limits(const v1::ShowLimitsReply& reply, Page& page) {
  // Names are not cut: they are what `limits set` takes. Most limits are the file's alone, so the
  // other sources stand under the row where there are any.
  Table table(
      {{"LIMIT", false, 40}, {"IN FORCE", true, 16}, {"WHOSE", false, 8}, {"FILE", true, 16}});
  for (const v1::LimitRow& row : reply.limits()) {
    const std::string note = note_of(row);
    table.row(
        {row.key(), shown(row, row.effective()), row.effective_source(), shown(row, row.file())},
        note.empty() ? Tone::kPlain : Tone::kWarning, note);
  }
  table.print(page);
  page.line("limits hash " + reply.limits_hash().substr(0, 64), Tone::kFaint);
}

JsonObject limits_json(const v1::ShowLimitsReply& reply) {
  JsonArray limits;
  for (const v1::LimitRow& row : reply.limits()) limits.object(limit_json(row));
  JsonObject json;
  json.array("limits", limits).text("limits_hash", reply.limits_hash());
  return json;
}

void print_limit_set(const v1::SetLimitReply& reply, Page& page) {
  const v1::LimitRow& row = reply.limit();
  page.line(row.key() + " is " + shown(row, row.effective()) + " (" + row.effective_source() + ")",
            Tone::kStrong);
  if (const std::string note = note_of(row); !note.empty())
    page.wrapped("    ", note, Tone::kWarning);
  if (!reply.note().empty()) page.wrapped("    ", reply.note());
}

std::string loosening_text(const v1::LimitRow& row) {
  return row.key() + " " + shown(row, row.effective()) + " -> " + shown(row, row.waiting());
}

void print_limits_accepted(const v1::AcceptLimitsReply& reply, Page& page) {
  for (const v1::LimitRow& row : reply.limits()) {
    page.line(row.key() + " is " + shown(row, row.effective()) + " (" + row.effective_source() +
                  "); accepted",
              Tone::kStrong);
    if (const std::string note = note_of(row); !note.empty())
      page.wrapped("    ", note, Tone::kWarning);
  }
}

JsonObject limits_accepted_json(const v1::AcceptLimitsReply& reply) {
  JsonArray limits;
  for (const v1::LimitRow& row : reply.limits()) limits.object(limit_json(row));
  JsonObject json;
  json.array("limits", limits);
  return json;
}

JsonObject limit_set_json(const v1::SetLimitReply& reply) {
  JsonObject json;
  json.object("limit", limit_json(reply.limit())).text_or_null("note", reply.note());
  return json;
}

}  // namespace approval_cli
