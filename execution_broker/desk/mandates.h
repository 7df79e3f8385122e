#pragma once

// A mandate: a signed budget of entries for today. Its terms stand in the signed statement itself and are read from there;
// the ledger keeps what is spent. Pure but for the reading.

#include "execution_broker/desk/live_desk.h"
#include "execution_broker/risk/facts.h"
#include "trading/base/canonical_json.h"

namespace broker {

inline constexpr std::size_t kMostMandateLines = 10;
inline constexpr std::int64_t kMostMandateEntries = 20;
inline constexpr trading::Accrual kMostMandateAmount{1'000'000'000 * trading::kRupeeE4};  // 100 crore rupees

// MANDATE_INVALID names what is wrong: nothing in it, a time that is not later today, numbers out of bounds.
trading::Status check_terms(const MandateTerms& terms, trading::Timestamp now);
trading::CanonicalJson statement_of(const MandateTerms& terms);
trading::Result<MandateTerms> terms_of(const trading::CanonicalJson& statement);

// What an order would spend of it, when it is within: an INTRADAY LIMIT entry of a line, inside what is left.
struct MandateUse {
  trading::Accrual value;
  trading::Accrual loss;
};
std::optional<MandateUse> use_of(const MandateTerms& terms, const MandateRow& spent, const risk::Facts& facts);

}  // namespace broker
