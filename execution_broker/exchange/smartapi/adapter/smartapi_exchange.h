#pragma once

// The exchange behind SmartAPI, as the desk's port. A command is one HTTP attempt over a connection of its own; what nobody
// answered for is unknown and is found again by its ordertag in the books. Orders are LIMIT and stop-limit, DAY; MARKET,
// stop-market and every delivery sale are refused here because the wire has no value that spells them.
//
// The desk's thread alone. Commands wait for the service, at most one request's time-out.

#include <functional>
#include <memory>

#include "execution_broker/exchange/smartapi/adapter/order_watch.h"
#include "execution_broker/exchange/smartapi/adapter/remote_book.h"

namespace broker {

class SmartApiExchange final : public Exchange {
 public:
  static trading::Result<std::unique_ptr<SmartApiExchange>> open(Database& database, const InstrumentMaster& instruments,
                                                                 const Clock& clock,
                                                                 std::unique_ptr<smartapi::HttpTransport> transport,
                                                                 smartapi::ClientSetup writer,
                                                                 std::unique_ptr<smartapi::HttpTransport> watch_transport,
                                                                 OrderWatchSetup watch);

  [[nodiscard]] std::string name() const override { return "smartapi"; }
  [[nodiscard]] bool is_in_the_ledgers_file() const override { return false; }
  Outcome place(const ExchangeOrder& order) override;
  Outcome modify(const ExchangeModification& modification) override;
  Outcome cancel(const std::string& ordertag) override;
  trading::Result<std::vector<ExchangeEvent>> events(std::int64_t after, std::size_t limit) override;
  // Reads the account's books now and waits for them.
  trading::Result<std::vector<ExchangeBookRow>> order_book() override;
  [[nodiscard]] AbsencePolicy absence_policy() const override { return {}; }
  trading::Status collect() override;
  std::optional<BookReading> newest_reading(std::int64_t after) override;
  [[nodiscard]] AccountStanding standing() const override;

 private:
  SmartApiExchange(Database& database, const InstrumentMaster& instruments, const Clock& clock, RemoteBook book,
                   std::unique_ptr<smartapi::HttpTransport> transport, smartapi::ClientSetup writer,
                   std::unique_ptr<smartapi::HttpTransport> watch_transport, OrderWatchSetup watch);
  [[nodiscard]] trading::Result<smartapi::WireRequest> wire_of(const ExchangeOrder& order) const;
  [[nodiscard]] trading::Result<smartapi::WireRequest> wire_of(const RemoteOrder& placed, const ExchangeModification& wanted) const;
  trading::Status take_in(const std::shared_ptr<const AccountReading>& reading);

  Database& database_;
  const InstrumentMaster& instruments_;
  const Clock& clock_;
  RemoteBook book_;
  std::shared_ptr<const AccountReading> newest_;
  std::unique_ptr<smartapi::HttpTransport> transport_;
  smartapi::Client writer_;
  std::unique_ptr<smartapi::HttpTransport> watch_transport_;
  std::unique_ptr<OrderWatch> watch_;  // last: its thread ends first
};

}  // namespace broker
