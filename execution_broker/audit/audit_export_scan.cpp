// The comparison of the exported file with the tables, line by line.
//
//   the next line of a source            -> go on
//   a line of a ledger not at hand       -> go on, it stays
//   unfinished last line                 -> torn tail, cut there
//   a source's record with its body, which the table no longer has -> redacted, rewrite
//   anything else                        -> damaged, rebuild

#include <sys/stat.h>
#include <unistd.h>

#include <fstream>
#include <istream>
#include <utility>
#include <vector>

#include "execution_broker/audit/audit_exporter.h"
#include "execution_broker/audit/export_source.h"
#include "execution_broker/audit/format/merkle.h"
#include "trading/base/canonical_json.h"

namespace broker {
namespace {

// Lines of a file that may hold anything: never more than one line's limit in memory.
class LineReader {
 public:
  enum class Kind { kLine, kUnfinished, kTooLong, kEnd };
  explicit LineReader(std::istream& in) : in_(in), buffer_(audit_format::kMaxLineBytes + 2) {}

  Kind next() {
    in_.getline(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
    const auto taken = static_cast<std::size_t>(in_.gcount());
    if (in_.eof()) {
      line_ = std::string_view(buffer_.data(), taken);
      return taken == 0 ? Kind::kEnd : Kind::kUnfinished;
    }
    if (!in_) return Kind::kTooLong;
    line_ = std::string_view(buffer_.data(), taken - 1);  // the newline is counted
    return Kind::kLine;
  }
  [[nodiscard]] std::string_view line() const { return line_; }

 private:
  std::istream& in_;
  std::vector<char> buffer_;
  std::string_view line_;
};

// The line's ledger; empty when it is no checkpoint and no record that fits its own hashes.
std::string ledger_of(std::string_view line) {
  const auto parsed = trading::CanonicalJson::parse(line, audit_format::kMaxLineBytes);
  if (!parsed) return {};
  if (const auto record = audit_format::record_from(*parsed)) {
    const bool fits = audit_format::leaf_hash(audit_format::core_bytes(*record)) == record->hash &&
                      (!record->body || audit_format::body_commitment(
                                            *record->salt, *record->body) == record->body_hash);
    return fits ? record->ledger : std::string();
  }
  const auto checkpoint = audit_format::checkpoint_from(*parsed);
  return checkpoint ? checkpoint->ledger : std::string();
}

// Is `line` this redacted record as it was before the redaction?
bool is_before_redaction(std::string_view line, const AuditLine& redacted) {
  const auto parsed = trading::CanonicalJson::parse(line, audit_format::kMaxLineBytes);
  if (!parsed) return false;
  auto record = audit_format::record_from(*parsed);
  if (!record) return false;
  record->body.reset();
  record->salt.reset();
  return audit_format::line_of(*record) == redacted.text;
}

}  // namespace

trading::Result<bool> AuditExporter::scan_line(std::string_view line, Scan& scan) {
  for (const auto& source : sources_) {
    ASSIGN_OR_RETURN(const AuditLine* next, source->peek());
    if (next == nullptr || next->text != line) continue;
    source->pop();
    return true;
  }
  const std::string ledger = ledger_of(line);
  for (const auto& source : sources_) {
    if (source->ledger() != ledger) continue;
    ASSIGN_OR_RETURN(const AuditLine* next, source->peek());
    if (next != nullptr && next->is_redacted && is_before_redaction(line, *next)) {
      scan.finding = ExportReport::Finding::kRedacted;
      scan.detail = "rewritten without the redacted bodies";
      return false;
    }
    scan.finding = ExportReport::Finding::kDamaged;
    scan.detail = "its line at byte " + std::to_string(scan.good_bytes) + " is not the next of " +
                  ledger + " (after record " + std::to_string(source->cursor().seq) + ")";
    return false;
  }
  if (!ledger.empty()) return true;
  scan.finding = ExportReport::Finding::kDamaged;
  scan.detail = "its line at byte " + std::to_string(scan.good_bytes) + " is no audit line";
  return false;
}

trading::Result<AuditExporter::Scan> AuditExporter::scan() {
  Scan result;
  for (const auto& source : sources_) {
    source->go_to({});
    RETURN_IF_ERROR(source->note_redactions());
  }
  std::ifstream file(path_, std::ios::binary);
  if (!file) return io_error("cannot read");
  LineReader lines(file);
  while (true) {
    switch (lines.next()) {
      case LineReader::Kind::kEnd:
        return result;
      case LineReader::Kind::kUnfinished:
        result.finding = ExportReport::Finding::kTornTail;
        result.detail =
            std::to_string(lines.line().size()) + " bytes of an unfinished line were cut off";
        return result;
      case LineReader::Kind::kTooLong:
        result.finding = ExportReport::Finding::kDamaged;
        result.detail = "its line at byte " + std::to_string(result.good_bytes) + " is too long";
        return result;
      case LineReader::Kind::kLine:
        break;
    }
    ASSIGN_OR_RETURN(const bool is_good, scan_line(lines.line(), result));
    if (!is_good) return result;
    result.good_bytes += static_cast<std::int64_t>(lines.line().size()) + 1;
  }
}

// Stops at the first line that is too long: a file that someone has filled is not read to its end.
trading::Status AuditExporter::copy_foreign_lines(int fd) {
  struct stat info {};
  if (::lstat(path_.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return {};
  std::ifstream file(path_, std::ios::binary);
  LineReader lines(file);
  while (lines.next() == LineReader::Kind::kLine) {
    const std::string ledger = ledger_of(lines.line());
    bool is_foreign = !ledger.empty();
    for (const auto& source : sources_) is_foreign = is_foreign && source->ledger() != ledger;
    if (!is_foreign) continue;
    const std::string line = std::string(lines.line()) + "\n";
    if (::write(fd, line.data(), line.size()) != static_cast<ssize_t>(line.size())) {
      return io_error("cannot write the new file beside");
    }
  }
  return {};
}

}  // namespace broker
