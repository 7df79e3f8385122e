#include "execution_broker/desk/limit_book.h"

#include <algorithm>

#include "execution_broker/audit/format/digest.h"
#include "trading/base/canonical_json.h"
#include "trading/base/invariant.h"

namespace broker {

using risk::Limit;
using risk::LimitChange;
using risk::LimitSource;
using trading::CanonicalJson;
using trading::Result;
using trading::Status;

namespace {

// In the ledger the file's word by default has a name of its own.
constexpr std::string_view kDefault = "default";

std::optional<LimitSource> source_named(const std::string& name) {
  if (name == kDefault) return LimitSource::kFile;
  for (std::size_t i = 0; i < risk::kLimitSources; ++i)
    if (risk::name_of(static_cast<LimitSource>(i)) == name) return static_cast<LimitSource>(i);
  return std::nullopt;
}

std::vector<StoredLimit> rows_of(const risk::LimitSources& sources) {
  std::vector<StoredLimit> rows;
  for (const risk::LimitRow& row : risk::limit_table()) {
    for (std::size_t s = 0; s < risk::kLimitSources; ++s) {
      const auto source = static_cast<LimitSource>(s);
      const risk::SourceState& state = sources.at(row.id, source);
      const auto add = [&](const std::optional<risk::SourcedValue>& value, bool is_pending) {
        if (value)
          rows.push_back({std::string(row.key), std::string(value->is_default ? kDefault : risk::name_of(source)), is_pending,
                          value->value, value->since, value->effective});
      };
      add(state.current, false);
      add(state.pending, true);
    }
  }
  return rows;
}

CanonicalJson change_body(const LimitChange& change) {
  const risk::LimitRow& row = risk::row_of(change.id);
  static constexpr const char* kKinds[] = {"tightening", "loosening", "baseline", "cleared", "restated"};
  CanonicalJson body = CanonicalJson::object({{"key", std::string(row.key)},
                                              {"source", std::string(change.is_default ? kDefault : risk::name_of(change.source))},
                                              {"change", kKinds[static_cast<int>(change.kind)]},
                                              {"effective", change.effective.iso()}});
  body.set("value", change.value ? CanonicalJson(risk::format_limit_value(row, *change.value)) : CanonicalJson());
  return body;
}

}  // namespace

Result<LimitBook> LimitBook::load(Book& book, const Market& market, const FileLimits& file) {
  LimitBook limits;
  ASSIGN_OR_RETURN(const std::vector<StoredLimit> stored, book.ledger.limits());
  for (const StoredLimit& row : stored) {
    const risk::LimitRow* limit = risk::find_limit(row.key);
    const auto source = source_named(row.source);
    if (limit == nullptr || !source) continue;  // a limit of another version
    auto& state = limits.sources_.at(limit->id, *source);
    (row.is_pending ? state.pending : state.current) =
        risk::SourcedValue{row.value, row.since, row.effective, row.source == kDefault};
  }
  ASSIGN_OR_RETURN(const risk::LimitMoment moment, limits.moment(book, market));
  risk::LimitSources after = limits.sources_;
  risk::settle_due(after, moment.today);
  std::vector<LimitChange> changes;
  for (const risk::LimitRow& row : risk::limit_table()) {
    const std::string key(row.key);
    const auto stated = file.stated.find(key);
    const auto derived = file.defaults.find(key);
    const bool is_default = stated == file.stated.end();
    std::int64_t value = book.mode == trading::TradingMode::kPaper ? row.paper_default : row.live_default;
    if (!is_default || derived != file.defaults.end()) {
      ASSIGN_OR_RETURN(value, risk::parse_limit_value(row, is_default ? derived->second : stated->second));
    }
    const auto change = risk::propose_file_value(after, row.id, value, moment, false, is_default);
    if (!change) {
      limits.waiting_.push_back({row.id, value, is_default});
    } else if (*change) {
      risk::apply(after, **change);
      changes.push_back(**change);
    }
  }
  if (!changes.empty()) RETURN_IF_ERROR(limits.keep(book, market, Requester{Role::kBroker, 0}, "limits.file", after, changes, {}));
  if (!limits.waiting_.empty()) RETURN_IF_ERROR(limits.keep_waiting(book, market));
  limits.roll(book, market.today());
  return limits;
}

Result<risk::LimitMoment> LimitBook::moment(const Book& book, const Market& market) const {
  risk::LimitMoment moment;
  moment.mode = book.mode;
  moment.now = market.now();
  moment.today = market.today();
  const auto next = market.source.calendar().next_trading_day(moment.today);
  // Beyond the calendar the next day is unknown: nothing trades there, so tomorrow stands in for "not today".
  moment.next_trading_day = next ? next->date : moment.today + 1;
  return moment;
}

void LimitBook::roll(const Book& book, trading::TradingDate today) {
  risk::settle_due(sources_, today);
  effective_ = risk::effective_limits(sources_, book.mode, today);
  hash_ = audit_format::to_hex(audit_format::sha256({}, risk::canonical_json(effective_)));
}

Status LimitBook::keep(Book& book, const Market& market, const Requester& who, const std::string& type,
                       risk::LimitSources after, const std::vector<LimitChange>& changes, const Warrant& warrant) {
  ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book.ledger));
  if (warrant) RETURN_IF_ERROR(warrant(unit));
  RETURN_IF_ERROR(book.ledger.replace_limits(unit, rows_of(after)));
  CanonicalJson list = CanonicalJson::array();
  for (const LimitChange& change : changes) list.push_back(change_body(change));
  RETURN_IF_ERROR(audit_decision(book, unit, who, type, "limits",
                                 CanonicalJson::object({{"changes", list}}), market.now()));
  RETURN_IF_ERROR(unit.commit());
  sources_ = std::move(after);
  return {};
}

