#pragma once

// Good-till-triggered rules: kept and listed, never triggered by themselves (a triggered rule is
// made by hand on the control port and becomes an ordinary order without the caller's tag).

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

#include "tests/sandbox_exchange/listing.h"
#include "trading/time/timestamp.h"

namespace sandbox {

struct GttRule {
  std::int64_t id = 0;
  std::string client_code;
  std::string status = "NEW";  // NEW, ACTIVE, CANCELLED, SENTTOEXCHANGE
  const Listing* listing = nullptr;
  bool is_buy = true;
  std::string product;
  trading::Price price;
  trading::Price trigger;
  std::int64_t quantity = 0;
  std::int64_t disclosed = 0;
  trading::Timestamp created;
  trading::Timestamp updated;
  trading::Timestamp expires;
};

class GttBook {
 public:
  GttRule& add(GttRule rule) {
    rule.id = 1'000'001 + static_cast<std::int64_t>(rules_.size());
    rules_.push_back(std::move(rule));
    return rules_.back();
  }
  [[nodiscard]] GttRule* find(std::string_view client_code, std::string_view id) {
    for (GttRule& rule : rules_)
      if (rule.client_code == client_code && std::to_string(rule.id) == id) return &rule;
    return nullptr;
  }
  [[nodiscard]] const std::deque<GttRule>& all() const { return rules_; }

 private:
  std::deque<GttRule> rules_;
};

}  // namespace sandbox
