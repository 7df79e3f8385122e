#pragma once

// A thread that looks at the account: the order stream, and reads of its books (orders, trades, positions, funds). A read is
// made when the stream opened, was lost or said something that moves shares, and at an interval that is short while
// something works. What it saw waits in a bounded box for the desk; a full box is emptied and the books are read anew.
//
// Never writes an order, never touches the ledger.

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "execution_broker/exchange/smartapi/session/account_reads.h"
#include "execution_broker/exchange/smartapi/stream/order_stream.h"

namespace broker {

// The account's books as one good read of all of them gave them.
struct AccountReading {
  std::int64_t number = 0;
  std::int64_t begun_steady_us = 0;
  std::vector<smartapi::OrderRow> orders;
  std::vector<smartapi::TradeRow> trades;
  std::vector<smartapi::PositionRow> positions;
  smartapi::Funds funds;
};

struct Sightings {
  std::vector<smartapi::OrderRow> rows;                          // of the stream, oldest first
  std::vector<std::shared_ptr<const AccountReading>> readings;   // oldest first
};

struct OrderWatchSetup {
  smartapi::ClientSetup client;  // with a session of its own or a borrowed one; the transport is this thread's alone
  std::string order_stream_url;
  std::unique_ptr<smartapi::FrameSocket> socket;
  std::function<void(const std::string& line)> log;  // key=value; this thread
};

class OrderWatch {
 public:
  explicit OrderWatch(OrderWatchSetup setup);
  ~OrderWatch();
  OrderWatch(const OrderWatch&) = delete;
  OrderWatch& operator=(const OrderWatch&) = delete;

  // What came since the last call.
  Sightings take();
  // Something works or is in doubt: read often.
  void set_active(bool is_active) { is_active_ = is_active; }
  // Read the books soon.
  void ask();
  // Waits for a read that begins after this call. BOOKS_UNREAD after `patience_us`, with the newest reason.
  trading::Result<std::shared_ptr<const AccountReading>> read_now(std::int64_t patience_us);
  // Why the books are not known as of now; empty = they are. Any thread.
  [[nodiscard]] std::string problem() const;
  [[nodiscard]] std::string session_problem() const;

 private:
  static constexpr std::size_t kMostRows = 2'000;

  void loop();
  void read_books();
  trading::Result<AccountReading> read_all();
  void on_order(const smartapi::OrderRow& row);
  void need_books(const std::string& why);

  OrderWatchSetup setup_;
  smartapi::Client client_;
  smartapi::OrderStream stream_;
  std::int64_t next_read_us_ = 0;    // the thread's own
  std::int64_t last_read_us_ = 0;

  std::atomic<bool> is_stopping_{false};
  std::atomic<bool> is_active_{true};
  std::atomic<bool> is_asked_{true};
  mutable std::mutex mutex_;
  std::condition_variable news_;
  Sightings box_;                              // guarded by mutex_
  std::int64_t readings_ = 0;                  // guarded by mutex_
  std::shared_ptr<const AccountReading> newest_;  // guarded by mutex_
  std::string problem_ = "the account's books have not been read yet";  // guarded by mutex_
  std::string session_problem_ = "no session yet";                      // guarded by mutex_
  std::thread thread_;
};

}  // namespace broker
