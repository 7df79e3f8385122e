#pragma once

// A statement as a human reads it before he signs: rendered from the very bytes that are signed, within 80 columns and 24 rows,
// with what can hurt first. Every field that is signed is on it; one that this version does not know is a refusal to show it,
// and what is not shown is not signed. What the agent says comes last, quoted and cleaned.

#include "approval_cli/rendering/page.h"
#include "broker/v1/approval.pb.h"
#include "trading/base/canonical_json.h"
#include "trading/base/result.h"

namespace approval_cli {

inline constexpr std::size_t kCardRows = 24;

// `told` is of an order and may be empty: reason, taint and drift are told, not signed.
// CARD_NOT_SHOWABLE: a field is missing, of another type, or unknown.
trading::Result<std::string> card_of(const trading::CanonicalJson& statement, const broker::v1::Proposal& told, bool has_colour);

// What the human types: "BUY 10 SBIN", "MANDATE 3", "RESUME", "LIMITS", "ENROL". The same errors.
trading::Result<std::string> challenge_of(const trading::CanonicalJson& statement);

}  // namespace approval_cli
