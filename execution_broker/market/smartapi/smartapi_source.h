#pragma once

// Prices from SmartAPI. The desk and the services read what is known (a cache, never the network);
// two threads of this source make it known:
//   stream   the market stream, and the subscriptions that it should hold
//   rest     session, quotes of what nobody streams yet, candles into the store
// Whoever asks for a symbol makes it wanted: it is subscribed, and kept while it is asked for. A
// thread that may wait calls prepare_quote and prepare_bars first.
//
// While the stream is down or silent, the rest thread asks for the quotes of whatever the desk looks
// at, so that stops go on being watched; such prices say that they came by a request.
//
// Each trading day brings the instrument file and the exchange's cautionary list anew.
//
// Without credentials there is no session: instruments and stored bars (bhavcopy) are served, quotes
// are refused with the reason.

#include <atomic>
#include <condition_variable>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <tuple>

#include "execution_broker/exchange/smartapi/session/client.h"
#include "execution_broker/exchange/smartapi/stream/market_stream.h"
#include "execution_broker/market/market_source.h"
#include "execution_broker/market/smartapi/bar_store.h"
#include "execution_broker/market/smartapi/heard_clock.h"
#include "execution_broker/market/smartapi/quote_cache.h"

namespace broker {

// The market stream opened or was lost, in market time. What came over line n is no price any more
// from its loss on.
struct StreamEvent {
  bool is_open = false;
  std::int64_t line = 0;  // counted from 1 since the start
  trading::Timestamp at;
  std::string why;
};

struct SmartApiSourceSetup {
  std::string rest_url, stream_url, instruments_url;
  smartapi::Credentials credentials;
  std::filesystem::path store;  // market.db
  std::unique_ptr<smartapi::HttpTransport> transport;              // the rest thread's
  std::function<std::unique_ptr<smartapi::FrameSocket>()> socket;  // the stream thread's
  const Clock* clock = nullptr;      // market time as it is; outlives the source
  HeardClock* heard = nullptr;       // told every time of the exchange; null: not needed
  std::function<void(const smartapi::CallRecord&)> record;
  std::function<void(const std::string& line)> log;  // key=value; any thread
  std::function<void(const StreamEvent&)> on_stream = {};  // the stream's thread
  // Microseconds since the machine started, its sleep included; empty: the kernel's.
  std::function<std::int64_t()> boot_us = {};
  std::function<void(std::int64_t us)> pause = {};  // how the rest thread waits; empty: as long as it says
  std::size_t least_instruments = 500;
  bool runs_threads = true;  // false: a test calls pump_rest and pump_stream
};

class SmartApiSource final : public MarketSource {
 public:
  // Loads the instrument file (or, when that fails, the last good selection, with a finding).
  static trading::Result<std::unique_ptr<SmartApiSource>> open(SmartApiSourceSetup setup);
  ~SmartApiSource() override;
  SmartApiSource(const SmartApiSource&) = delete;
  SmartApiSource& operator=(const SmartApiSource&) = delete;

  [[nodiscard]] std::string name() const override { return "smartapi"; }
  [[nodiscard]] bool is_simulated() const override { return false; }
  // Of the day. A master once given out lives as long as the source.
  [[nodiscard]] const InstrumentMaster& instruments() const override { return *master_.load(std::memory_order_acquire); }
  [[nodiscard]] const trading::ExchangeCalendar& calendar() const override { return trading::ExchangeCalendar::nse(); }
  [[nodiscard]] trading::Timestamp first_session() const override;
  [[nodiscard]] trading::Timestamp last_print() const override;
  trading::Status prepare_quote(std::string_view symbol, trading::Duration patience) const override;
  trading::Status prepare_bars(const BarQuery& query, trading::Duration patience) const override;
  [[nodiscard]] trading::Result<trading::Quote> quote(std::string_view symbol, trading::Timestamp now) const override;
  [[nodiscard]] std::optional<trading::MarketSlice> next_slice(std::string_view symbol, trading::Timestamp after,
                                                               trading::Timestamp until) const override;
  [[nodiscard]] trading::Result<BarReply> bars(const BarQuery& query) const override;
  [[nodiscard]] std::int64_t average_daily_volume(std::string_view symbol, trading::TradingDate date) const override;
  // The service tells of none: an empty list here is not knowledge, and findings() says so.
  [[nodiscard]] std::vector<CorporateAction> corporate_actions(std::string_view, trading::TradingDate,
                                                               trading::TradingDate) const override {
    return {};
  }
  [[nodiscard]] Standing surveillance(std::string_view symbol, trading::TradingDate date) const override;
  [[nodiscard]] Standing continuity(std::string_view symbol, trading::TradingDate date) const override;
  [[nodiscard]] Standing clock_sanity() const override;
  [[nodiscard]] bool has_intraday(std::string_view symbol) const override;
  [[nodiscard]] std::vector<std::string> findings() const override;

