#pragma once

// Every request to write that reached this server, whatever the client was told about it: the
// evidence of "no order twice, none lost".

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "trading/time/timestamp.h"

namespace sandbox {

struct WriteRecord {
  std::int64_t number = 0;
  trading::Timestamp at;                // exchange time
  std::int64_t arrived_unix_us = 0;     // by the machine's clock, for those who time the way here
  std::string endpoint;
  std::string client_code;
  std::string order_tag;
  std::string body;
  std::string effect;     // taken, refused, not_taken
  std::string order_ids;  // blank-separated, of a place
  std::string reply;      // sent, reset, cut, late, altered
  std::string code;       // of a refusal
  std::string source_address;
};

class WriteLog {
 public:
  WriteRecord& add(WriteRecord record) {
    record.number = static_cast<std::int64_t>(records_.size()) + 1;
    records_.push_back(std::move(record));
    return records_.back();
  }
  // What became of the last one's reply, known only when all faults have struck.
  void amend_last(std::string reply) { records_.back().reply = std::move(reply); }
  [[nodiscard]] const std::vector<WriteRecord>& all() const { return records_; }

 private:
  std::vector<WriteRecord> records_;
};

}  // namespace sandbox
