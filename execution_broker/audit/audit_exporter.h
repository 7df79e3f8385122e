#pragma once

// Keeps storage/trade_logs.jsonl equal to the audit tables: one line a record or checkpoint, the
// ledgers of several databases interleaved. The tables are the truth; the file can be deleted, torn
// or edited at any time and is put right from them, and the report says what was found so that the
// owner can make it an audit record.
//
// Where the export stands is read from the file itself (a scan at open), so nothing has to be
// written back: reader connections are enough and the exporter may live on a thread of its own. One
// thread; one exporter for a file. Lines of ledgers that are not among the sources (a book that is
// not open today) stay as they are.

#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "execution_broker/audit/audit_table.h"
#include "trading/base/result.h"

namespace broker {

struct ExportReport {
  enum class Finding {
    kNothing,
    kCreated,   // there was no file
    kTornTail,  // an unfinished last line was cut off (a crash in the middle of a write)
    kRedacted,  // rewritten without the bodies that were redacted; the old file is not kept
    kDamaged,   // edited, cut or deleted by someone: rebuilt; an edited file is kept as
                // <name>.damaged-N
  };
  Finding finding = Finding::kNothing;
  std::string detail;      // for the audit record
  std::int64_t lines = 0;  // written by this call
};

class AuditExporter {
 public:
  static constexpr int kRecordsATick = 1'000;  // of each source
  static constexpr int kKeptDamaged =
      4;  // a flood of edits must not fill the disk: the last one is replaced

  // The databases must have their ledgers named (AuditLog::open). Reads the whole file once, about
  // a second for 200,000 lines. Errors: AUDIT_EXPORT_IO, those of AuditTable.
  static trading::Result<std::unique_ptr<AuditExporter>> open(std::filesystem::path path,
                                                              std::vector<Database*> sources);
  AuditExporter(const AuditExporter&) = delete;
  AuditExporter& operator=(const AuditExporter&) = delete;
  ~AuditExporter();

  [[nodiscard]] const ExportReport& opening() const { return opening_; }
  // Appends what is new, and first puts the file right if it is not as this exporter left it.
  // Errors: AUDIT_EXPORT_IO (full disk...): nothing is lost, the next call tries again.
  trading::Result<ExportReport> tick();

 private:
  class Source;  // one ledger's lines, with a look at the next
  struct FileState {
    std::uint64_t device = 0;
    std::uint64_t inode = 0;
    std::int64_t size = 0;
    std::int64_t changed_ns = 0;
    friend bool operator==(const FileState&, const FileState&) = default;
  };
  struct Scan {
    ExportReport::Finding finding = ExportReport::Finding::kNothing;
    std::string detail;
    std::int64_t good_bytes = 0;
  };

  AuditExporter(std::filesystem::path path, std::vector<Database*> sources);
  trading::Result<ExportReport> put_right(bool was_ours);
  trading::Result<Scan> scan();
  trading::Result<bool> scan_line(std::string_view line,
                                  Scan& scan);  // false: stop, the finding is set
  trading::Status rebuild(bool keep_old);
  trading::Status put_aside();
  trading::Status copy_foreign_lines(int fd);
  trading::Result<std::int64_t> write_all_lines(int fd);
  trading::Status open_for_append(std::int64_t size);
  trading::Result<bool> is_as_left();
  trading::Status remember();
  trading::Error io_error(const std::string& doing) const;

  std::filesystem::path path_;
  std::vector<std::unique_ptr<Source>> sources_;
  int fd_ = -1;
  FileState left_;
  ExportReport opening_;
};

}  // namespace broker
