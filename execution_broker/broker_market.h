#pragma once

// The market a broker was told to trade on, with its time, and what became of its stream.

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

#include "execution_broker/clock/real_clock.h"
#include "execution_broker/config/settings.h"
#include "execution_broker/desk/book.h"
#include "execution_broker/home_folders.h"
#include "execution_broker/market/market_source.h"
#include "execution_broker/market/smartapi/smartapi_source.h"
#include "trading/base/result.h"

namespace broker {

// Where market time comes from when the market is a real one.
struct MarketTime {
  RealClock machine;
  HeardClock heard;  // MARKET_CLOCK=exchange
  bool is_heard = false;

  [[nodiscard]] const Clock& clock() const { return is_heard ? static_cast<const Clock&>(heard) : machine; }
};

// What became of the market stream, told by its thread and written by the desk's: the audit log shows from when to when no
// price could have been fresh.
class StreamEvents {
 public:
  void add(const StreamEvent& event);  // any thread
  trading::Status flush(Book& book);   // the desk's

 private:
  static constexpr std::size_t kMostWaiting = 64;  // between two ticks
  std::mutex mutex_;
  std::vector<StreamEvent> waiting_;  // guarded by mutex_
  std::int64_t left_out_ = 0;         // guarded by mutex_
};

// Prices over the network. `record` hears of each call, `on_stream` of each line that opens or is lost. With
// MARKET_CLOCK=exchange `time` has been heard when this returns. Errors: those of SmartApiSource::open, EXCHANGE_CLOCK_SILENT.
trading::Result<std::unique_ptr<SmartApiSource>> open_smartapi(const Settings& settings, const HomeFolders& folders, MarketTime& time,
                                                               std::function<void(const smartapi::CallRecord&)> record,
                                                               std::function<void(const StreamEvent&)> on_stream);

// A market that holds everything itself. Errors: those of CsvSource::open.
trading::Result<std::unique_ptr<MarketSource>> open_virtual_market(const Settings& settings);

}  // namespace broker
