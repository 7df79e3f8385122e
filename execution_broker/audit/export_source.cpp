#include "execution_broker/audit/export_source.h"

#include <iterator>
#include <utility>

namespace broker {
namespace {

constexpr int kBatch = 500;

}  // namespace

trading::Status AuditExporter::Source::start() {
  ASSIGN_OR_RETURN(ledger_, table_.ledger());
  return note_redactions();
}

void AuditExporter::Source::go_to(AuditCursor cursor) {
  cursor_ = cursor;
  ahead_.clear();
}

trading::Result<const AuditLine*> AuditExporter::Source::peek() {
  if (ahead_.empty()) {
    ASSIGN_OR_RETURN(std::vector<AuditLine> lines, table_.lines_after(cursor_, kBatch));
    ahead_.assign(std::make_move_iterator(lines.begin()), std::make_move_iterator(lines.end()));
  }
  const AuditLine* next = ahead_.empty() ? nullptr : &ahead_.front();
  return next;
}

void AuditExporter::Source::pop() {
  cursor_ = ahead_.front().cursor;
  ahead_.pop_front();
}

trading::Result<bool> AuditExporter::Source::has_new_redaction() {
  ASSIGN_OR_RETURN(const std::int64_t now, table_.redactions());
  return now != redactions_;
}

trading::Status AuditExporter::Source::note_redactions() {
  ASSIGN_OR_RETURN(redactions_, table_.redactions());
  return {};
}

}  // namespace broker