  // The account's one session, for whoever else trades on it (ClientSetup::session_of); this source keeps it alive.
  [[nodiscard]] smartapi::Client& session() { return *client_; }
  [[nodiscard]] bool has_account() const { return has_credentials_; }
  // Work for the client, done by the rest thread in turn. False: too much waits, or there is no
  // account. Work that waits at a stop is dropped.
  bool post(std::function<void(smartapi::Client&)> work) const;

  // One round of each thread's work. True: there was something to do.
  bool pump_rest();
  void pump_stream(std::int64_t most_wait_us);

 private:
  // A span of candles to be fetched; days, both included.
  struct BarWish {
    std::string symbol;
    trading::Timeframe timeframe = trading::Timeframe::kOneDay;
    DaySpan days;
    friend bool operator<(const BarWish& a, const BarWish& b) {
      return std::tie(a.symbol, a.timeframe, a.days.first, a.days.last) < std::tie(b.symbol, b.timeframe, b.days.first, b.days.last);
    }
  };
  struct Wanted {
    std::int64_t asked_us = 0;  // steady
  };

  explicit SmartApiSource(SmartApiSourceSetup setup);
  // At the start a failure falls back to the last good selection; later what is in use stays.
  trading::Status load_instruments(std::int64_t timeout_ms);
  void take_instruments(std::vector<trading::Instrument> instruments);
  bool do_posted_work();
  // What a new day or a long silence asks for. True: something was fetched.
  bool do_rounds();
  bool poll_quotes();
  bool ask_quotes(const std::vector<std::string>& symbols);
  void start();
  void want(std::string_view symbol) const;
  void want_bars(BarWish wish) const;
  bool fetch_quotes();
  bool fetch_bars();
  trading::Status fetch_bar_span(const BarWish& wish);
  void update_subscriptions();
  void measure_volume(const std::string& symbol);
  // What has to be fetched before bars(query) is whole.
  [[nodiscard]] trading::Result<std::vector<BarWish>> missing_for(const BarQuery& query) const;
  [[nodiscard]] DaySpan span_of(const BarQuery& query) const;
  [[nodiscard]] trading::TradingDate today() const { return trading::date_of(setup_.clock->market_now()); }
  void log(const std::string& line) const;
  void remember_problem(const trading::Error& error) const;

  SmartApiSourceSetup setup_;
  bool has_credentials_ = false;
  std::unique_ptr<BarStore> store_;
  std::vector<std::unique_ptr<InstrumentMaster>> masters_;  // the rest thread's; one a day at most
  std::atomic<const InstrumentMaster*> master_{nullptr};    // the newest of them
  std::unique_ptr<QuoteCache> quotes_;
  std::unique_ptr<smartapi::Client> client_;         // the rest thread's
  std::unique_ptr<smartapi::FrameSocket> socket_;    // the stream thread's
  std::unique_ptr<smartapi::MarketStream> stream_;

  mutable std::mutex mutex_;
  mutable std::condition_variable news_;             // something was fetched, or wished for
  mutable std::map<std::string, Wanted, std::less<>> wanted_;      // guarded by mutex_; symbols to be streamed
  mutable std::set<std::string> quote_wishes_;       // guarded by mutex_
  mutable std::set<BarWish> bar_wishes_;             // guarded by mutex_
  mutable std::map<std::string, std::string> quote_problems_;  // guarded by mutex_: why a symbol has no quote
  mutable std::map<std::string, std::pair<trading::Error, std::int64_t>> bar_problems_;  // guarded by mutex_; when, steady
  // What the finished daily bars before `date` say.
  struct DailyFacts {
    trading::TradingDate date;
    std::int64_t average_volume = 0;  // 0: unknown
    trading::Price last_close;        // zero: unknown
  };
  mutable std::map<std::string, DailyFacts, std::less<>> daily_;  // guarded by mutex_
  mutable std::deque<std::function<void(smartapi::Client&)>> posted_;  // guarded by mutex_
  struct Cautionary {
    trading::TradingDate day;                   // of the list
    std::map<std::string, std::string> tokens;  // -> the exchange's words
    std::string problem;                        // why today's is not there
  };
  std::optional<Cautionary> cautionary_;             // guarded by mutex_
  mutable std::map<std::pair<std::string, trading::Timeframe>, std::pair<std::int64_t, trading::BarSeries>> today_;  // guarded by mutex_: steady, running day
  mutable std::optional<trading::Error> problem_;    // guarded by mutex_; the newest of the session
  std::vector<std::string> findings_;                // guarded by mutex_
  // The rest thread's, steady: nothing before these.
  std::int64_t next_rest_us_ = 0;     // after a failed log-in
  std::int64_t next_poll_us_ = 0;     // of quotes
  std::int64_t next_reload_us_ = 0;   // of the instrument file
  std::int64_t next_list_us_ = 0;     // of the cautionary list
  std::int64_t next_skew_us_ = 0;     // of the server's clock
  trading::TradingDate instruments_day_;             // the rest thread's: of the newest good file
  std::int64_t wall_less_boot_us_ = 0;               // constant after the start

  std::atomic<bool> is_stopping_{false};
  std::thread rest_thread_;
  std::thread stream_thread_;
};

}  // namespace broker
