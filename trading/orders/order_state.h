#pragma once

// The states of an order and the only moves between them, as one table.
//
//   own commands:
//     NEW -> REFUSED | CHECKED
//     CHECKED -> SUBMITTING | AWAITING_APPROVAL -> APPROVED -> SUBMITTING
//     CHECKED, AWAITING_APPROVAL, APPROVED -> EXPIRED | VOID | WITHDRAWN
//     SUBMITTING -> ACKED | REJECTED | UNKNOWN | NOT_SENT
//   exchange facts:
//     ACKED -> OPEN | TRIGGER_PENDING -> PARTIAL -> FILLED | CANCELLED | REJECTED_LATE
//       (states between may be skipped, for events can be lost; what is partly filled is not
//       rejected late)
//     OPEN <-> TRIGGER_PENDING: a stop that triggers; a change from stop to limit, and back
//     UNKNOWN -> FOUND (goes on as ACKED) | ABSENT (may still become FOUND)
//
// A step of our own outside the table is a bug and aborts. A fact from the exchange outside it
// becomes an incident.

#include <array>
#include <cstdint>
#include <string_view>

#include "trading/base/result.h"

namespace trading {

enum class OrderState : std::uint8_t {
  kNew,
  kRefused,
  kChecked,
  kAwaitingApproval,
  kApproved,
  kSubmitting,
  kAcked,
  kRejected,
  kUnknown,
  kNotSent,
  kExpired,
  kVoid,
  kWithdrawn,
  kOpen,
  kTriggerPending,
  kPartial,
  kFilled,
  kCancelled,
  kRejectedLate,
  kFound,
  kAbsent,
};
inline constexpr std::size_t kOrderStates = 21;

std::string_view name_of(OrderState state);  // "PARTIAL"
Result<OrderState> parse_order_state(std::string_view text);

enum class Origin { kOwnStep, kExchangeFact };

// Is this move in the table for that origin? A state is not a move to itself, except PARTIAL
// (another fill).
bool is_allowed(OrderState from, OrderState to, Origin origin);

// No move of ours or of the exchange leaves it (ABSENT is not terminal: the order may still be
// found).
bool is_terminal(OrderState state);
// Rests or may rest at the exchange: OPEN, TRIGGER_PENDING, PARTIAL, ACKED, FOUND.
bool is_working(OrderState state);
// Its outcome is open: SUBMITTING or UNKNOWN.
bool is_in_doubt(OrderState state);

}  // namespace trading
