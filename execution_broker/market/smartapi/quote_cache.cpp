#include "execution_broker/market/smartapi/quote_cache.h"

#include <algorithm>
#include <chrono>

namespace broker {

namespace {

using trading::Duration;
using trading::MarketSlice;
using trading::Price;
using trading::Result;
using trading::Timestamp;

Timestamp minute_of(Timestamp t) { return {t.us - t.us % 60'000'000}; }

}  // namespace

QuoteCache::QuoteCache(const InstrumentMaster& master, const trading::ExchangeCalendar& calendar, const Clock* steady)
    : calendar_(calendar), steady_(steady), master_(&master) {
  adopt(master);
}

void QuoteCache::adopt(const InstrumentMaster& master) {
  std::vector<Entry> entries(master.all().size());
  std::unordered_map<std::string, std::size_t> by_token;
  {
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < entries.size(); ++i) {
      const trading::Instrument& instrument = master.all()[i];
      if (Entry* known = find(instrument.symbol); known != nullptr && known->instrument->token == instrument.token)
        entries[i] = std::move(*known);
      entries[i].instrument = &instrument;
      by_token.emplace(instrument.token, i);
    }
    entries_ = std::move(entries);
    by_token_ = std::move(by_token);
    master_ = &master;
  }
  news_.notify_all();
}

QuoteCache::Entry* QuoteCache::find(std::string_view symbol) const {
  const auto found = std::lower_bound(
      entries_.begin(), entries_.end(), symbol,
      [](const Entry& a, std::string_view b) { return std::string_view(a.instrument->symbol) < b; });
  if (found == entries_.end() || found->instrument->symbol != symbol) return nullptr;
  return &*found;
}

Duration QuoteCache::age_of(const Entry& entry, Timestamp now) const {
  const Duration age = std::max(now - entry.received, now - entry.exchange_time);
  if (steady_ == nullptr) return age;
  return std::max(age, trading::microseconds(steady_->steady_us() - entry.received_steady_us));
}

bool QuoteCache::is_fresh(const Entry& entry, Timestamp now) const {
  return entry.newest && !entry.is_cut && age_of(entry, now) <= kFreshFor &&
         entry.exchange_time <= now + kClockTolerance;
}

void QuoteCache::keep(Entry& entry, MarketSlice slice, Timestamp exchange_time, Timestamp now, bool is_streamed) {
  const bool is_same_day = entry.newest && trading::date_of(entry.newest->ts) == trading::date_of(now);
  const bool is_joined = is_streamed && entry.is_streamed && !entry.is_cut && is_same_day;
  // Later than what was told and than what a reader has passed.
  slice.ts = now;
  if (entry.newest) slice.ts = std::max(slice.ts, entry.newest->ts + trading::microseconds(1));
  slice.ts = std::max(slice.ts, entry.asked_until + trading::microseconds(1));
  slice.symbol = entry.instrument->symbol;
  slice.phase = calendar_.phase(slice.ts, entry.instrument->has_derivatives);
  slice.bar_ts = minute_of(slice.ts);
  slice.is_depth_modelled = false;
  // What changed hands between two words over an unbroken line; across a gap nobody knows how.
  slice.traded_volume = is_joined ? std::max<std::int64_t>(0, slice.day_volume - entry.newest->day_volume) : 0;
  if (is_joined && entry.minute == slice.bar_ts) slice.path_from = entry.newest->last;
  if (entry.minute != slice.bar_ts || !is_joined) {
    entry.minute = slice.bar_ts;
    entry.minute_low = entry.minute_high = slice.last;
  }
  entry.minute_low = std::min(entry.minute_low, slice.last);
  entry.minute_high = std::max(entry.minute_high, slice.last);
  slice.bar_low = entry.minute_low;
  slice.bar_high = entry.minute_high;
  // Published depth may be taken, wherever the minute has traded so far.
  for (const auto* side : {&slice.bids, &slice.asks})
    for (const trading::DepthLevel& level : *side) {
      if (level.quantity.is_zero()) continue;
      slice.bar_low = std::min(slice.bar_low, level.price);
      slice.bar_high = std::max(slice.bar_high, level.price);
    }
  slice.heard = trading::Hearing{exchange_time, is_streamed ? line_ : 0};
  entry.exchange_time = exchange_time;
  entry.received = now;
  if (steady_ != nullptr) entry.received_steady_us = steady_->steady_us();
  entry.is_cut = false;
  entry.is_streamed = is_streamed;
  entry.slices.push_back(slice);
  if (entry.slices.size() > kSlicesKept) entry.slices.pop_front();
  entry.newest = std::move(slice);
}

