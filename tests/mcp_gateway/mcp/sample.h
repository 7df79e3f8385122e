#pragma once

// A small server for the tests: a handful of tools, resources and prompts.

#include "mcp_gateway/mcp/server.h"

// echo {text} ........... {"text": ...}
// add {a, b=10} ......... {"sum": ...}
// wait .................. returns when it is cancelled; says so in {"was_cancelled": true}
// step {steps} .......... reports 1..steps of steps as progress
// big {bytes} ........... a reply of about that size
// throw_up .............. leaves by an exception
// buy {side} ............ the only one that is not read-only; toolset orders
mcp::ServerOptions sample_options();
