#include "execution_broker/audit/repeat_quota.h"

#include <algorithm>
#include <iterator>

namespace broker {

bool RepeatQuota::admit(const RepeatKey& key, const std::string& role, std::int64_t steady_us,
                        std::int64_t ts) {
  const bool fits = windows_.size() < kMaxKeys || windows_.count(key) > 0;
  const RepeatKey& used = fits ? key : RepeatKey{-1, "other", "OTHER"};
  const auto [place, is_new] = windows_.try_emplace(used);
  Window& window = place->second;
  // A window that is over but still holds a count stays closed until its summary has been taken.
  if (is_new || (steady_us - window.started_us >= kWindowUs && window.counted.count == 0)) {
    window = Window{steady_us, 0, {}};
  }
  if (window.recorded < kRecordsAMinute) {
    ++window.recorded;
    return true;
  }
  RepeatSummary& counted = window.counted;
  counted.key = used;
  counted.role = role;
  if (counted.count == 0) counted.first_ts = ts;
  counted.last_ts = ts;
  ++counted.count;
  return false;
}

std::vector<RepeatSummary> RepeatQuota::take_due(std::int64_t steady_us, bool all) {
  std::vector<RepeatSummary> due;
  for (auto place = windows_.begin(); place != windows_.end();) {
    const bool is_over = all || steady_us - place->second.started_us >= kWindowUs;
    if (is_over && place->second.counted.count > 0) due.push_back(place->second.counted);
    place = is_over ? windows_.erase(place) : std::next(place);
  }
  return due;
}

void RepeatQuota::give_back(const std::vector<RepeatSummary>& summaries, std::int64_t steady_us) {
  for (const RepeatSummary& summary : summaries) {
    Window& window =
        windows_.try_emplace(summary.key, Window{steady_us - kWindowUs, kRecordsAMinute, {}})
            .first->second;
    RepeatSummary& counted = window.counted;
    const std::int64_t first =
        counted.count > 0 ? std::min(counted.first_ts, summary.first_ts) : summary.first_ts;
    const std::int64_t last = std::max(counted.last_ts, summary.last_ts);
    counted = {summary.key, summary.role, counted.count + summary.count, first, last};
  }
}

}  // namespace broker
