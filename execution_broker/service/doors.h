#pragma once

// The doors of the broker and what may be called through each, as one table. What does not stand in
// it is refused; a service with no row on a door is not even registered there. A test proves that
// every RPC of every proto has a row.

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "execution_broker/desk/desk_thread.h"

namespace broker {

enum class Door : std::uint8_t { kAgent, kOperator };
std::string_view name_of(Door door);  // "agent", "operator"

// What a call does to the books, or to what may happen to them.
enum class RpcClass : std::uint8_t {
  kRead,     // changes nothing
  kEntry,    // may open or enlarge a position, or replace the book
  kExit,     // reduces positions
  kCancel,   // takes an order back
  kTighten,  // makes a limit tighter
  kLoosen,   // may make a limit looser, or let trading begin again
  kStop,     // halt and reduce-only: cheap, at once, never behind anything
  kClock,    // moves market time
  kReport,   // tells the broker what the gateway did
};
std::string_view name_of(RpcClass cls);  // "read"

// In which operator states a call may run at all. Orders may in every state: it is the checklist
// that refuses them, so that the refusal stands in the ledger and an exit always passes.
enum class RunsIn : std::uint8_t {
  kAnyState,
  kUnlessHalted,  // open and reduce-only
};
std::string_view name_of(RunsIn states);

struct DoorRow {
  std::string_view method;  // "/broker.v1.OrderService/PlacePaperOrder"
  bool on_agent_door;
  bool on_operator_door;
  RpcClass cls;
  RunsIn runs_in;
  bool needs_desk;   // runs on the desk's thread
  bool may_be_long;  // operator door: deadline up to 10 minutes
  // Agent door: the toolsets of the gateway whose tools make this call, by a blank between; an agent
  // that AGENT_TOOLSETS allows none of them may not make it.
  std::string_view toolsets;

  [[nodiscard]] bool is_on(Door door) const {
    return door == Door::kAgent ? on_agent_door : on_operator_door;
  }
};

inline constexpr std::string_view kEveryToolset = "*";

std::span<const DoorRow> door_table();
// nullptr: no such row.
const DoorRow* find_door_row(std::string_view method);
// Place of a row in the table, for counters.
std::size_t index_of(const DoorRow& row);
// Is the call one of a tool of these toolsets? None named, or "all": every call is.
bool is_in_toolsets(const DoorRow& row, std::span<const std::string> allowed);
// Does any RPC of "broker.v1.OrderService" stand on this door?
bool is_service_on(Door door, std::string_view service);
// Before what else does it wait? Stops, cancels and the operator's commands go first; a long call
// never does.
DeskLane lane_of(const DoorRow& row, Door door);
// The table as a Markdown page, for get_safety_rules and the docs.
std::string doors_markdown();

}  // namespace broker