// At each start, as long as it waits: that the file asked for it is on record, and that it was not followed.
Status LimitBook::keep_waiting(Book& book, const Market& market) {
  const risk::EffectiveLimits counting = risk::effective_limits(sources_, book.mode, market.today());
  CanonicalJson list = CanonicalJson::array();
  for (const WaitingLimit& waiting : waiting_) {
    const risk::LimitRow& row = risk::row_of(waiting.id);
    list.push_back(CanonicalJson::object({{"key", std::string(row.key)},
                                          {"source", std::string(waiting.is_default ? kDefault : risk::name_of(LimitSource::kFile))},
                                          {"waiting", risk::format_limit_value(row, waiting.value)},
                                          {"in_force", risk::format_limit_value(row, counting.value(waiting.id))}}));
  }
  ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book.ledger));
  RETURN_IF_ERROR(audit_decision(book, unit, Requester{Role::kBroker, 0}, "limits.file_waits", "limits",
                                 CanonicalJson::object({{"limits", list}}), market.now()));
  return unit.commit();
}

Result<std::vector<Limit>> LimitBook::tighten(Book& book, const Market& market, const Requester& who,
                                              const std::map<std::string, std::string>& updates) {
  if (updates.empty())
    return trading::make_error("INVALID_ARGUMENT", "no limit is named", "give updates such as {\"MAX_ORDER_VALUE\":\"20000\"}",
                               trading::Retry::kNo, "updates");
  ASSIGN_OR_RETURN(const risk::LimitMoment now, moment(book, market));
  risk::LimitSources after = sources_;
  std::vector<LimitChange> changes;
  std::vector<Limit> changed;
  for (const auto& [key, value] : updates) {
    ASSIGN_OR_RETURN(const LimitChange change, risk::propose_agent_tightening(after, key, value, now));
    risk::apply(after, change);
    changes.push_back(change);
    changed.push_back(change.id);
  }
  RETURN_IF_ERROR(keep(book, market, who, "update_trading_config.tightened", std::move(after), changes, {}));
  roll(book, market.today());
  return changed;
}

