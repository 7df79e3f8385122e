#pragma once

// The limits of a book with their four sources, kept in the ledger. What may change and when is risk/limits.h; this
// keeps the state, writes it together with its audit record, and answers what is in force today.

#include <map>
#include <string>
#include <vector>

#include "execution_broker/desk/book.h"
#include "execution_broker/risk/limits.h"

namespace broker {

class LimitBook {
 public:
  // `file` are the limits that .env sets, as text by key. Loosened ones do not count until signed: they are in
  // `waiting_for_signature()` for the log.
  static trading::Result<LimitBook> load(Book& book, const Market& market, const std::map<std::string, std::string>& file);

  [[nodiscard]] const risk::EffectiveLimits& effective() const { return effective_; }
  [[nodiscard]] const risk::LimitSources& sources() const { return sources_; }
  [[nodiscard]] const std::string& hash() const { return hash_; }
  [[nodiscard]] const std::vector<std::string>& waiting_for_signature() const { return waiting_; }

  // All or nothing.
  trading::Result<std::vector<risk::Limit>> tighten(Book& book, const Market& market, const Requester& who,
                                                    const std::map<std::string, std::string>& updates);
  // The operator's word, or with clear_agent the end of the agent's.
  trading::Result<risk::Limit> set_by_operator(Book& book, const Market& market, const Requester& who,
                                               const std::string& key, const std::string& value, bool clear_agent);
  // A new trading day: agent tightenings end, waiting loosenings count.
  void roll(const Book& book, trading::TradingDate today);

 private:
  trading::Result<risk::LimitMoment> moment(const Book& book, const Market& market) const;
  trading::Status keep(Book& book, const Market& market, const Requester& who, const std::string& type,
                       const std::vector<risk::LimitChange>& changes);

  risk::LimitSources sources_;
  risk::EffectiveLimits effective_;
  std::string hash_;
  std::vector<std::string> waiting_;
  trading::TradingDate day_;
};

}  // namespace broker
