#pragma once

// What a broker is made of. For broker*.cpp only.

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "execution_broker/audit/audit_exporter.h"
#include "execution_broker/broker.h"
#include "execution_broker/broker_market.h"
#include "execution_broker/desk/book_desk.h"
#include "execution_broker/desk/call_log.h"
#include "execution_broker/desk/halt_watch.h"
#include "execution_broker/exchange/smartapi/session/account_reader.h"
#include "execution_broker/exposure_mark.h"
#include "execution_broker/isolation_watch.h"
#include "execution_broker/modes.h"
#include "execution_broker/service/open_door.h"
#include "execution_broker/service/service_context.h"

namespace broker {

// A thread that does one thing at an interval until it is told to stop.
class Periodic {
 public:
  Periodic(std::chrono::milliseconds every, std::function<void()> work)
      : thread_([this, every, work = std::move(work)] {
          std::unique_lock lock(mutex_);
          while (!stop_.wait_for(lock, every, [this] { return is_stopping_; })) {
            lock.unlock();
            work();
            lock.lock();
          }
        }) {}
  ~Periodic() {
    {
      const std::lock_guard lock(mutex_);
      is_stopping_ = true;
    }
    stop_.notify_all();
    thread_.join();
  }
  Periodic(const Periodic&) = delete;
  Periodic& operator=(const Periodic&) = delete;

 private:
  std::mutex mutex_;
  std::condition_variable stop_;
  bool is_stopping_ = false;  // guarded by mutex_
  std::thread thread_;
};

// Names or numbers of users -> uids; none = the broker's own.
trading::Result<std::vector<std::uint32_t>> uids_of(const std::vector<std::string>& users, const char* key);

// In the order of construction; destroyed the other way round, with the doors first.
struct Broker::Parts {
  Settings settings;
  HomeFolders folders;
  MarketTime market_time;
  trading::TradingMode mode = trading::TradingMode::kPaper;  // of the book that is open
  trading::Status isolation;  // as it was at the start
  std::unique_ptr<IsolationWatch> isolation_watch;
  CallLog exchange_calls;  // what the broker asked of the exchange
  StreamEvents stream_events;
  std::unique_ptr<smartapi::AccountReader> account_reads;  // the source's thread works for it
  std::unique_ptr<MarketSource> market;
  SmartApiSource* smartapi = nullptr;  // the same object where prices come from there
  std::unique_ptr<Database> database;
  std::unique_ptr<AuditLog> audit;
  std::unique_ptr<Ledger> ledger;
  std::unique_ptr<VirtualClock> clock;
  std::unique_ptr<PaperExchange> paper;           // of the paper book
  std::unique_ptr<SmartApiExchange> remote;       // of a rehearsal
  HaltFlag halt;
  std::unique_ptr<BookDesk> desk;
  std::optional<Book> book;
  CallLog calls;           // as the doors saw them
  CallLog reported_calls;  // as the gateways told them: a flood of these hides none of the others
  std::unique_ptr<Database> audit_reader;     // guarded by audit_reader_mutex
  std::mutex audit_reader_mutex;
  std::unique_ptr<Database> export_reader;    // the exporter's thread
  std::unique_ptr<AuditExporter> exporter;    // the exporter's thread
  std::atomic<std::int64_t> last_call_steady_us{0};
  std::atomic<std::int64_t> last_tick_steady_us{0};
  ExposureMark exposure;  // the desk's thread
  SessionFacts session;
  SettingsView settings_view;
  std::unique_ptr<DeskThread> desk_thread;
  std::unique_ptr<HaltWatch> halt_watch;
  std::unique_ptr<Periodic> export_thread;
  std::unique_ptr<Periodic> isolation_thread;
  std::unique_ptr<ServiceContext> context;
  std::unique_ptr<OpenDoor> agent_door;
  std::unique_ptr<OpenDoor> operator_door;

  Parts(HomeFolders home, Settings values) : settings(std::move(values)), folders(std::move(home)), exposure(folders.run()) {}

  trading::Status open_books();  // broker_books.cpp
  trading::Status open_doors();  // broker_doors.cpp
  void on_tick();                // the desk's thread
  trading::Status tell_isolation();
  trading::Result<AuditTrail> fetch_trail(const AuditTrailQuery& query);  // any thread
  void note_call(const smartapi::CallRecord& call);
};

}  // namespace broker
