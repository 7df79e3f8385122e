#include "execution_broker/exchange/smartapi/adapter/order_watch.h"

#include <chrono>

namespace broker {

using trading::make_error;
using trading::Result;
using trading::Retry;

namespace {

constexpr std::int64_t kStreamWaitUs = 20'000;
constexpr std::int64_t kActiveEveryUs = 5'000'000;
constexpr std::int64_t kQuietEveryUs = 30'000'000;
constexpr std::int64_t kAfterFailureUs = 1'000'000;
constexpr std::int64_t kBetweenReadsUs = 1'000'000;  // the books may be read once a second

}  // namespace

OrderWatch::OrderWatch(OrderWatchSetup setup)
    : setup_(std::move(setup)),
      client_(std::move(setup_.client)),
      stream_({*setup_.socket, client_.clock(), setup_.order_stream_url, [this] { return client_.stream_credentials(); },
               [this](const smartapi::OrderRow& row) { on_order(row); }, [this](const std::string& why) { need_books(why); },
               [this](int status, const std::string& why) {
                 if (status == 401 || status == 403) client_.distrust_session();
                 setup_.log("event=order_stream_refused status=" + std::to_string(status) + " why=\"" + client_.scrubbed(why) + "\"");
               }}),
      thread_([this] { loop(); }) {}

OrderWatch::~OrderWatch() {
  is_stopping_ = true;
  news_.notify_all();
  thread_.join();
}

void OrderWatch::loop() {
  while (!is_stopping_) {
    const auto ready = client_.ensure_session();
    {
      const std::lock_guard lock(mutex_);
      session_problem_ = ready ? "" : ready.error().text();
      if (!ready) problem_ = ready.error().text();
    }
    if (!ready) {
      std::unique_lock lock(mutex_);
      news_.wait_for(lock, std::chrono::milliseconds(100), [this] { return is_stopping_.load(); });
      continue;
    }
    stream_.step(kStreamWaitUs);
    const std::int64_t now = client_.clock().steady_us();
    const std::int64_t every = is_active_ ? kActiveEveryUs : kQuietEveryUs;
    if (now < next_read_us_ || (!is_asked_ && now - last_read_us_ < every)) continue;
    read_books();
  }
  stream_.close();
}

void OrderWatch::on_order(const smartapi::OrderRow& row) {
  // What fills is told exactly by the trade book alone.
  if (row.filled > 0) is_asked_ = true;
  const std::lock_guard lock(mutex_);
  if (box_.rows.size() >= kMostRows) {
    box_.rows.clear();
    is_asked_ = true;
  }
  box_.rows.push_back(row);
}

void OrderWatch::need_books(const std::string& why) {
  is_asked_ = true;
  setup_.log("event=order_books_needed why=\"" + why + "\"");
}

void OrderWatch::ask() { is_asked_ = true; }

Result<AccountReading> OrderWatch::read_all() {
  const auto whole = [](const auto& rows, const char* name) -> trading::Status {
    if (rows.is_complete()) return {};
    return make_error("BOOK_UNREADABLE", std::string(name) + " has rows that cannot be read", "nothing may be called flat from it", Retry::kSafe);
  };
  AccountReading reading;
  reading.begun_steady_us = client_.clock().steady_us();
  ASSIGN_OR_RETURN(auto orders, smartapi::fetch_order_book(client_));
  RETURN_IF_ERROR(whole(orders, "the order book"));
  ASSIGN_OR_RETURN(auto trades, smartapi::fetch_trade_book(client_));
  RETURN_IF_ERROR(whole(trades, "the trade book"));
  ASSIGN_OR_RETURN(auto positions, smartapi::fetch_positions(client_));
  RETURN_IF_ERROR(whole(positions, "the list of positions"));
  ASSIGN_OR_RETURN(reading.funds, smartapi::fetch_funds(client_));
  reading.orders = std::move(orders.rows);
  reading.trades = std::move(trades.rows);
  reading.positions = std::move(positions.rows);
  return reading;
}

void OrderWatch::read_books() {
  is_asked_ = false;
  auto reading = read_all();
  const std::int64_t now = client_.clock().steady_us();
  last_read_us_ = now;
  next_read_us_ = now + (reading ? kBetweenReadsUs : kAfterFailureUs);
  {
    const std::lock_guard lock(mutex_);
    if (reading) {
      reading->number = ++readings_;
      newest_ = std::make_shared<const AccountReading>(std::move(*reading));
      // The desk takes them between its jobs; one that waits long is given the newest alone.
      if (box_.readings.size() >= 4) box_.readings.erase(box_.readings.begin());
      box_.readings.push_back(newest_);
      problem_.clear();
    } else {
      if (problem_ != reading.error().text()) setup_.log("event=order_books_unread " + reading.error().text());
      problem_ = reading.error().text();
    }
  }
  if (!reading) is_asked_ = true;
  news_.notify_all();
}

Sightings OrderWatch::take() {
  const std::lock_guard lock(mutex_);
  return std::exchange(box_, {});
}

Result<std::shared_ptr<const AccountReading>> OrderWatch::read_now(std::int64_t patience_us) {
  const std::int64_t asked = client_.clock().steady_us();
  ask();
  std::unique_lock lock(mutex_);
  const bool is_there = news_.wait_for(lock, std::chrono::microseconds(patience_us), [&] {
    return is_stopping_ || (newest_ && newest_->begun_steady_us >= asked);
  });
  if (is_there && newest_ && newest_->begun_steady_us >= asked) return newest_;
  return make_error("BOOKS_UNREAD", "the account's order book, trades, positions and funds could not be read: " + problem_,
                    "check the network and the session, then start the broker again", Retry::kSafe);
}

std::string OrderWatch::problem() const {
  const std::lock_guard lock(mutex_);
  return problem_;
}

std::string OrderWatch::session_problem() const {
  const std::lock_guard lock(mutex_);
  return session_problem_;
}

}  // namespace broker
