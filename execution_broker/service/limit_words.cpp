#include "execution_broker/service/limit_words.h"

#include "proto/convert/field_errors.h"
#include "proto/convert/text.h"

namespace broker {
namespace {

using risk::LimitSource;

constexpr std::size_t kMaxLimits = 64;
constexpr std::size_t kMaxLength = 64;  // of a key, of a value

// "20,000.00 (file since 2026-11-23)"
std::string tightest_text(const risk::LimitRow& row, const risk::EffectiveLimit& tightest) {
  std::string whose(risk::source_name_of(tightest));
  if (!tightest.is_default && tightest.since.us > 0)
    whose += " since " + trading::date_of(tightest.since).iso();
  return risk::limit_text(row, tightest.value) + " (" + whose + ")";
}

}  // namespace

trading::Result<std::map<std::string, std::string>> limit_values_of(
    const char* field, const google::protobuf::Map<std::string, std::string>& values) {
  wire::FieldErrors errors;
  errors.require(!values.empty() && values.size() <= kMaxLimits, field, "must name 1 to 64 limits");
  const auto is_word = [](const std::string& text) {
    return !text.empty() && text.size() <= kMaxLength && wire::is_printable(text);
  };
  for (const auto& [key, value] : values) {
    errors.require(is_word(key), field,
                   "has a key that is no name of a limit: " + wire::quoted(key));
    errors.require(is_word(value), field,
                   "has a value of " + wire::quoted(key) + " that is no number: " + wire::quoted(value));
  }
  RETURN_IF_ERROR(errors.status());
  return std::map<std::string, std::string>(values.begin(), values.end());
}

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
