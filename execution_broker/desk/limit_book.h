#pragma once

// The limits of a book with their four sources, kept in the ledger. What may change and when is risk/limits.h; this
// keeps the state, writes it together with its audit record, and answers what is in force today.

#include <map>
#include <string>
#include <vector>

#include "execution_broker/desk/book.h"
#include "execution_broker/risk/limits.h"

namespace broker {

// What the settings say at a start, as text by key.
struct FileLimits {
  std::map<std::string, std::string> stated;    // lines of .env
  std::map<std::string, std::string> defaults;  // where another setting moves a default; the table's stand for the rest
};

// The file is looser than what counts: it says this, and waits until the operator accepts it.
struct WaitingLimit {
  risk::Limit id = risk::Limit::kMaxOrderValue;
  std::int64_t value = 0;
  bool is_default = false;  // the line in .env is gone, and the default that takes its place is looser
};

class LimitBook {
 public:
  // What the operator's word rests on.
  enum class Authority {
    kTighten,   // his uid alone, where that is not enough to loosen
    kUnsigned,  // his uid alone, where nobody is enrolled: audited as unsigned
    kSigned,    // the approver's signature
  };

  // A file that is looser than what counts changes nothing: it waits (`waiting`), which is found anew at every start.
  static trading::Result<LimitBook> load(Book& book, const Market& market, const FileLimits& file);

  [[nodiscard]] const risk::EffectiveLimits& effective() const { return effective_; }
  [[nodiscard]] const risk::LimitSources& sources() const { return sources_; }
  [[nodiscard]] const std::string& hash() const { return hash_; }
  [[nodiscard]] const std::vector<WaitingLimit>& waiting() const { return waiting_; }

  // All or nothing.
  trading::Result<std::vector<risk::Limit>> tighten(Book& book, const Market& market, const Requester& who,
                                                    const std::map<std::string, std::string>& updates);
  // The operator's word, all of it or nothing; `warrant` (may be empty) is written in the same unit. LIMIT_NEEDS_SIGNATURE.
  trading::Result<std::vector<risk::Limit>> set_by_operator(Book& book, const Market& market, const Requester& who,
                                                            const std::map<std::string, std::string>& values, Authority authority,
                                                            const Warrant& warrant);
  // The end of an agent's tightening.
  trading::Result<risk::Limit> clear_agent(Book& book, const Market& market, const Requester& who, const std::string& key);
  // The operator accepts looser values of the file, each named with the value that was shown: all or nothing. They count
  // from the next trading day. LIMIT_NOT_WAITING when the file says something else by now.
  trading::Result<std::vector<risk::Limit>> accept(Book& book, const Market& market, const Requester& who,
                                                   const std::map<std::string, std::string>& shown, Authority authority,
                                                   const Warrant& warrant);
  // A new trading day: agent tightenings end, waiting loosenings count.
  void roll(const Book& book, trading::TradingDate today);

 private:
  trading::Result<risk::LimitMoment> moment(const Book& book, const Market& market) const;
  // `after` becomes the state once it is kept with its audit record.
  trading::Status keep(Book& book, const Market& market, const Requester& who, const std::string& type,
                       risk::LimitSources after, const std::vector<risk::LimitChange>& changes, const Warrant& warrant);
  trading::Status keep_waiting(Book& book, const Market& market);

  risk::LimitSources sources_;
  risk::EffectiveLimits effective_;
  std::string hash_;
  std::vector<WaitingLimit> waiting_;
};

}  // namespace broker
