#include "execution_broker/desk/limit_note.h"

namespace broker {

using risk::LimitSource;

namespace {

// "20,000.00 (file since 2026-11-23)"
std::string tightest_text(const risk::LimitRow& row, const risk::EffectiveLimit& tightest) {
  std::string whose(risk::source_name_of(tightest));
  if (!tightest.is_default && tightest.since.us > 0)
    whose += " since " + trading::date_of(tightest.since).iso();
  return risk::limit_text(row, tightest.value) + " (" + whose + ")";
}

}  // namespace

std::string note_of_operators_word(const LimitsView& limits, risk::Limit id) {
  const risk::LimitRow& row = risk::row_of(id);
  const risk::SourceState& own = limits.sources.at(id, LimitSource::kOperator);
  if (!own.current && !own.pending) return "";
  std::string note;
  if (own.pending) {
    note = "looser: " + std::string(row.key) + "=" +
           risk::format_limit_value(row, own.pending->value) + " counts from " +
           own.pending->effective.iso() + "; until then " +
           risk::limit_text(row, risk::effective_limit(limits.sources, id, limits.mode, limits.today).value);
  }
  // Whoever is tighter than the operator's newest word keeps it without effect.
  risk::LimitSources others = limits.sources;
  others.at(id, LimitSource::kOperator) = {};
  const risk::EffectiveLimit tightest =
      risk::effective_limit(others, id, limits.mode, limits.today);
  const std::int64_t wanted = own.pending ? own.pending->value : own.current->value;
  if (risk::is_tighter(row, tightest.value, wanted)) {
    note += (note.empty() ? "" : "; ") + std::string("in force stays ") +
            tightest_text(row, tightest) + "; to loosen: " + risk::how_to_loosen(row, tightest);
  }
  return note;
}

}  // namespace broker
