#include "execution_broker/desk/limit_book.h"

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

std::optional<LimitSource> source_named(const std::string& name) {
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
          rows.push_back({std::string(row.key), std::string(risk::name_of(source)), is_pending, value->value,
                          value->since, value->effective});
      };
      add(state.current, false);
      add(state.pending, true);
    }
  }
  return rows;
}

CanonicalJson change_body(const LimitChange& change) {
  const risk::LimitRow& row = risk::row_of(change.id);
  static constexpr const char* kKinds[] = {"tightening", "loosening", "baseline", "cleared"};
  CanonicalJson body = CanonicalJson::object({{"key", std::string(row.key)},
                                              {"source", std::string(risk::name_of(change.source))},
                                              {"change", kKinds[static_cast<int>(change.kind)]},
                                              {"effective", change.effective.iso()}});
  body.set("value", change.value ? CanonicalJson(risk::format_limit_value(row, *change.value)) : CanonicalJson());
  return body;
}

}  // namespace

Result<LimitBook> LimitBook::load(Book& book, const Market& market, const std::map<std::string, std::string>& file) {
  LimitBook limits;
  ASSIGN_OR_RETURN(const std::vector<StoredLimit> stored, book.ledger.limits());
  for (const StoredLimit& row : stored) {
    const risk::LimitRow* limit = risk::find_limit(row.key);
    const auto source = source_named(row.source);
    if (limit == nullptr || !source) continue;  // a limit of another version
    auto& state = limits.sources_.at(limit->id, *source);
    (row.is_pending ? state.pending : state.current) = risk::SourcedValue{row.value, row.since, row.effective};
  }
  ASSIGN_OR_RETURN(const risk::LimitMoment moment, limits.moment(book, market));
  std::vector<LimitChange> changes;
  for (const risk::LimitRow& row : risk::limit_table()) {
    const auto set = file.find(std::string(row.key));
    std::int64_t value = book.mode == trading::TradingMode::kPaper ? row.paper_default : row.live_default;
    if (set != file.end()) {
      ASSIGN_OR_RETURN(value, risk::parse_limit_value(row, set->second));
    }
    auto change = risk::propose_file_value(limits.sources_, row.id, value, moment, false);
    if (!change) {
      limits.waiting_.push_back(change.error().text());
      continue;
    }
    if (*change) {
      risk::apply(limits.sources_, **change);
      changes.push_back(**change);
    }
  }
  if (!changes.empty()) RETURN_IF_ERROR(limits.keep(book, market, Requester{Role::kBroker, 0}, "limits.file", changes));
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
  day_ = today;
  effective_ = risk::effective_limits(sources_, book.mode, today);
  hash_ = audit_format::to_hex(audit_format::sha256({}, risk::canonical_json(effective_)));
}

Status LimitBook::keep(Book& book, const Market& market, const Requester& who, const std::string& type,
                       const std::vector<LimitChange>& changes) {
  ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book.ledger));
  RETURN_IF_ERROR(book.ledger.replace_limits(unit, rows_of(sources_)));
  CanonicalJson list = CanonicalJson::array();
  for (const LimitChange& change : changes) list.push_back(change_body(change));
  RETURN_IF_ERROR(audit_decision(book, unit, who, type, "limits",
                                 CanonicalJson::object({{"changes", list}}), market.now()));
  return unit.commit();
}

Result<std::vector<Limit>> LimitBook::tighten(Book& book, const Market& market, const Requester& who,
                                              const std::map<std::string, std::string>& updates) {
  if (updates.empty())
    return trading::make_error("INVALID_ARGUMENT", "no limit is named", "give updates such as {\"MAX_ORDER_VALUE\":\"20000\"}",
                               trading::Retry::kNo, "updates");
  ASSIGN_OR_RETURN(const risk::LimitMoment now, moment(book, market));
  const risk::LimitSources before = sources_;
  risk::LimitSources after = sources_;
  std::vector<LimitChange> changes;
  std::vector<Limit> changed;
  for (const auto& [key, value] : updates) {
    ASSIGN_OR_RETURN(const LimitChange change, risk::propose_agent_tightening(after, key, value, now));
    risk::apply(after, change);
    changes.push_back(change);
    changed.push_back(change.id);
  }
  sources_ = after;
  if (Status kept = keep(book, market, who, "update_trading_config.tightened", changes); !kept) {
    sources_ = before;
    return std::move(kept.error());
  }
  roll(book, market.today());
  return changed;
}

Result<Limit> LimitBook::set_by_operator(Book& book, const Market& market, const Requester& who, const std::string& key,
                                         const std::string& value, bool clear_agent) {
  ASSIGN_OR_RETURN(const risk::LimitMoment now, moment(book, market));
  // On paper, in a home without an enrolled approver, the operator's uid stands for the signature (audited as
  // unsigned); live and rehearsal books never take this path.
  const bool is_signed = book.mode == trading::TradingMode::kPaper;
  ASSIGN_OR_RETURN(const LimitChange change,
                   clear_agent ? risk::clear_agent_tightening(sources_, key, now)
                               : risk::propose_operator_change(sources_, key, value, now, is_signed));
  const risk::LimitSources before = sources_;
  risk::apply(sources_, change);
  if (Status kept = keep(book, market, who, "limits.operator_unsigned", {change}); !kept) {
    sources_ = before;
    return std::move(kept.error());
  }
  roll(book, market.today());
  return change.id;
}

}  // namespace broker
