// The source as the desk and the services see it. Its threads' work is in smartapi_feed.cpp.

#include "execution_broker/market/smartapi/smartapi_source.h"

#include <algorithm>
#include <chrono>

#include "execution_broker/market/aggregate.h"
#include "execution_broker/market/bar_range.h"
#include "trading/base/invariant.h"

namespace broker {

namespace {

using trading::Duration;
using trading::Price;
using trading::Result;
using trading::Status;
using trading::Timeframe;
using trading::Timestamp;
using trading::TradingDate;

constexpr std::int64_t kTodayFreshUs = 20'000'000;  // bars of the running day are fetched anew then
constexpr std::size_t kMostGaps = 50;
constexpr std::size_t kMostPosted = 16;
constexpr std::int64_t kContinuityBps = 300;
// The server tells whole seconds, and its answer is on its way for a while.
constexpr std::int64_t kMostSkewUs = 2'500'000;
constexpr std::int64_t kSkewKeptUs = 900'000'000;
constexpr std::string_view kRawNote =
    "raw prices: the service does not adjust for splits, bonuses and dividends";

// Days to look back for so many rows, closed days included.
int days_for(Timeframe timeframe, std::size_t rows) {
  constexpr std::int64_t kMinutesADay = 375;
  const std::int64_t a_day =
      timeframe == Timeframe::kOneDay ? 1 : std::max<std::int64_t>(1, kMinutesADay / (length_of(timeframe).us / 60'000'000));
  const auto days = static_cast<std::int64_t>(rows) / a_day + 1;
  return static_cast<int>(std::min<std::int64_t>(days * 3 / 2 + 10, 3'650));
}

// When a bar is finished: with its length, a daily one with its session.
Timestamp end_of(Timestamp start, Timeframe timeframe) {
  if (timeframe != Timeframe::kOneDay) return start + length_of(timeframe);
  return trading::ExchangeCalendar::ordinary_day(trading::date_of(start)).close(false);
}

}  // namespace

SmartApiSource::SmartApiSource(SmartApiSourceSetup setup) : setup_(std::move(setup)) {
  const smartapi::Credentials& keys = setup_.credentials;
  has_credentials_ = keys.api_key.is_set() && keys.client_code.is_set() && keys.pin.is_set() && keys.totp_secret.is_set();
}

SmartApiSource::~SmartApiSource() {
  is_stopping_ = true;
  news_.notify_all();
  if (rest_thread_.joinable()) rest_thread_.join();
  if (stream_thread_.joinable()) stream_thread_.join();
}

void SmartApiSource::log(const std::string& line) const {
  if (setup_.log) setup_.log(line);
}

void SmartApiSource::want(std::string_view symbol) const {
  const std::lock_guard lock(mutex_);
  const bool is_new = !wanted_.contains(symbol);
  wanted_[std::string(symbol)].asked_us = setup_.clock->steady_us();
  if (is_new) {
    quote_wishes_.insert(std::string(symbol));
    news_.notify_all();
  }
}

void SmartApiSource::want_bars(BarWish wish) const {
  const std::lock_guard lock(mutex_);
  if (bar_wishes_.insert(std::move(wish)).second) news_.notify_all();
}

Timestamp SmartApiSource::first_session() const { return setup_.clock->market_now(); }

Timestamp SmartApiSource::last_print() const {
  return timestamp_of(calendar().valid_through() + 1, trading::at(0, 0));
}

Result<trading::Quote> SmartApiSource::quote(std::string_view symbol, Timestamp now) const {
  RETURN_IF_ERROR(instruments().find(symbol));
  want(symbol);
  // A reader's clock may stand a little behind the receipt of a price; an age is never negative.
  auto quote = quotes_->quote(symbol, std::max(now, setup_.clock->market_now()));
  if (quote) return quote;
  const std::lock_guard lock(mutex_);
  if (const auto why = quote_problems_.find(std::string(symbol)); why != quote_problems_.end())
    quote.error().what = std::string(symbol) + " has no price: " + why->second;
  else if (problem_)
    quote.error().what = std::string(symbol) + " has no price: " + problem_->text();
  return quote;
}

std::optional<trading::MarketSlice> SmartApiSource::next_slice(std::string_view symbol, Timestamp after, Timestamp until) const {
  if (!instruments().find(symbol)) return std::nullopt;
  want(symbol);
  return quotes_->next_slice(symbol, after, until);
}

// An entry needs the stock's usual volume as much as its price: both are fetched before the desk asks.
Status SmartApiSource::prepare_quote(std::string_view symbol, Duration patience) const {
  RETURN_IF_ERROR(instruments().find(symbol));
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::microseconds(patience.us);
  want(symbol);
  (void)average_daily_volume(symbol, today());
  if (!quotes_->is_fresh(symbol, setup_.clock->market_now())) {
    {
      const std::lock_guard lock(mutex_);
      quote_wishes_.insert(std::string(symbol));
      news_.notify_all();
    }
    (void)quotes_->wait_until_fresh(symbol, *setup_.clock, patience);
  }
  {
    std::unique_lock lock(mutex_);
    news_.wait_until(lock, deadline, [&] {
      const auto known = daily_.find(symbol);
      return is_stopping_ || problem_ || bar_problems_.contains(std::string(symbol)) ||
             (known != daily_.end() && known->second.date == today());
    });
  }
  const auto there = quote(symbol, setup_.clock->market_now());
  if (!there) return there.error();
  return {};
}

bool SmartApiSource::has_intraday(std::string_view symbol) const { return instruments().find(symbol).has_value(); }

std::vector<std::string> SmartApiSource::findings() const {
  const std::lock_guard lock(mutex_);
  std::vector<std::string> out = findings_;
  if (!has_credentials_)
    out.emplace_back("no BROKER_* credentials: instruments and stored bars are served, quotes are not");
  if (problem_) out.push_back("session: " + problem_->text());
  out.emplace_back(
      "the service tells of no corporate actions: splits of held shares are not followed, and an entry is refused where "
      "the exchange's previous close does not continue the stored bars");
  if (cautionary_ && !cautionary_->problem.empty()) out.push_back("cautionary list: " + cautionary_->problem);
  return out;
}

std::int64_t SmartApiSource::average_daily_volume(std::string_view symbol, TradingDate date) const {
  constexpr int kDaysBack = 45;  // twenty trading days and some
  {
    const std::lock_guard lock(mutex_);
    const auto known = daily_.find(symbol);
    if (known != daily_.end() && known->second.date == date) return known->second.average_volume;
  }
  if (instruments().find(symbol)) want_bars({std::string(symbol), Timeframe::kOneDay, {date - kDaysBack, date - 1}});
  return 0;
}

bool SmartApiSource::post(std::function<void(smartapi::Client&)> work) const {
  if (!has_credentials_) return false;
  const std::lock_guard lock(mutex_);
  if (is_stopping_ || posted_.size() >= kMostPosted) return false;
  posted_.push_back(std::move(work));
  news_.notify_all();
  return true;
}

// --- beside prices --------------------------------------------------------------------------------------------------

Standing SmartApiSource::surveillance(std::string_view symbol, TradingDate date) const {
  const auto instrument = instruments().find(symbol);
  const std::lock_guard lock(mutex_);
  if (!cautionary_ || cautionary_->day != date)
    return {Standing::State::kUnknown,
            "the exchange's cautionary list of " + date.iso() + " is not there" +
                (cautionary_ && !cautionary_->problem.empty() ? ": " + cautionary_->problem : ", it is being read")};
  const auto listed = instrument ? cautionary_->tokens.find((*instrument)->token) : cautionary_->tokens.end();
  if (listed == cautionary_->tokens.end()) return {Standing::State::kGood, ""};
  return {Standing::State::kBad, "cautionary listing of the exchange: " + listed->second};
}

Standing SmartApiSource::continuity(std::string_view symbol, TradingDate date) const {
  const auto quote = quotes_->quote(symbol, setup_.clock->market_now());
  const std::lock_guard lock(mutex_);
  const auto known = daily_.find(symbol);
  if (!quote || known == daily_.end() || known->second.date != date || !known->second.last_close.is_positive())
    return {Standing::State::kUnknown, "whether a corporate action took effect: the last daily close of " +
                                           std::string(symbol) + " is not known yet"};
  const Price last = known->second.last_close, base = quote->slice.previous_close;
  if (!base.is_positive())
    return {Standing::State::kUnknown, "whether a corporate action took effect: the exchange gives no previous close"};
  // Closes differ a little (last trade, average of the last half hour); a split, a bonus or a large
  // dividend moves the exchange's base price by more.
  const std::int64_t apart = trading::abs(base - last).value();
  if (trading::mul_div(apart, 10'000, last.value(), trading::Rounding::kUp) <= kContinuityBps) return {Standing::State::kGood, ""};
  return {Standing::State::kBad, "the exchange's previous close " + base.rupees() + " does not continue the last bar's " +
                                     last.rupees() + ": a corporate action seems to take effect, stored bars are raw"};
}

Standing SmartApiSource::clock_sanity() const {
  if (setup_.heard != nullptr) return {Standing::State::kNotKept, "market time is what the exchange says"};
  const std::int64_t jump = setup_.clock->wall_now().us - setup_.boot_us() - wall_less_boot_us_;
  if (std::abs(jump) > kMostSkewUs)
    return {Standing::State::kBad, "the machine's clock was set by " + std::to_string(jump / 1'000) +
                                       " ms since the broker started: check its time service, then restart the broker"};
  const auto skew = client_->clock_skew();
  if (!skew || setup_.clock->steady_us() - client_->clock_skew_measured_us() > kSkewKeptUs)
    return {Standing::State::kUnknown, "the machine's clock: the server has not told its time lately"};
  if (std::abs(skew->us) > kMostSkewUs)
    return {Standing::State::kBad, "the server's time differs from the machine's by " + std::to_string(skew->us / 1'000) +
                                       " ms, " + std::to_string(kMostSkewUs / 1'000) + " are borne: check the machine's time service"};
  return {Standing::State::kGood, ""};
}

// --- history --------------------------------------------------------------------------------------------------------

DaySpan SmartApiSource::span_of(const BarQuery& query) const {
  constexpr std::size_t kUsualRows = 300;
  const TradingDate now = today();
  const TradingDate as_of = query.ignore_clock || query.as_of.us == 0 ? now : std::min(now, trading::date_of(query.as_of));
  const TradingDate last = query.to ? std::min(as_of, trading::date_of(*query.to)) : as_of;
  const TradingDate first = query.from ? trading::date_of(*query.from)
                                       : last - days_for(query.timeframe, query.max_rows > 0 ? query.max_rows : kUsualRows);
  return {first, last};
}

Result<std::vector<SmartApiSource::BarWish>> SmartApiSource::missing_for(const BarQuery& query) const {
  const DaySpan span = span_of(query);
  const TradingDate now = today();
  std::vector<BarWish> missing;
  if (span.first > span.last) return missing;
  ASSIGN_OR_RETURN(const auto known, store_->covered(query.symbol, query.timeframe));
  const TradingDate last_final = std::min(span.last, now - 1);
  if (span.first <= last_final) {
    if (!known) {
      missing.push_back({query.symbol, query.timeframe, {span.first, last_final}});
    } else {
      if (span.first < known->first) missing.push_back({query.symbol, query.timeframe, {span.first, known->first - 1}});
      if (last_final > known->last) missing.push_back({query.symbol, query.timeframe, {known->last + 1, last_final}});
    }
  }
  if (span.last == now) {
    const std::lock_guard lock(mutex_);
    const auto running = today_.find({query.symbol, query.timeframe});
    if (running == today_.end() || setup_.clock->steady_us() - running->second.first > kTodayFreshUs)
      missing.push_back({query.symbol, query.timeframe, {now, now}});
  }
  return missing;
}

Status SmartApiSource::prepare_bars(const BarQuery& query, Duration patience) const {
  RETURN_IF_ERROR(instruments().find(query.symbol));
  const std::int64_t began_us = setup_.clock->steady_us();
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::microseconds(patience.us);
  while (true) {
    ASSIGN_OR_RETURN(const std::vector<BarWish> missing, missing_for(query));
    if (missing.empty()) return {};
    for (const BarWish& wish : missing) want_bars(wish);
    std::unique_lock lock(mutex_);
    const auto problem = bar_problems_.find(query.symbol);
    if (problem != bar_problems_.end() && problem->second.second >= began_us) return problem->second.first;
    if (std::chrono::steady_clock::now() >= deadline || is_stopping_)
      return trading::make_error("BARS_STILL_LOADING", "bars of " + query.symbol + " are still being fetched",
                                 "ask again in a few seconds; what is there is kept", trading::Retry::kSafe);
    news_.wait_until(lock, std::min(deadline, std::chrono::steady_clock::now() + std::chrono::milliseconds(100)));
  }
}

Result<BarReply> SmartApiSource::bars(const BarQuery& query) const {
  RETURN_IF_ERROR(instruments().find(query.symbol));
  ASSIGN_OR_RETURN(trading::BarSeries series, store_->bars(query.symbol, query.timeframe));
  {
    const std::lock_guard lock(mutex_);
    const auto running = today_.find({query.symbol, query.timeframe});
    if (running != today_.end())
      for (std::size_t i = 0; i < running->second.second.size(); ++i) {
        const trading::Bar bar = running->second.second.at(i);
        if (series.empty() || bar.ts.us > series.ts_us.back()) series.push_back(bar);
      }
  }
  const Timestamp as_of = query.ignore_clock ? setup_.clock->market_now() : query.as_of;
  std::size_t finished = 0;
  while (finished < series.size() && end_of({series.ts_us[finished]}, query.timeframe) <= as_of) ++finished;
  const RowRange rows = rows_of(query, series.ts_us, finished);
  BarReply reply;
  reply.source = "smartapi";
  reply.total = rows.matched;
  reply.bars = cut(series, rows.begin, rows.end);
  reply.notes.emplace_back(kRawNote);
  ASSIGN_OR_RETURN(const std::vector<BarWish> missing, missing_for(query));
  for (const BarWish& wish : missing)
    reply.gaps.push_back(wish.days.first.iso() + " to " + wish.days.last.iso() + ": not fetched yet");
  if (reply.bars.empty() && !missing.empty())
    return trading::make_error("NO_MARKET_DATA", "no bars of " + query.symbol + " are stored yet",
                               "ask again in a few seconds", trading::Retry::kSafe);
  // Days of the reply without any bar although the exchange traded.
  if (!reply.bars.empty()) {
    std::set<TradingDate> there;
    for (const std::int64_t ts : reply.bars.ts_us) there.insert(trading::date_of({ts}));
    std::size_t count = 0;
    for (TradingDate day = *there.begin(); day < *there.rbegin(); day = day + 1) {
      if (there.contains(day) || calendar().status(day).kind != trading::DayStatus::Kind::kTrading) continue;
      if (++count <= kMostGaps) reply.gaps.push_back(day.iso() + ": no bars although the exchange traded");
    }
    if (count > kMostGaps) reply.gaps.push_back("and " + std::to_string(count - kMostGaps) + " more such days");
  }
  return reply;
}

}  // namespace broker
