// Coarser bars from finer ones.

#include "execution_broker/market/aggregate.h"

#include <algorithm>

namespace broker {

namespace {

using trading::Bar;
using trading::SessionHours;
using trading::Timestamp;

void merge(Bar& into, const Bar& bar) {
  into.high = std::max(into.high, bar.high);
  into.low = std::min(into.low, bar.low);
  into.close = bar.close;
  into.volume += bar.volume;
}

}  // namespace

std::size_t count_buckets(const std::vector<SessionHours>& sessions, trading::Duration length) {
  std::size_t count = 0;
  for (const SessionHours& session : sessions)
    count +=
        static_cast<std::size_t>(((session.end - session.begin).us + length.us - 1) / length.us);
  return count;
}

Timestamp end_of_bar(Timestamp start, trading::Duration length,
                     const std::vector<SessionHours>& sessions) {
  const Timestamp end = start + length;
  for (const SessionHours& session : sessions)
    if (start >= session.begin && start < session.end) return std::min(end, session.end);
  return end;
}

void aggregate_day(const std::vector<Bar>& finer, const std::vector<SessionHours>& sessions,
                   trading::Timeframe timeframe, trading::BarSeries& out) {
  if (finer.empty()) return;
  if (timeframe == trading::Timeframe::kOneDay) {
    Bar day = finer.front();
    for (std::size_t i = 1; i < finer.size(); ++i) merge(day, finer[i]);
    day.ts = timestamp_of(trading::date_of(day.ts), trading::at(0, 0));
    out.push_back(day);
    return;
  }
  const trading::Duration length = trading::length_of(timeframe);
  std::size_t session = 0;
  Bar current;
  bool has_current = false;
  for (const Bar& bar : finer) {
    while (session + 1 < sessions.size() && bar.ts >= sessions[session + 1].begin) ++session;
    const Timestamp start = sessions.empty() || bar.ts < sessions[session].begin
                                ? bar.ts
                                : bucket_of(bar.ts, sessions[session].begin, length);
    if (has_current && current.ts == start) {
      merge(current, bar);
      continue;
    }
    if (has_current) out.push_back(current);
    current = bar;
    current.ts = start;
    has_current = true;
  }
  out.push_back(current);
}

}  // namespace broker
