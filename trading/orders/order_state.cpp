// The transition table: rows are the state left, each with the states our own steps and the
// exchange's facts may lead to. A pair that is not written is forbidden.

#include "trading/orders/order_state.h"

#include <initializer_list>

#include "trading/base/names.h"

namespace trading {

namespace {

using S = OrderState;

constexpr std::array<NameRow<OrderState>, kOrderStates> kNames{{
    {S::kNew, "NEW"},
    {S::kRefused, "REFUSED"},
    {S::kChecked, "CHECKED"},
    {S::kAwaitingApproval, "AWAITING_APPROVAL"},
    {S::kApproved, "APPROVED"},
    {S::kSubmitting, "SUBMITTING"},
    {S::kAcked, "ACKED"},
    {S::kRejected, "REJECTED"},
    {S::kUnknown, "UNKNOWN"},
    {S::kNotSent, "NOT_SENT"},
    {S::kExpired, "EXPIRED"},
    {S::kVoid, "VOID"},
    {S::kWithdrawn, "WITHDRAWN"},
    {S::kOpen, "OPEN"},
    {S::kTriggerPending, "TRIGGER_PENDING"},
    {S::kPartial, "PARTIAL"},
    {S::kFilled, "FILLED"},
    {S::kCancelled, "CANCELLED"},
    {S::kRejectedLate, "REJECTED_LATE"},
    {S::kFound, "FOUND"},
    {S::kAbsent, "ABSENT"},
}};

constexpr std::uint32_t bit(OrderState state) {
  return 1U << static_cast<unsigned>(state);
}
template <typename... States>
constexpr std::uint32_t set_of(States... states) {
  return (0U | ... | bit(states));
}

struct Row {
  OrderState from;
  std::uint32_t own_steps;
  std::uint32_t exchange_facts;
};

// An order that has not been sent may always be ended without sending it.
constexpr std::uint32_t kEndsUnsent = set_of(S::kExpired, S::kVoid, S::kWithdrawn);
// What an order that reached the exchange may become there. Events may be lost or late, so a fact
// may skip states that came before it; a filled share never goes back.
constexpr std::uint32_t kEnds = set_of(S::kFilled, S::kCancelled, S::kRejectedLate);
constexpr std::uint32_t kFromAcked = set_of(S::kOpen, S::kTriggerPending, S::kPartial) | kEnds;

// clang-format off
constexpr std::array<Row, kOrderStates> kTable{{
    // from, own steps, exchange facts
    {S::kNew, set_of(S::kRefused, S::kChecked), 0},
    {S::kRefused, 0, 0},
    {S::kChecked, set_of(S::kSubmitting, S::kAwaitingApproval) | kEndsUnsent, 0},
    {S::kAwaitingApproval, set_of(S::kApproved) | kEndsUnsent, 0},
    {S::kApproved, set_of(S::kSubmitting) | kEndsUnsent, 0},
    {S::kSubmitting, set_of(S::kAcked, S::kRejected, S::kUnknown, S::kNotSent), 0},
    {S::kAcked, 0, kFromAcked},
    {S::kRejected, 0, 0},
    {S::kUnknown, 0, set_of(S::kFound, S::kAbsent)},
    {S::kNotSent, 0, 0},
    {S::kExpired, 0, 0},
    {S::kVoid, 0, 0},
    {S::kWithdrawn, 0, 0},
    {S::kOpen, 0, set_of(S::kTriggerPending, S::kPartial) | kEnds},
    {S::kTriggerPending, 0, set_of(S::kOpen, S::kPartial) | kEnds},
    {S::kPartial, 0, set_of(S::kPartial, S::kFilled, S::kCancelled)},
    {S::kFilled, 0, 0},
    {S::kCancelled, 0, 0},
    {S::kRejectedLate, 0, 0},
    {S::kFound, 0, kFromAcked},
    {S::kAbsent, 0, set_of(S::kFound)},
}};
// clang-format on

const Row& row_of(OrderState state) {
  const auto index = static_cast<std::size_t>(state);
  INVARIANT(index < kTable.size() && kTable[index].from == state, "order state outside its table");
  return kTable[index];
}

}  // namespace

std::string_view name_of(OrderState state) {
  return name_in(kNames, state);
}

Result<OrderState> parse_order_state(std::string_view text) {
  return parse_in(kNames, text, "ORDER_STATE_INVALID", "status");
}

bool is_allowed(OrderState from, OrderState to, Origin origin) {
  const Row& row = row_of(from);
  const std::uint32_t allowed = origin == Origin::kOwnStep ? row.own_steps : row.exchange_facts;
  return (allowed & bit(to)) != 0;
}

bool is_terminal(OrderState state) {
  const Row& row = row_of(state);
  return row.own_steps == 0 && row.exchange_facts == 0;
}

bool is_working(OrderState state) {
  return (set_of(S::kOpen, S::kTriggerPending, S::kPartial, S::kAcked, S::kFound) & bit(state)) !=
         0;
}

bool is_in_doubt(OrderState state) {
  return (set_of(S::kSubmitting, S::kUnknown) & bit(state)) != 0;
}

}  // namespace trading
