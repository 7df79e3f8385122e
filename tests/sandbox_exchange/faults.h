#pragma once

// The faults that can be injected: a table of names, where each can strike, what it takes; and the
// armed ones. A fault is consumed where it takes effect and nowhere else, so its hit count is the
// number of times a client really met it.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tests/sandbox_exchange/dice.h"
#include "tests/sandbox_exchange/json.h"
#include "trading/base/result.h"

namespace sandbox {

struct FaultRow {
  std::string_view name;  // Q01 ...
  // Endpoints it can strike: names, or one of
  //   rest     every REST call      secure   every REST call with a token
  //   writes   place, modify, cancel
  // Separated by blanks.
  std::string_view where;
  std::string_view what;
  std::string_view options;  // what it reads from its options, empty when nothing
};

// In the order of their numbers.
const std::vector<FaultRow>& fault_table();
const FaultRow* find_fault(std::string_view name);
bool can_strike(const FaultRow& row, std::string_view endpoint);

struct ArmedFault {
  std::int64_t id = 0;
  std::string name;
  std::string endpoint = "*";       // one endpoint, or wherever the fault can strike
  std::int64_t skip = 0;            // lets so many chances pass first
  std::int64_t remaining = 1;       // strikes left; -1 = without end
  std::int64_t millionths = 1'000'000;  // chance of each strike
  std::int64_t hits = 0;
  std::string options;              // JSON object as text

  // An option as a number or text, else the default.
  [[nodiscard]] std::int64_t number(std::string_view option, std::int64_t otherwise) const;
  [[nodiscard]] std::string text(std::string_view option, std::string_view otherwise) const;
};

class Faults {
 public:
  explicit Faults(std::uint64_t seed) : dice_(mixed_seed(seed, "faults")) {}

  // {"name":"Q03","endpoint":"getOrderBook","count":3,"skip":0,"probability":0.1,"options":{...}}
  // FAULT_UNKNOWN, FAULT_ENDPOINT, FAULT_FIELD.
  trading::Result<std::int64_t> arm(const Json& request);
  void disarm_all() {
    armed_.clear();
    down_until_.clear();
  }
  bool disarm(std::int64_t id);

  // The fault strikes here and now, or not. Asked at the point of effect only; `has_effect` says, by
  // the fault's options, whether it would change anything: where not, its chance is not used up.
  using HasEffect = std::function<bool(const ArmedFault&)>;
  std::optional<ArmedFault> strike(std::string_view name, std::string_view endpoint,
                                   const HasEffect& has_effect = nullptr);

  // Q35 keeps an endpoint down until a time of the steady clock; each refusal is a hit.
  void stay_down(std::string_view endpoint, std::int64_t until_steady_us);
  bool is_down(std::string_view endpoint, std::int64_t steady_us);

  [[nodiscard]] Json armed() const;
  [[nodiscard]] Json hits() const;  // {"Q03": 2, ...} since the start, disarmed ones included
  [[nodiscard]] static Json catalogue();

 private:
  Dice dice_;
  std::int64_t next_id_ = 1;
  std::vector<ArmedFault> armed_;
  void count(std::string_view name);

  std::vector<std::pair<std::string, std::int64_t>> hits_;
  std::vector<std::pair<std::string, std::int64_t>> down_until_;
};

}  // namespace sandbox
