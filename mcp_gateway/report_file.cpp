#include "mcp_gateway/report_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace gateway {

trading::Result<ReportFile> ReportFile::open(const std::string& path) {
  constexpr int kFlags = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC;
  const int descriptor = ::open(path.c_str(), kFlags, 0644);
  if (descriptor >= 0) return ReportFile(descriptor);
  return trading::make_error("REPORT_UNWRITABLE",
                             "--report " + path + ": " + std::strerror(errno),
                             "name a file in a folder that you may write to");
}

ReportFile::~ReportFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

ReportFile::ReportFile(ReportFile&& from) noexcept
    : descriptor_(std::exchange(from.descriptor_, -1)), is_written_(from.is_written_) {}

bool ReportFile::write(std::string_view page) {
  while (!page.empty()) {
    const ssize_t written = ::write(descriptor_, page.data(), page.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    page.remove_prefix(static_cast<std::size_t>(written));
  }
  is_written_ = true;
  return true;
}

}  // namespace gateway
