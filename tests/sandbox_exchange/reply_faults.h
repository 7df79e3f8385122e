#pragma once

// Where faults of replies strike: instead of a call, to the reply of a write, to any body, to the
// connection.

#include <optional>
#include <string>

#include "tests/sandbox_exchange/endpoints.h"
#include "tests/sandbox_exchange/exchange_clock.h"
#include "tests/sandbox_exchange/faults.h"
#include "tests/sandbox_exchange/http_message.h"

namespace sandbox {

// A refusal instead of the call: nothing has taken effect. `is_first`: this session's first call of
// the endpoint.
std::optional<HttpReply> refusal_by_fault(Faults& faults, const Endpoint& endpoint, bool is_first, SteadyUs steady);
// To the good reply of a write that took effect; says what the client was told: sent, reset, cut,
// late, altered.
std::string spoil_write_reply(Faults& faults, std::string_view endpoint, HttpReply& reply);
// To the JSON of any reply.
void spoil_body(Faults& faults, std::string_view endpoint, HttpReply& reply);
// To the bytes of any reply; true where one struck.
bool spoil_connection(Faults& faults, std::string_view endpoint, HttpReply& reply);

}  // namespace sandbox
