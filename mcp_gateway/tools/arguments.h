#pragma once

// The arguments of a call as values of the trade. Types and bounds were checked before the handler
// ran; what is left is exactness: rupees with more than four decimals, a date that is none. All
// faults are collected, so that a caller hears of them at once.

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "broker/v1/common.pb.h"
#include "trading/time/timestamp.h"

namespace mcp {
struct ToolResult;
}

namespace tools {

class Arguments {
 public:
  explicit Arguments(const nlohmann::json& values) : values_(values) {}

  [[nodiscard]] bool has(const char* name) const;
  [[nodiscard]] std::string text(const char* name) const;    // empty when absent
  [[nodiscard]] std::int64_t whole(const char* name) const;  // 0 when absent
  [[nodiscard]] bool flag(const char* name) const;

  // Rupees as 1/10,000 rupee, from the shortest text that names the number: 812.05 is 8120500.
  std::optional<std::int64_t> rupees_e4(const char* name);
  // Any number with at most `decimals` decimals, as an integer of that scale; 0 when absent.
  std::int64_t scaled(const char* name, int decimals);

  // A day or an instant, IST where no zone stands. A day means its first or its last microsecond.
  std::optional<trading::Timestamp> from_time(const char* name);
  std::optional<trading::Timestamp> until_time(const char* name);

  [[nodiscard]] broker::v1::Side side(const char* name = "side") const;
  [[nodiscard]] broker::v1::Product product(const char* name = "product_type") const;
  [[nodiscard]] broker::v1::OrderType order_type() const;

  // INVALID_ARGUMENT with everything found so far; nothing when all was well.
  [[nodiscard]] std::optional<mcp::ToolResult> refusal() const;
  // A fault that a tool found itself: "price" "belongs to LIMIT orders".
  void fault(const char* name, const std::string& problem);

 private:
  std::optional<trading::Timestamp> time(const char* name, bool is_end);

  const nlohmann::json& values_;
  std::vector<std::string> fields_;
  std::string problems_;
};

// All arguments of an order: those of place_paper_order, preview_order and the risk rules
// (entry_price stands for price there).
broker::v1::OrderTerms order_terms(Arguments& arguments);

// The number's shortest decimal text, without an exponent.
std::string exact_text(const nlohmann::json& number);

}  // namespace tools
