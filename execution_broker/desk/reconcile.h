#pragma once

// The ledger against the account's books while the broker runs: orders whose outcome is open, and what is held. At a start
// Submission::reconcile does it before anything else happens.
//
//   UNKNOWN  in the book -> FOUND. Missing from as many good reads, over as long, as the exchange's absence policy asks, none
//            of them begun before the doubt -> ABSENT: a human looks at the account and settles it
//   held     the account holds less of a position than the ledger, in two reads in a row -> incident, reduce-only. More is
//            the human's own business

#include <map>
#include <string>

#include "execution_broker/desk/book.h"

namespace broker {

class Reconcile {
 public:
  Reconcile(Book& book, const Market& market) : book_(book), market_(market) {}

  // Takes in the newest good read, when there is one; on paper there never is.
  trading::Status look();
  // A human's word about an ABSENT order: it was never there. NOT_ABSENT for any other.
  trading::Status settle(const Requester& who, const OrderRecord& order);

 private:
  struct Doubt {
    std::int64_t since_steady_us = 0;
    int good_reads = 0;
  };
  trading::Status look_for(const OrderRecord& order, const BookReading& reading);
  trading::Status compare_positions(const BookReading& reading);

  Book& book_;
  const Market& market_;
  std::int64_t last_reading_ = 0;
  std::map<std::int64_t, Doubt> doubts_;      // by order
  std::map<std::string, int> short_of_;       // by symbol: reads in a row that showed less than the ledger
};

}  // namespace broker
