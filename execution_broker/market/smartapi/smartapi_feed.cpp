// The threads of the SmartAPI source, and how it opens.

#include <time.h>

#include <algorithm>
#include <chrono>

#include "execution_broker/exchange/smartapi/session/account_reads.h"
#include "execution_broker/exchange/smartapi/wire/instrument_file.h"
#include "execution_broker/market/smartapi/instrument_selection.h"
#include "execution_broker/market/smartapi/smartapi_source.h"
#include "trading/base/invariant.h"
#include "trading/base/text.h"

namespace broker {

namespace {

using trading::Result;
using trading::Status;
using trading::Timestamp;
using trading::TradingDate;

constexpr std::size_t kMostInstrumentBytes = 256U << 20;
constexpr std::int64_t kInstrumentTimeoutMs = 180'000;
constexpr std::size_t kMostStreamed = 900;                    // of the service's 1000
constexpr std::int64_t kForgetAfterUs = 1'800'000'000;        // nobody asked for half an hour
constexpr std::int64_t kSessionPauseUs = 1'000'000;
constexpr std::int64_t kHearEveryUs = 4'500'000;  // below the 1000 an hour of that call
constexpr int kVolumeDays = 20;
constexpr std::int64_t kLookedAtUs = 3'000'000;  // the desk asks ten times a second for what it works in
constexpr std::int64_t kPollUs = 1'500'000;      // of the service's one a second: wishes have a share, too
constexpr auto kNewFileFrom = trading::at(6, 30);
constexpr std::int64_t kReloadUs = 600'000'000;        // after a failure
constexpr std::int64_t kReloadOpenUs = 3'600'000'000;  // while the market is open, where quotes go before
constexpr std::int64_t kReloadOpenTimeoutMs = 20'000;
constexpr std::int64_t kListUs = 60'000'000;
constexpr std::int64_t kSkewUs = 300'000'000;
constexpr std::string_view kInUse = " is in use: ";

std::int64_t kernel_boot_us() {
  timespec since{};
  ::clock_gettime(CLOCK_BOOTTIME, &since);
  return static_cast<std::int64_t>(since.tv_sec) * 1'000'000 + since.tv_nsec / 1'000;
}

}  // namespace

Result<std::unique_ptr<SmartApiSource>> SmartApiSource::open(SmartApiSourceSetup setup) {
  INVARIANT(setup.clock != nullptr && setup.transport != nullptr, "a source needs a clock and a transport");
  std::unique_ptr<SmartApiSource> source(new SmartApiSource(std::move(setup)));
  if (!source->setup_.boot_us) source->setup_.boot_us = kernel_boot_us;
  source->wall_less_boot_us_ = source->setup_.clock->wall_now().us - source->setup_.boot_us();
  ASSIGN_OR_RETURN(source->store_, BarStore::open(source->setup_.store));
  RETURN_IF_ERROR(source->load_instruments(kInstrumentTimeoutMs));
  source->start();
  return source;
}

Status SmartApiSource::load_instruments(std::int64_t timeout_ms) {
  InstrumentSelection selection;
  smartapi::InstrumentFileReader reader([&](const smartapi::InstrumentFileRow& row) { selection.add(row); });
  smartapi::HttpRequest request;
  request.url = setup_.instruments_url;
  request.total_timeout_ms = timeout_ms;
  request.most_body_bytes = kMostInstrumentBytes;
  request.sink = [&](std::string_view bytes) { return reader.feed(bytes); };
  const std::int64_t began = setup_.clock->steady_us();
  const smartapi::HttpEnd end = setup_.transport->exchange(request);
  if (end.server_date && setup_.heard != nullptr) setup_.heard->hear(*end.server_date);
  smartapi::CallRecord call;
  call.call = "instrumentFile";
  call.http_status = end.status;
  call.duration_us = setup_.clock->steady_us() - began;
  ASSIGN_OR_RETURN(const auto kept, store_->instruments());
  const auto loaded = [&]() -> Result<SelectedInstruments> {
    if (end.kind != smartapi::HttpEnd::Kind::kReply || end.status != 200) {
      // What the reader found wrong says more than that it stopped.
      if (const Status whole = reader.finish(); !whole && reader.rows() > 0) return whole.error();
      return trading::make_error("INSTRUMENT_FILE_UNREACHABLE",
                                 "the instrument file was not received: HTTP " + std::to_string(end.status) + " " + end.detail,
                                 "check the network and SMARTAPI_INSTRUMENTS_URL", trading::Retry::kSafe);
    }
    RETURN_IF_ERROR(reader.finish());
    // A file that lost a fifth of its instruments over night is a cut one, however well it ends.
    // (A sandbox may list what it likes.)
    const std::size_t before = kept && setup_.least_instruments > 1 ? kept->instruments.size() : 0;
    return selection.finish(std::max(setup_.least_instruments, before - before / 5));
  }();
  call.end = loaded ? "data" : "unclear";
  call.detail = loaded ? "" : loaded.error().what;
  if (setup_.record) setup_.record(call);
  if (!loaded) {
    const std::lock_guard lock(mutex_);
    if (masters_.empty()) {
      if (!kept) return loaded.error();
      take_instruments(kept->instruments);
    }
    std::erase_if(findings_, [](const std::string& finding) { return finding.find(kInUse) != std::string::npos; });
    findings_.push_back("the instrument file of " + (kept ? kept->day.iso() : std::string("before")) + std::string(kInUse) + loaded.error().text());
    log("event=instruments_kept day=" + (kept ? kept->day.iso() : std::string()) + " why=\"" + loaded.error().code + "\"");
    return masters_.size() == 1 && instruments_day_.days == 0 ? Status() : Status(tl::unexpected(loaded.error()));
  }
  const std::lock_guard lock(mutex_);
  findings_ = loaded->findings;
  // A token that moved is worth a line: what was noted under the old one is another share now.
  if (kept) {
    std::map<std::string, std::string> before;
    for (const trading::Instrument& one : kept->instruments) before[one.symbol] = one.token;
    for (const trading::Instrument& one : loaded->instruments)
      if (const auto old = before.find(one.symbol); old != before.end() && old->second != one.token)
        findings_.push_back("instrument file: " + one.symbol + " moved from token " + old->second + " to " + one.token);
  }
  log("event=instruments_loaded rows=" + std::to_string(reader.rows()) + " instruments=" + std::to_string(loaded->instruments.size()) +
      " duration_ms=" + std::to_string(call.duration_us / 1'000));
  RETURN_IF_ERROR(store_->put_instruments(loaded->instruments, today()));
  take_instruments(loaded->instruments);
  instruments_day_ = today();
  return {};
}

// Readers may hold a pointer into the master they were given: it stays.
void SmartApiSource::take_instruments(std::vector<trading::Instrument> instruments) {
  masters_.push_back(std::make_unique<InstrumentMaster>(std::move(instruments)));
  if (quotes_) quotes_->adopt(*masters_.back());
  else quotes_ = std::make_unique<QuoteCache>(*masters_.back(), calendar(), setup_.heard == nullptr ? setup_.clock : nullptr);
  master_.store(masters_.back().get(), std::memory_order_release);
}

void SmartApiSource::start() {
  smartapi::ClientSetup client{*setup_.transport, *setup_.clock, setup_.rest_url, {}, {}, {}};
  client.credentials = {Secret(setup_.credentials.api_key.reveal()), Secret(setup_.credentials.client_code.reveal()),
                        Secret(setup_.credentials.pin.reveal()), Secret(setup_.credentials.totp_secret.reveal())};
  client.record = setup_.record;
  client.pause = [this](std::int64_t us) {
    if (setup_.pause) return setup_.pause(us);
    // Woken at a stop, so that nothing waits for a rate limit then.
    std::unique_lock lock(mutex_);
    news_.wait_for(lock, std::chrono::microseconds(us), [this] { return is_stopping_.load(); });
  };
  if (setup_.heard != nullptr) client.on_server_date = [this](Timestamp t) { setup_.heard->hear(t); };
  client_ = std::make_unique<smartapi::Client>(std::move(client));
  socket_ = setup_.socket();
  smartapi::MarketStreamSetup stream{*socket_, *setup_.clock, setup_.stream_url, smartapi::StreamMode::kSnapQuote, {}, {}, {}, {}, {}};
  stream.credentials = [this] { return client_->stream_credentials(); };
  stream.on_packet = [this](const smartapi::MarketPacket& packet) {
    if (setup_.heard != nullptr) setup_.heard->hear(packet.exchange_time);
    quotes_->on_packet(packet, setup_.clock->market_now());
  };
  stream.on_open = [this] {
    quotes_->on_line();
    if (setup_.on_stream) setup_.on_stream({true, stream_->opened(), setup_.clock->market_now(), ""});
    log("event=market_stream_open count=" + std::to_string(stream_->opened()));
  };
  stream.on_gap = [this](const std::string& why) {
    quotes_->on_gap();
    if (setup_.on_stream) setup_.on_stream({false, stream_->opened(), setup_.clock->market_now(), client_->scrubbed(why)});
    log("event=market_stream_lost why=\"" + client_->scrubbed(why) + "\"");
  };
  stream.on_refused = [this](int status, const std::string& why) {
    if (status == 401 || status == 403) client_->distrust_session();
    log("event=market_stream_refused status=" + std::to_string(status) + " why=\"" + client_->scrubbed(why) + "\"");
  };
  stream_ = std::make_unique<smartapi::MarketStream>(std::move(stream));
  if (!setup_.runs_threads) return;
  rest_thread_ = std::thread([this] {
    while (!is_stopping_) {
      if (pump_rest()) continue;
      std::unique_lock lock(mutex_);
      news_.wait_for(lock, std::chrono::milliseconds(200),
                     [this] { return is_stopping_ || !quote_wishes_.empty() || !bar_wishes_.empty() || !posted_.empty(); });
    }
  });
  stream_thread_ = std::thread([this] {
    while (!is_stopping_) {
      pump_stream(50'000);
      if (!stream_->is_open()) std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    stream_->close();
  });
}

void SmartApiSource::pump_stream(std::int64_t most_wait_us) {
  update_subscriptions();
  stream_->step(most_wait_us);
}

void SmartApiSource::update_subscriptions() {
  std::set<smartapi::StreamToken> tokens;
  {
    const std::lock_guard lock(mutex_);
    const std::int64_t now = setup_.clock->steady_us();
    std::vector<std::pair<std::int64_t, std::string>> newest;
    for (auto it = wanted_.begin(); it != wanted_.end();) {
      if (now - it->second.asked_us > kForgetAfterUs) {
        it = wanted_.erase(it);
        continue;
      }
      newest.emplace_back(-it->second.asked_us, it->first);
      ++it;
    }
    if (newest.size() > kMostStreamed) {
      std::nth_element(newest.begin(), newest.begin() + kMostStreamed, newest.end());
      for (std::size_t i = kMostStreamed; i < newest.size(); ++i) wanted_.erase(newest[i].second);
      newest.resize(kMostStreamed);
    }
    for (const auto& [asked, symbol] : newest)
      if (const auto instrument = instruments().find(symbol))
        tokens.insert({smartapi::ExchangeType::kNseCash, (*instrument)->token});
  }
  stream_->want(std::move(tokens));
}

bool SmartApiSource::pump_rest() {
  // Also while the session is waited for: whoever asked is told why there is no answer.
  const bool had_work = do_posted_work();
  const std::int64_t now = setup_.clock->steady_us();
  if (now < next_rest_us_) return had_work;
  if (!has_credentials_) {
    const bool had_bars = fetch_bars();
    const bool had_rounds = do_rounds();
    const std::lock_guard lock(mutex_);
    const bool had_wishes = !quote_wishes_.empty();
    quote_wishes_.clear();
    return had_bars || had_rounds || had_wishes;
  }
  if (const Status ready = client_->ensure_session(); !ready) {
    next_rest_us_ = now + kSessionPauseUs;
    remember_problem(ready.error());
    // The log-in may wait for the exchange's clock, which moves by being heard alone.
    if (setup_.heard != nullptr) client_->hear_date();
    {
      const std::lock_guard lock(mutex_);
      for (const BarWish& wish : bar_wishes_) bar_problems_.insert_or_assign(wish.symbol, std::pair(ready.error(), now));
      bar_wishes_.clear();
      quote_wishes_.clear();
    }
    news_.notify_all();
    // A log-in that waits for the next one-time password waits for the exchange's time, which only its answers tell.
    if (setup_.heard != nullptr) {
      smartapi::HttpRequest request;
      request.url = setup_.rest_url + "/";
      if (const auto end = setup_.transport->exchange(request); end.server_date) setup_.heard->hear(*end.server_date);
    }
    return false;
  }
  {
    const std::lock_guard lock(mutex_);
    problem_.reset();
  }
  const bool had_quotes = fetch_quotes() || poll_quotes();
  const bool had_bars = fetch_bars();
  const bool had_rounds = do_rounds();
  // A clock that is told by the exchange has to hear from it, also when nobody asks for anything.
  if (setup_.heard != nullptr && !had_quotes && !had_bars) {
    (void)smartapi::fetch_profile(*client_);
    next_rest_us_ = now + kHearEveryUs;
  }
  return had_work || had_quotes || had_bars || had_rounds;
}

bool SmartApiSource::do_posted_work() {
  std::function<void(smartapi::Client&)> work;
  {
    const std::lock_guard lock(mutex_);
    if (posted_.empty()) return false;
    work = std::move(posted_.front());
    posted_.pop_front();
  }
  work(*client_);
  return true;
}

bool SmartApiSource::do_rounds() {
  const std::int64_t now_us = setup_.clock->steady_us();
  const Timestamp now = setup_.clock->market_now();
  const TradingDate day = trading::date_of(now);
  bool had_work = false;
  if (day != instruments_day_ && now >= timestamp_of(day, kNewFileFrom) && now_us >= next_reload_us_) {
    const bool is_open = calendar().phase(now, false) == trading::SessionPhase::kContinuous;
    next_reload_us_ = now_us + (is_open ? kReloadOpenUs : kReloadUs);
    if (load_instruments(is_open ? kReloadOpenTimeoutMs : kInstrumentTimeoutMs)) next_reload_us_ = 0;
    had_work = true;
  }
  if (!has_credentials_) return had_work;
  bool has_list = false;
  {
    const std::lock_guard lock(mutex_);
    has_list = cautionary_ && cautionary_->day == day;
  }
  if (!has_list && now_us >= next_list_us_) {
    const auto list = smartapi::fetch_cautionary(*client_);
    next_list_us_ = list && list->is_complete() ? 0 : now_us + kListUs;
    had_work = true;
    const std::lock_guard lock(mutex_);
    if (!cautionary_) cautionary_.emplace();
    if (!list) {
      cautionary_->problem = list.error().text();
    } else if (!list->is_complete()) {
      cautionary_->problem = std::to_string(list->unreadable.size()) + " of its rows cannot be read: " + list->unreadable.front().why;
    } else {
      cautionary_ = Cautionary{day, {}, ""};
      for (const smartapi::CautionaryScrip& scrip : list->rows) cautionary_->tokens[scrip.token] = trading::quoted(scrip.message);
    }
  }
  // Where market time is the machine's, the server's is heard now and then, also when nobody asks for anything.
  if (setup_.heard == nullptr && now_us >= next_skew_us_) {
    next_skew_us_ = now_us + kSkewUs;
    if (now_us - client_->clock_skew_measured_us() >= kSkewUs) {
      (void)smartapi::fetch_profile(*client_);
      had_work = true;
    }
  }
  return had_work;
}

// The stream is down, or says nothing of what somebody looks at right now: it is asked for.
bool SmartApiSource::poll_quotes() {
  const std::int64_t now_us = setup_.clock->steady_us();
  if (now_us < next_poll_us_) return false;
  const Timestamp now = setup_.clock->market_now();
  std::vector<std::string> symbols;
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [symbol, wanted] : wanted_) {
      if (now_us - wanted.asked_us > kLookedAtUs || symbols.size() >= smartapi::kMostQuoteTokens) continue;
      const auto instrument = instruments().find(symbol);
      if (!instrument || quotes_->is_fresh(symbol, now)) continue;
      if (calendar().phase(now, (*instrument)->has_derivatives) != trading::SessionPhase::kContinuous) continue;
      symbols.push_back(symbol);
    }
  }
  if (symbols.empty()) return false;
  next_poll_us_ = now_us + kPollUs;
  return ask_quotes(symbols);
}

void SmartApiSource::remember_problem(const trading::Error& error) const {
  const std::lock_guard lock(mutex_);
  if (problem_ && problem_->code == error.code) return;
  problem_ = error;
  log("event=smartapi_session_problem " + error.text());
}

bool SmartApiSource::fetch_quotes() {
  std::vector<std::string> symbols;
  {
    const std::lock_guard lock(mutex_);
    while (!quote_wishes_.empty() && symbols.size() < smartapi::kMostQuoteTokens) {
      symbols.push_back(*quote_wishes_.begin());
      quote_wishes_.erase(quote_wishes_.begin());
    }
  }
  return ask_quotes(symbols);
}

bool SmartApiSource::ask_quotes(const std::vector<std::string>& symbols) {
  std::vector<smartapi::QuoteWanted> wanted;
  std::map<std::string, std::string> symbol_of_token;
  for (const std::string& symbol : symbols) {
    const auto instrument = instruments().find(symbol);
    if (!instrument) continue;
    wanted.push_back({"NSE", (*instrument)->token, (*instrument)->trading_symbol});
    symbol_of_token[(*instrument)->token] = symbol;
  }
  if (wanted.empty()) return false;
  const auto reply = smartapi::fetch_quotes(*client_, smartapi::QuoteMode::kFull, wanted);
  const Timestamp now = setup_.clock->market_now();
  const std::lock_guard lock(mutex_);
  if (!reply) {
    for (const auto& [token, symbol] : symbol_of_token) quote_problems_[symbol] = reply.error().text();
    return true;
  }
  for (const auto& [token, symbol] : symbol_of_token) quote_problems_.erase(symbol);
  for (const smartapi::QuoteRow& row : reply->rows) quotes_->on_row(row, now);
  for (const smartapi::QuoteMissing& missing : reply->missing)
    if (const auto symbol = symbol_of_token.find(missing.token); symbol != symbol_of_token.end())
      quote_problems_[symbol->second] = missing.why;
  return true;
}

bool SmartApiSource::fetch_bars() {
  BarWish wish;
  {
    const std::lock_guard lock(mutex_);
    if (bar_wishes_.empty()) return false;
    wish = *bar_wishes_.begin();
    bar_wishes_.erase(bar_wishes_.begin());
  }
  const Status fetched = fetch_bar_span(wish);
  if (wish.timeframe == trading::Timeframe::kOneDay) measure_volume(wish.symbol);
  {
    const std::lock_guard lock(mutex_);
    if (fetched) bar_problems_.erase(wish.symbol);
    else bar_problems_.insert_or_assign(wish.symbol, std::pair(fetched.error(), setup_.clock->steady_us()));
  }
  news_.notify_all();
  return true;
}

Status SmartApiSource::fetch_bar_span(const BarWish& wish) {
  if (!has_credentials_)
    return trading::make_error("NO_SESSION", "bars of " + wish.symbol + " are not stored and there are no credentials to fetch them",
                               "import bhavcopy files, or set BROKER_API_KEY, BROKER_CLIENT_CODE, BROKER_PASSWORD and BROKER_TOTP_SECRET");
  ASSIGN_OR_RETURN(const trading::Instrument* instrument, instruments().find(wish.symbol));
  ASSIGN_OR_RETURN(const auto known, store_->covered(wish.symbol, wish.timeframe));
  // Another wish may have brought it since.
  if (known && wish.days.first >= known->first && wish.days.last <= known->last) return {};
  std::vector<smartapi::CandleChunk> chunks = smartapi::plan_candles(wish.timeframe, wish.days.first, wish.days.last);
  // Each chunk touches what is covered already: outward from it, or backward from the newest.
  if (!known || wish.days.first <= known->last) std::reverse(chunks.begin(), chunks.end());
  for (const smartapi::CandleChunk& chunk : chunks) {
    const Timestamp from = timestamp_of(chunk.from, trading::at(0, 0));
    const Timestamp until = std::min(timestamp_of(chunk.to, trading::at(23, 59)), setup_.clock->market_now());
    if (until < from) continue;
    ASSIGN_OR_RETURN(const smartapi::CandleReply reply,
                     smartapi::fetch_candles(*client_, "NSE", instrument->token, wish.timeframe, from, until));
    for (const std::string& finding : reply.findings) log("event=candle_left_out symbol=" + wish.symbol + " " + finding);
    const TradingDate now = today();
    trading::BarSeries settled, running;
    settled.timeframe = running.timeframe = wish.timeframe;
    for (std::size_t i = 0; i < reply.bars.size(); ++i)
      (trading::date_of({reply.bars.ts_us[i]}) < now ? settled : running).push_back(reply.bars.at(i));
    if (chunk.from < now) RETURN_IF_ERROR(store_->put(wish.symbol, settled, {chunk.from, std::min(chunk.to, now - 1)}, "smartapi"));
    if (chunk.to >= now) {
      const std::lock_guard lock(mutex_);
      today_[{wish.symbol, wish.timeframe}] = {setup_.clock->steady_us(), std::move(running)};
    }
  }
  return {};
}

void SmartApiSource::measure_volume(const std::string& symbol) {
  const TradingDate now = today();
  const auto volume = store_->average_volume(symbol, now, kVolumeDays);
  const auto close = store_->last_close(symbol, now);
  if (!volume || !close) return;
  const std::lock_guard lock(mutex_);
  daily_[symbol] = {now, *volume, *close};
}

}  // namespace broker
