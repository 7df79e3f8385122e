#include "execution_broker/isolation/users.h"

#include <pwd.h>

#include <charconv>

namespace broker {

trading::Result<std::vector<std::uint32_t>> uids_of_users(const std::vector<std::string>& users, const char* key, std::uint32_t own) {
  if (users.empty()) return std::vector<std::uint32_t>{own};
  std::vector<std::uint32_t> uids;
  for (const std::string& user : users) {
    std::uint32_t uid = 0;
    const auto [end, code] = std::from_chars(user.data(), user.data() + user.size(), uid);
    if (code != std::errc{} || end != user.data() + user.size()) {
      const passwd* entry = ::getpwnam(user.c_str());
      if (entry == nullptr)
        return trading::make_error("ENV_VALUE_INVALID", std::string(key) + " names the user " + user + ", who does not exist here",
                                   "name users of this machine, or their uids", trading::Retry::kNo, key);
      uid = entry->pw_uid;
    }
    uids.push_back(uid);
  }
  return uids;
}

std::string user_text(std::uint32_t uid) {
  const passwd* entry = ::getpwuid(uid);
  return entry != nullptr ? std::string(entry->pw_name) + " (uid " + std::to_string(uid) + ")" : "uid " + std::to_string(uid);
}

}  // namespace broker
