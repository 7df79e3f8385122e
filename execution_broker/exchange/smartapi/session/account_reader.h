#pragma once

// The account's reads for callers on any thread: each is carried out by the thread that owns the
// client, and many callers share one answer. The service allows about one read of a book a second;
// an answer therefore serves everybody for kSharedFor, a failure for kFailureHeldFor, and a read
// that is on its way is waited for, not asked again. An answer carries its age.

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "execution_broker/clock/clock.h"
#include "execution_broker/exchange/account.h"
#include "execution_broker/exchange/smartapi/session/account_reads.h"

namespace broker::smartapi {

class AccountReader {
 public:
  static constexpr std::int64_t kSharedForUs = 2'000'000;
  static constexpr std::int64_t kFailureHeldForUs = 5'000'000;
  // Below the deadline of the gateway's call: whoever waits gets a reason, not a time-out.
  static constexpr std::int64_t kPatienceUs = 4'000'000;

  using Work = std::function<void(Client&)>;
  // Hands work to the client's thread. False: it takes no more now.
  using Post = std::function<bool(Work)>;

  // `clock` outlives the reader; `client_code` is shown masked.
  AccountReader(Post post, const Clock& clock, const Secret& client_code);

  trading::Result<AccountFunds> funds();
  trading::Result<AccountPositions> positions();
  trading::Result<AccountHoldings> holdings();
  trading::Result<AccountOrderStatus> order_status(const std::string& order_id);

  // All four as functions; the reader outlives them.
  [[nodiscard]] AccountReads reads();

 private:
  // The newest answer of one read. Work in flight holds it, too: a caller may have gone by then.
  template <typename T>
  struct Shelf {
    std::mutex mutex;
    std::condition_variable news;
    std::optional<trading::Result<T>> newest;  // guarded by mutex, as all below
    trading::Timestamp read_at;
    std::int64_t read_steady_us = 0;
    std::int64_t generation = 0;
    bool is_asked = false;
  };
  template <typename T>
  struct Answered {
    T value;
    AccountAnswer answer;
  };
  template <typename T>
  trading::Result<Answered<T>> ask(const std::shared_ptr<Shelf<T>>& shelf, trading::Result<T> (*fetch)(Client&),
                                   const char* what);

  const Post post_;
  const Clock& clock_;
  const std::string account_;
  std::shared_ptr<Shelf<Funds>> funds_ = std::make_shared<Shelf<Funds>>();
  std::shared_ptr<Shelf<Rows<PositionRow>>> positions_ = std::make_shared<Shelf<Rows<PositionRow>>>();
  std::shared_ptr<Shelf<Rows<HoldingRow>>> holdings_ = std::make_shared<Shelf<Rows<HoldingRow>>>();
  std::shared_ptr<Shelf<Rows<OrderRow>>> orders_ = std::make_shared<Shelf<Rows<OrderRow>>>();
};

}  // namespace broker::smartapi