Result<std::vector<Limit>> LimitBook::set_by_operator(Book& book, const Market& market, const Requester& who,
                                                      const std::map<std::string, std::string>& values, Authority authority,
                                                      const Warrant& warrant) {
  ASSIGN_OR_RETURN(const risk::LimitMoment now, moment(book, market));
  risk::LimitSources after = sources_;
  std::vector<LimitChange> changes;
  std::vector<Limit> changed;
  for (const auto& [key, value] : values) {
    ASSIGN_OR_RETURN(const LimitChange change, risk::propose_operator_change(after, key, value, now, authority != Authority::kTighten));
    risk::apply(after, change);
    changes.push_back(change);
    changed.push_back(change.id);
  }
  RETURN_IF_ERROR(keep(book, market, who, authority == Authority::kSigned ? "limits.operator_signed" : "limits.operator_unsigned",
                       std::move(after), changes, warrant));
  roll(book, market.today());
  return changed;
}

Result<Limit> LimitBook::clear_agent(Book& book, const Market& market, const Requester& who, const std::string& key) {
  ASSIGN_OR_RETURN(const risk::LimitMoment now, moment(book, market));
  ASSIGN_OR_RETURN(const LimitChange change, risk::clear_agent_tightening(sources_, key, now));
  risk::LimitSources after = sources_;
  risk::apply(after, change);
  RETURN_IF_ERROR(keep(book, market, who, "limits.operator_unsigned", std::move(after), {change}, {}));
  roll(book, market.today());
  return change.id;
}

Result<std::vector<Limit>> LimitBook::accept(Book& book, const Market& market, const Requester& who,
                                             const std::map<std::string, std::string>& shown, Authority authority,
                                             const Warrant& warrant) {
  ASSIGN_OR_RETURN(const risk::LimitMoment now, moment(book, market));
  risk::LimitSources after = sources_;
  std::vector<LimitChange> changes;
  std::vector<Limit> accepted;
  for (const auto& [key, text] : shown) {
    ASSIGN_OR_RETURN(const risk::LimitRow* row, risk::known_limit(key));
    ASSIGN_OR_RETURN(const std::int64_t value, risk::parse_limit_value(*row, text));
    const auto waiting = std::find_if(waiting_.begin(), waiting_.end(), [&](const WaitingLimit& w) { return w.id == row->id; });
    if (waiting == waiting_.end() || waiting->value != value)
      return trading::make_error("LIMIT_NOT_WAITING",
                                 waiting == waiting_.end() ? "no looser value of " + key + " waits"
                                                           : key + " waits at " + risk::limit_text(*row, waiting->value) +
                                                                 ", not at " + risk::limit_text(*row, value),
                                 "approval_cli limits shows what waits; a looser value is written to .env first, then the "
                                 "broker is restarted",
                                 trading::Retry::kNo, key);
    ASSIGN_OR_RETURN(const auto change, risk::propose_file_value(after, row->id, value, now, authority != Authority::kTighten,
                                                                 waiting->is_default));
    INVARIANT(change.has_value(), "what waits is a change");
    risk::apply(after, *change);
    changes.push_back(*change);
    accepted.push_back(row->id);
  }
  if (changes.empty())
    return trading::make_error("LIMIT_NOT_WAITING", "no limit is named", "approval_cli limits shows what waits");
  RETURN_IF_ERROR(keep(book, market, who, authority == Authority::kSigned ? "limits.accepted_signed" : "limits.accepted_unsigned",
                       std::move(after), changes, warrant));
  std::erase_if(waiting_, [&](const WaitingLimit& w) { return std::find(accepted.begin(), accepted.end(), w.id) != accepted.end(); });
  roll(book, market.today());
  return accepted;
}

}  // namespace broker
