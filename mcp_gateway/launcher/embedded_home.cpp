#include "mcp_gateway/launcher/embedded_home.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>

namespace launcher {
namespace {

namespace fs = std::filesystem;
using trading::make_error;

constexpr std::string_view kSecretPrefix = "BROKER_";

trading::Error refused(const std::string& home, const std::string& what) {
  return make_error("EMBEDDED_HOME_REFUSED", home + " " + what,
                    "start execution_broker --home " + home +
                        " yourself and leave --embedded-broker out, or give an empty folder");
}

trading::Error has_secrets(const fs::path& place) {
  return make_error("EMBEDDED_SECRETS_REFUSED", place.string() + " holds a broker's secret",
                    "secrets belong to a broker that an agent did not start: take them out, or "
                    "start execution_broker as its own user and leave --embedded-broker out");
}

// A line such as BROKER_API_KEY=abc; what is commented out or empty is none.
bool is_secret_line(const std::string& line) {
  const std::size_t begin = line.find_first_not_of(" \t");
  if (begin == std::string::npos || line.compare(begin, kSecretPrefix.size(), kSecretPrefix) != 0) {
    return false;
  }
  const std::size_t equals = line.find('=');
  return equals != std::string::npos &&
         line.find_first_not_of(" \t\r\"'", equals + 1) != std::string::npos;
}

trading::Status refuse_secrets(const fs::path& home) {
  std::ifstream settings(home / ".env");
  for (std::string line; std::getline(settings, line);) {
    if (is_secret_line(line)) return has_secrets(home / ".env");
  }
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(home, error)) {
    if (entry.path().filename().string().starts_with(kSecretPrefix))
      return has_secrets(entry.path());
  }
  return {};
}

trading::Status make_mark(const fs::path& home) {
  const int mark = ::open((home / kMark).c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (mark < 0 && errno != EEXIST) {
    return refused(home.string(), std::string("cannot be marked: ") + std::strerror(errno));
  }
  if (mark >= 0) ::close(mark);
  return {};
}

}  // namespace

trading::Status claim_embedded_home(const std::string& home) {
  std::error_code error;
  const fs::path folder(home);
  if (!fs::exists(folder, error)) {
    fs::create_directories(folder.parent_path(), error);
    if (::mkdir(home.c_str(), 0700) != 0 && errno != EEXIST) {
      return refused(home, std::string("cannot be made: ") + std::strerror(errno));
    }
  }
  if (!fs::is_directory(folder, error)) return refused(home, "is not a folder");
  if (!fs::exists(folder / kMark, error)) {
    if (!fs::is_empty(folder, error) || error) {
      return refused(home, "was not made by --embedded-broker");
    }
    RETURN_IF_ERROR(make_mark(folder));
  }
  return refuse_secrets(folder);
}

}  // namespace launcher
