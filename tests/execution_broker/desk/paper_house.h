#pragma once

// A desk with a real ledger in a temporary folder, the paper exchange and a simulated market at a stepped clock. Can be
// closed and opened again on the same files, as after a crash.

#include <stdlib.h>

#include <filesystem>
#include <memory>
#include <string>

#include "execution_broker/desk/book_desk.h"
#include "execution_broker/ledger/schema.h"
#include "execution_broker/market/simulated/simulated_source.h"

namespace broker {

class PaperHouse {
 public:
  explicit PaperHouse(std::uint64_t seed = 1, std::map<std::string, std::string> limits = {},
                      trading::Timestamp start = trading::timestamp_of(trading::TradingDate::from_civil(2026, 11, 23),
                                                                       trading::at(9, 15)))
      : source(std::make_unique<SimulatedSource>(seed)), limits_(std::move(limits)), start_(start) {
    std::string pattern = (std::filesystem::temp_directory_path() / "paper_house_XXXXXX").string();
    folder_ = ::mkdtemp(pattern.data());
    is_temporary_ = true;
    open();
  }
  // In a folder that stays: the storage/ of a home that a broker opens later.
  PaperHouse(std::filesystem::path storage, std::filesystem::path public_key, std::uint64_t seed,
             std::map<std::string, std::string> limits, trading::Timestamp start, trading::Money starting_capital)
      : source(std::make_unique<SimulatedSource>(seed)),
        folder_(std::move(storage)),
        public_key_(std::move(public_key)),
        limits_(std::move(limits)),
        start_(start),
        starting_capital_(starting_capital) {
    open();
  }
  ~PaperHouse() {
    close();
    if (is_temporary_) std::filesystem::remove_all(folder_);
  }
  PaperHouse(const PaperHouse&) = delete;
  PaperHouse& operator=(const PaperHouse&) = delete;

  void open() {
    DatabaseOptions options;
    options.application_id = kBookApplicationId;
    options.migrations = book_migrations();
    database = must(Database::open(folder_ / "paper.db", options));
    AuditOptions audit_options;
    audit_options.ledger_prefix = "paper";
    audit_options.boot = audit_format::random_id();
    audit_options.wall_now = [] { return trading::Timestamp{1'800'000'000'000'000}; };
    audit_options.signing_key_file = folder_ / "audit_signing.key";
    audit_options.public_key_file = public_key_.empty() ? folder_ / "audit.pub" : public_key_;
    audit = must(AuditLog::open(*database, audit_options));
    ledger = must(Ledger::open(*database, trading::TradingMode::kPaper, audit->ledger(), trading::Timestamp{1}));
    Pace pace;
    pace.speed_e4 = 0;
    clock = std::make_unique<VirtualClock>(source->calendar(), MarketDriver::durable_time(*ledger, start_), pace);
    exchange = must(PaperExchange::open(*database, *source, *clock));
    DeskSetup setup;
    if (starting_capital_) setup.starting_capital = *starting_capital_;
    setup.file_limits = limits_;
    setup.boot_id = audit->boot();
    setup.broker_version = "test";
    desk = must(BookDesk::open(Book{trading::TradingMode::kPaper, *ledger, *audit, *exchange, exchange.get()},
                               Market{*source, *clock, clock.get()}, halt, std::move(setup)));
  }
  void close() {
    desk.reset();
    exchange.reset();
    ledger.reset();
    audit.reset();
    database.reset();
  }
  void reopen() {
    close();
    open();
  }

  trading::Quote quote(const std::string& symbol) const { return must(source->quote(symbol, clock->market_now())); }

  // A marketable bracket around the last price: stop and target in percent of it, on tick.
  trading::OrderRequest bracket(const std::string& symbol, trading::Side side, std::int64_t quantity, int stop_bps = 100,
                                int target_bps = 300, trading::Product product = trading::Product::kIntraday) const {
    const trading::Quote now = quote(symbol);
    const trading::Price tick = tick_of(*must(source->instruments().find(symbol)), trading::date_of(clock->market_now()),
                                        now.slice.previous_close);
    const auto moved = [&](int bps) {
      return (now.slice.last + part_of(now.slice.last, trading::Bps(bps), trading::Rounding::kHalfUp)).floor_to(tick);
    };
    const int sign = side == trading::Side::kBuy ? 1 : -1;
    trading::OrderRequest request;
    request.symbol = symbol;
    request.side = side;
    request.quantity = trading::Quantity(quantity);
    request.product = product;
    request.stop_loss = moved(-sign * stop_bps);
    request.target = moved(sign * target_bps);
    request.strategy = "test";
    return request;
  }

  template <typename T>
  static T must(trading::Result<T> result) {
    if (!result) {
      std::fprintf(stderr, "%s\n", result.error().text().c_str());
      std::abort();
    }
    return std::move(*result);
  }

  std::unique_ptr<SimulatedSource> source;
  std::unique_ptr<Database> database;
  std::unique_ptr<AuditLog> audit;
  std::unique_ptr<Ledger> ledger;
  std::unique_ptr<VirtualClock> clock;
  std::unique_ptr<PaperExchange> exchange;
  HaltFlag halt;
  std::unique_ptr<BookDesk> desk;
  const Requester agent{Role::kAgent, 1000};
  const Requester human{Role::kOperator, 1000};

 private:
  std::filesystem::path folder_;
  std::filesystem::path public_key_;
  bool is_temporary_ = false;
  std::map<std::string, std::string> limits_;
  trading::Timestamp start_;
  std::optional<trading::Money> starting_capital_;
};

}  // namespace broker
