#pragma once

// Looks at the broker about once a second for what hosts subscribe to, and tells when it changed:
// orders that moved, positions that came, went or got other stops. Prices move all the time, so a
// price alone is no change.
//
// Looks only after the resource was read once and while a broker runs: it never starts one, and a
// host that reads no resource costs nothing.

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace broker_client {
class BrokerClient;
}

namespace resources {

class Watcher {
 public:
  static constexpr std::chrono::milliseconds kInterval{1'000};

  // What a resource holds as far as it matters, as text; nothing when it cannot be read now.
  using Look = std::function<std::optional<std::string>()>;
  // Is anybody interested in the resource?
  using IsWanted = std::function<bool(const std::string& uri)>;
  using Changed = std::function<void(const std::string& uri)>;

  Watcher(std::map<std::string, Look> looks, IsWanted is_wanted, Changed changed,
          std::chrono::milliseconds interval = kInterval);
  ~Watcher();
  Watcher(const Watcher&) = delete;
  Watcher& operator=(const Watcher&) = delete;

 private:
  void run(const std::stop_token& stop);
  void look_at(const std::string& uri, const Look& look);

  std::map<std::string, Look> looks_;
  IsWanted is_wanted_;
  Changed changed_;
  std::chrono::milliseconds interval_;
  std::map<std::string, std::string> last_;  // used by the thread only
  std::mutex mutex_;                         // of the wait; guards nothing else
  std::condition_variable_any wake_;
  std::jthread thread_;  // last: it uses everything above
};

// The looks of portfolio and orders.
std::map<std::string, Watcher::Look> broker_looks(broker_client::BrokerClient& broker);

}  // namespace resources
