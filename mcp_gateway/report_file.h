#pragma once

// The file of --report: opened before the process locks itself down, written once through the
// descriptor that was opened then. An agent's server has none: it writes no files.

#include <string>
#include <string_view>

#include "trading/base/result.h"

namespace gateway {

class ReportFile {
 public:
  // Makes the file, or empties it. Follows no symbolic link in its last place. REPORT_UNWRITABLE.
  static trading::Result<ReportFile> open(const std::string& path);
  ~ReportFile();
  ReportFile(ReportFile&& from) noexcept;
  ReportFile(const ReportFile&) = delete;
  ReportFile& operator=(const ReportFile&) = delete;
  ReportFile& operator=(ReportFile&&) = delete;

  // False when not everything could be written.
  bool write(std::string_view page);
  [[nodiscard]] bool is_written() const { return is_written_; }

 private:
  explicit ReportFile(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
  bool is_written_ = false;  // all of a page
};

}  // namespace gateway