void QuoteCache::on_packet(const smartapi::MarketPacket& packet, Timestamp now) {
  if (packet.exchange != smartapi::ExchangeType::kNseCash ||
      packet.mode != smartapi::StreamMode::kSnapQuote)
    return;
  {
    const std::lock_guard lock(mutex_);
    const auto found = by_token_.find(std::string(packet.token()));
    if (found == by_token_.end()) return;
    Entry& entry = entries_[found->second];
    const bool is_older = packet.exchange_time < entry.exchange_time ||
                          (packet.exchange_time == entry.exchange_time && entry.is_streamed &&
                           packet.sequence <= entry.sequence && packet.sequence != 0);
    if (is_older) {
      ++outdated_;
      return;
    }
    entry.sequence = packet.sequence;
    MarketSlice slice;
    slice.last = packet.last;
    slice.open = packet.open;
    slice.high = packet.high;
    slice.low = packet.low;
    slice.previous_close = packet.previous_close;
    slice.day_volume = packet.day_volume;
    slice.band = packet.band;
    slice.bids = packet.bids;
    slice.asks = packet.asks;
    keep(entry, std::move(slice), packet.exchange_time, now, true);
  }
  news_.notify_all();
}

void QuoteCache::on_row(const smartapi::QuoteRow& row, Timestamp now) {
  if (!row.feed_time) return;  // a price without a time is no price
  if (row.exchange != "NSE") return;
  {
    const std::lock_guard lock(mutex_);
    const auto found = by_token_.find(row.token);
    if (found == by_token_.end()) return;
    Entry& entry = entries_[found->second];
    // The stream is ahead of REST; of the same second it has the depth that fills came from.
    if (*row.feed_time < entry.exchange_time ||
        (*row.feed_time == entry.exchange_time && entry.newest && !entry.is_cut)) {
      ++outdated_;
      return;
    }
    MarketSlice slice;
    slice.last = row.last;
    slice.open = row.open;
    slice.high = row.high;
    slice.low = row.low;
    slice.previous_close = row.previous_close;
    slice.day_volume = row.day_volume;
    slice.band = row.band;
    slice.bids = row.bids;
    slice.asks = row.asks;
    keep(entry, std::move(slice), *row.feed_time, now, false);
  }
  news_.notify_all();
}

void QuoteCache::on_line() {
  const std::lock_guard lock(mutex_);
  ++line_;
}

void QuoteCache::on_gap() {
  const std::lock_guard lock(mutex_);
  for (Entry& entry : entries_) entry.is_cut = true;
}

Result<trading::Quote> QuoteCache::quote(std::string_view symbol, Timestamp now) const {
  const std::lock_guard lock(mutex_);
  const Entry* entry = find(symbol);
  if (entry == nullptr) return master_->find(symbol).error();
  if (!entry->newest)
    return trading::make_error("NO_MARKET_DATA", std::string(symbol) + " has no price yet: it was just asked for",
                               "ask again in a few seconds", trading::Retry::kSafe);
  trading::Quote quote;
  quote.slice = *entry->newest;
  quote.slice.phase = calendar_.phase(now, entry->instrument->has_derivatives);
  quote.source = "smartapi";
  quote.age = std::max(age_of(*entry, now), Duration{});
  if (entry->is_cut) {
    quote.is_stale = true;
    quote.note = "the stream was lost after this price came";
  } else if (entry->exchange_time > now + kClockTolerance) {
    quote.is_stale = true;
    quote.note = "the exchange's time of this price lies in the future: check the machine's clock";
  } else if (quote.age > kFreshFor) {
    quote.is_stale = true;
    quote.note = "nothing newer came";
  }
  // Said beside whatever else is wrong with it.
  if (!entry->is_streamed && quote.note.empty()) {
    quote.note = "from a request, not from the stream";
  }
  return quote;
}

bool QuoteCache::is_fresh(std::string_view symbol, Timestamp now) const {
  const std::lock_guard lock(mutex_);
  const Entry* entry = find(symbol);
  return entry != nullptr && is_fresh(*entry, now);
}

std::optional<MarketSlice> QuoteCache::next_slice(std::string_view symbol, Timestamp after, Timestamp until) const {
  const std::lock_guard lock(mutex_);
  const Entry* entry = find(symbol);
  if (entry == nullptr) return std::nullopt;
  entry->asked_until = std::max(entry->asked_until, until);
  const auto next = std::upper_bound(entry->slices.begin(), entry->slices.end(), after,
                                     [](Timestamp t, const MarketSlice& slice) { return t < slice.ts; });
  if (next == entry->slices.end() || next->ts > until) return std::nullopt;
  return *next;
}

bool QuoteCache::wait_until_fresh(std::string_view symbol, const Clock& clock, Duration patience) const {
  std::unique_lock lock(mutex_);
  if (find(symbol) == nullptr) return false;
  return news_.wait_for(lock, std::chrono::microseconds(patience.us), [&] {
    const Entry* entry = find(symbol);  // anew each time: the instruments may have changed
    return entry != nullptr && is_fresh(*entry, clock.market_now());
  });
}

std::int64_t QuoteCache::outdated_packets() const {
  const std::lock_guard lock(mutex_);
  return outdated_;
}

}  // namespace broker
