// Appending and rebuilding; the comparison of the file with the tables stands in
// audit_export_scan.cpp.

#include "execution_broker/audit/audit_exporter.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

#include "execution_broker/audit/export_source.h"
#include "execution_broker/storage/folder_sync.h"

namespace broker {
namespace {

constexpr std::size_t kWriteBytes = 1U << 18;
constexpr mode_t kMode = 0640;  // the operator's group may read and verify it

bool write_fully(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

}  // namespace

AuditExporter::AuditExporter(std::filesystem::path path, std::vector<Database*> sources)
    : path_(std::move(path)) {
  for (Database* database : sources) sources_.push_back(std::make_unique<Source>(*database));
}

AuditExporter::~AuditExporter() {
  if (fd_ >= 0) ::close(fd_);
}

trading::Error AuditExporter::io_error(const std::string& doing) const {
  return trading::make_error(
      "AUDIT_EXPORT_IO", doing + " " + path_.string() + ": " + std::strerror(errno),
      "the records are safe in the database; free space or check the folder's owner",
      trading::Retry::kSafe);
}

trading::Result<std::unique_ptr<AuditExporter>> AuditExporter::open(
    std::filesystem::path path, std::vector<Database*> sources) {
  std::unique_ptr<AuditExporter> exporter(new AuditExporter(std::move(path), std::move(sources)));
  for (const auto& source : exporter->sources_) RETURN_IF_ERROR(source->start());
  ASSIGN_OR_RETURN(exporter->opening_, exporter->put_right(false));
  ASSIGN_OR_RETURN(const ExportReport first, exporter->tick());
  exporter->opening_.lines += first.lines;
  return exporter;
}

trading::Result<ExportReport> AuditExporter::tick() {
  ExportReport report;
  ASSIGN_OR_RETURN(const bool is_good, is_as_left());
  if (!is_good) {
    ASSIGN_OR_RETURN(report, put_right(true));
  }
  for (const auto& source : sources_) {
    ASSIGN_OR_RETURN(const bool has_redaction, source->has_new_redaction());
    if (!has_redaction) continue;
    RETURN_IF_ERROR(rebuild(false));
    if (report.finding == ExportReport::Finding::kNothing) {
      report.finding = ExportReport::Finding::kRedacted;
      report.detail = "rewritten without the redacted bodies";
    }
  }
  std::string buffer;
  std::vector<AuditCursor> before;
  std::int64_t lines = 0;
  for (const auto& source : sources_) {
    before.push_back(source->cursor());
    for (int i = 0; i < kRecordsATick; ++i) {
      ASSIGN_OR_RETURN(const AuditLine* next, source->peek());
      if (next == nullptr) break;
      buffer += next->text + "\n";
      source->pop();
      ++lines;
    }
  }
  if (buffer.empty()) return report;
  // The file must never be ahead of the table: what was read may wait for its sync still.
  for (const auto& source : sources_) source->sync();
  if (!write_fully(fd_, buffer)) {
    const trading::Error error = io_error("cannot append to");
    for (std::size_t i = 0; i < sources_.size(); ++i) sources_[i]->go_to(before[i]);
    // Half a line must not stand in the way of the next attempt; should even this fail, the next
    // tick's comparison finds the torn tail.
    if (::ftruncate(fd_, left_.size) == 0) RETURN_IF_ERROR(remember());
    return error;
  }
  RETURN_IF_ERROR(remember());
  report.lines = lines;
  return report;
}

trading::Result<ExportReport> AuditExporter::put_right(bool was_ours) {
  using Finding = ExportReport::Finding;
  ExportReport report;
  struct stat info {};
  const bool exists = ::lstat(path_.c_str(), &info) == 0;
  if (!exists || !S_ISREG(info.st_mode)) {
    report.finding = was_ours || exists ? Finding::kDamaged : Finding::kCreated;
    report.detail = exists ? "something that is no regular file stood in its place"
                           : (was_ours ? "it was deleted or moved away" : "");
    RETURN_IF_ERROR(rebuild(exists));
    return report;
  }
  ASSIGN_OR_RETURN(const Scan found, scan());
  report.finding = found.finding;
  report.detail = found.detail;
  if (found.finding == Finding::kDamaged || found.finding == Finding::kRedacted) {
    RETURN_IF_ERROR(rebuild(found.finding == Finding::kDamaged));
    return report;
  }
  if (was_ours && found.good_bytes < left_.size) {
    report.finding = Finding::kDamaged;
    report.detail = "its end was cut off at byte " + std::to_string(found.good_bytes);
  }
  RETURN_IF_ERROR(open_for_append(found.good_bytes));
  return report;
}

trading::Status AuditExporter::open_for_append(std::int64_t size) {
  if (fd_ >= 0) ::close(fd_);
  fd_ = ::open(path_.c_str(), O_WRONLY | O_APPEND | O_CLOEXEC | O_NOFOLLOW);
  if (fd_ < 0) return io_error("cannot open");
  if (::ftruncate(fd_, size) != 0) return io_error("cannot cut the torn end of");
  return remember();
}

// The new file is complete before it takes the name; a crash leaves the old one.
trading::Status AuditExporter::rebuild(bool keep_old) {
  left_ = {};  // until this has succeeded, every tick finds the file not as it should be and comes
               // back here
  if (fd_ >= 0) ::close(fd_);
  const std::filesystem::path part = path_.string() + ".part";
  ::unlink(part.c_str());
  fd_ =
      ::open(part.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_APPEND | O_CLOEXEC | O_NOFOLLOW, kMode);
  if (fd_ < 0) return io_error("cannot create the new file beside");
  RETURN_IF_ERROR(copy_foreign_lines(fd_));
  RETURN_IF_ERROR(write_all_lines(fd_));
  if (::fdatasync(fd_) != 0) return io_error("cannot sync the new file beside");
  if (keep_old) RETURN_IF_ERROR(put_aside());
  if (::rename(part.c_str(), path_.c_str()) != 0) return io_error("cannot replace");
  RETURN_IF_ERROR(sync_folder(path_.parent_path()));
  return remember();
}

trading::Status AuditExporter::put_aside() {
  std::string kept;
  for (int i = 1; i <= kKeptDamaged; ++i) {
    kept = path_.string() + ".damaged-" + std::to_string(i);
    if (::access(kept.c_str(), F_OK) != 0) break;
  }
  ::unlink(kept.c_str());
  // A second name first, so that there is no moment without the file; what cannot be linked (a
  // folder) is moved.
  if (::link(path_.c_str(), kept.c_str()) == 0) return {};
  if (::rename(path_.c_str(), kept.c_str()) == 0) return {};
  return io_error("cannot put the damaged file aside:");
}

trading::Result<std::int64_t> AuditExporter::write_all_lines(int fd) {
  std::int64_t lines = 0;
  std::string buffer;
  for (const auto& source : sources_) {
    RETURN_IF_ERROR(source->note_redactions());
    source->go_to({});
    while (true) {
      ASSIGN_OR_RETURN(const AuditLine* next, source->peek());
      if (next != nullptr) {
        buffer += next->text + "\n";
        source->pop();
        ++lines;
      }
      if (next != nullptr && buffer.size() < kWriteBytes) continue;
      source->sync();
      if (!write_fully(fd, buffer)) return io_error("cannot write the new file beside");
      buffer.clear();
      if (next == nullptr) break;
    }
  }
  return lines;
}

trading::Status AuditExporter::remember() {
  struct stat info {};
  if (::fstat(fd_, &info) != 0) return io_error("cannot look at");
  left_ = {info.st_dev, info.st_ino, info.st_size,
           info.st_mtim.tv_sec * 1'000'000'000 + info.st_mtim.tv_nsec};
  return {};
}

trading::Result<bool> AuditExporter::is_as_left() {
  struct stat info {};
  if (::lstat(path_.c_str(), &info) != 0) {
    if (errno == ENOENT) return false;
    return io_error("cannot look at");
  }
  const FileState now{info.st_dev, info.st_ino, info.st_size,
                      info.st_mtim.tv_sec * 1'000'000'000 + info.st_mtim.tv_nsec};
  return now == left_;
}

}  // namespace broker
