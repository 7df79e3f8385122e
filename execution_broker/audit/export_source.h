#pragma once

// One ledger's lines in order, read from its tables in batches, with a look at the next one.

#include <cstdint>
#include <deque>
#include <string>

#include "execution_broker/audit/audit_exporter.h"

namespace broker {

class AuditExporter::Source {
 public:
  explicit Source(Database& database) : database_(database), table_(database) {}
  trading::Status start();  // its name

  [[nodiscard]] const std::string& ledger() const { return ledger_; }
  [[nodiscard]] AuditCursor cursor() const { return cursor_; }
  void go_to(AuditCursor cursor);
  trading::Result<const AuditLine*> peek();  // null: nothing new
  void pop();

  // What was read is on the disk when it returns.
  void sync() { database_.sync(); }

  // More redactions than note_redactions() saw last?
  trading::Result<bool> has_new_redaction();
  trading::Status note_redactions();

 private:
  Database& database_;
  AuditTable table_;
  std::string ledger_;
  AuditCursor cursor_;  // after the last line popped
  std::deque<AuditLine> ahead_;
  std::int64_t redactions_ = 0;
};

}  // namespace broker
