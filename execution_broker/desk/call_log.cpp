#include "execution_broker/desk/call_log.h"

#include <algorithm>

#include "trading/base/canonical_json.h"

namespace broker {

using trading::CanonicalJson;

namespace {

CanonicalJson calls_body(const std::vector<LoggedCall>& calls, std::size_t first, std::size_t last) {
  CanonicalJson list = CanonicalJson::array();
  for (std::size_t i = first; i < last; ++i) {
    const LoggedCall& call = calls[i];
    CanonicalJson row = CanonicalJson::object({{"method", call.method},
                                               {"uid", static_cast<std::int64_t>(call.uid)},
                                               {"role", call.role},
                                               {"us", call.duration_us}});
    if (!call.tool.empty()) row.set("tool", call.tool);
    if (!call.client.empty()) row.set("client", call.client);
    if (!call.error_code.empty()) row.set("code", call.error_code);
    if (!call.arguments_sha256.empty()) row.set("arguments_sha256", call.arguments_sha256);
    list.push_back(row);
  }
  return CanonicalJson::object({{"calls", list}});
}

}  // namespace

void CallLog::add(LoggedCall call) {
  const std::lock_guard lock(mutex_);
  if (waiting_.size() < kMostWaiting && listed_in_minute_ < kListedAMinute) {
    ++listed_in_minute_;
    waiting_.push_back(std::move(call));
    return;
  }
  std::string key = std::to_string(call.uid) + " " + call.method + " " + (call.error_code.empty() ? "ok" : call.error_code);
  if (!counted_.contains(key) && counted_.size() >= kMostCounters) key = "other";
  ++counted_[key];
}

trading::Status CallLog::flush(Book& book, trading::Timestamp market_ts, std::int64_t steady_us) {
  if (steady_us - last_flush_us_ < kFlushUs) return {};
  last_flush_us_ = steady_us;
  {
    const std::lock_guard lock(mutex_);
    if (steady_us - minute_began_us_ >= 60'000'000) {
      minute_began_us_ = steady_us;
      listed_in_minute_ = 0;
    }
  }
  return flush_all(book, market_ts);
}

trading::Status CallLog::flush_all(Book& book, trading::Timestamp market_ts) {
  std::vector<LoggedCall> calls;
  std::map<std::string, std::int64_t> counted;
  {
    const std::lock_guard lock(mutex_);
    if (waiting_.empty() && counted_.empty()) return {};
    calls.swap(waiting_);
    counted.swap(counted_);
  }
  const trading::Status kept = [&]() -> trading::Status {
    ASSIGN_OR_RETURN(auto unit, Ledger::Unit::begin(book.ledger));
    for (std::size_t first = 0; first == 0 || first < calls.size(); first += kCallsARecord) {
      const std::size_t last = std::min(calls.size(), first + kCallsARecord);
      CanonicalJson body = calls_body(calls, first, last);
      if (last == calls.size() && !counted.empty()) {
        CanonicalJson counts = CanonicalJson::object();
        for (const auto& [key, count] : counted) counts.set(key, count);
        body.set("not_listed", counts);
      }
      RETURN_IF_ERROR(audit_decision(book, unit, Requester{Role::kBroker, 0}, "calls", "door", body, market_ts));
    }
    return unit.commit();
  }();
  if (!kept) {  // another try with the next flush
    const std::lock_guard lock(mutex_);
    calls.insert(calls.end(), waiting_.begin(), waiting_.end());
    waiting_ = std::move(calls);
    for (const auto& [key, count] : counted) counted_[key] += count;
  }
  return kept;
}

}  // namespace broker
