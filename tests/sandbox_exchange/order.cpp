#include "tests/sandbox_exchange/order.h"

namespace sandbox {

using namespace trading;

std::string_view words_of(OrderState state) {
  switch (state) {
    case OrderState::kReceived: return "put order req received";
    case OrderState::kValidation: return "validation pending";
    case OrderState::kOpenPending: return "open pending";
    case OrderState::kOpen: return "open";
    case OrderState::kTriggerPending: return "trigger pending";
    case OrderState::kComplete: return "complete";
    case OrderState::kRejected: return "rejected";
    case OrderState::kCancelled: return "cancelled";
    case OrderState::kAfterMarket: return "after market order req received";
    case OrderState::kAfterMarketCancelled: return "cancelled after market order";
  }
  return "";
}

bool is_final(OrderState state) {
  switch (state) {
    case OrderState::kComplete:
    case OrderState::kRejected:
    case OrderState::kCancelled:
    case OrderState::kAfterMarketCancelled: return true;
    case OrderState::kReceived:
    case OrderState::kValidation:
    case OrderState::kOpenPending:
    case OrderState::kOpen:
    case OrderState::kTriggerPending:
    case OrderState::kAfterMarket: return false;
  }
  return false;
}

std::string_view words_of(OrderType type) {
  switch (type) {
    case OrderType::kLimit: return "LIMIT";
    case OrderType::kMarket: return "MARKET";
    case OrderType::kStopLimit: return "STOPLOSS_LIMIT";
    case OrderType::kStopMarket: return "STOPLOSS_MARKET";
  }
  return "";
}

Price Order::average() const {
  return filled == 0 ? Price() : Price(divide(filled_value_e4, filled, Rounding::kHalfUp));
}

std::string Order::status() const {
  return shown_status.empty() ? std::string(words_of(state)) : shown_status;
}

}  // namespace sandbox
