#pragma once

// Reads the settings of a home: its .env, and secrets that stand in files of their own (systemd
// credentials, or 0400 files; named by the key, or by "secrets_" and the key). The only I/O of config/.
// A home without .env runs on the defaults.
#include <cstdint>
#include <string>
#include <vector>

#include "execution_broker/config/settings.h"

namespace broker {

// ENV_FILE_UNREADABLE, ENV_FILE_UNSAFE (not a regular file, a link, of another owner, writable by
// others, or readable by others while it holds a secret), and all problems of parse_env.
// `credential_folders` may be empty; a folder that does not exist holds nothing; a secret that
// stands twice is ENV_KEY_DUPLICATE. `owner` is whose the files may be, besides root's: the broker's
// user, where another looks at them.
tl::expected<Settings, SettingProblems> load_settings(
    const std::string& env_path, const std::vector<std::string>& credential_folders,
    std::uint32_t owner);
// As the broker itself: `owner` is the user of this process.
tl::expected<Settings, SettingProblems> load_settings(
    const std::string& env_path, const std::vector<std::string>& credential_folders);

}  // namespace broker
