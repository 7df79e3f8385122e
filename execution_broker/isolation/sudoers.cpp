// sudo's rules, read as far as one question needs: may this user become somebody else without a
// password?
//
//   rule     users hosts = [(runas)] [TAG:]... commands, [TAG:]... commands [: hosts = ...]
//   alias    User_Alias NAME = member, member [: NAME = ...]
//   default  Defaults ... !authenticate           nobody is asked for a password any more
//   line     continued by a backslash at its end; # begins a comment unless a number follows
//
// Doubt is answered with yes: a rule that this cannot follow is a rule that may let the agent in.

#include <algorithm>
#include <cctype>
#include <fstream>
#include <map>
#include <set>
#include <sstream>

#include "execution_broker/isolation/isolation.h"

namespace broker {

namespace {

constexpr std::size_t kLargestFile = 1U << 20;

std::string trimmed(std::string_view text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.front()))) text.remove_prefix(1);
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back()))) text.remove_suffix(1);
  return std::string(text);
}

std::vector<std::string> split(std::string_view text, char at) {
  std::vector<std::string> out;
  while (true) {
    const auto end = text.find(at);
    out.push_back(trimmed(text.substr(0, end)));
    if (end == std::string_view::npos) return out;
    text.remove_prefix(end + 1);
  }
}

// Whole lines without comments; "#1000" is a user, not a comment.
std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  std::string line;
  while (!text.empty()) {
    const auto end = text.find('\n');
    std::string part(text.substr(0, end));
    text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    // The older spelling of an include is no comment.
    if (const std::string whole = trimmed(part); whole.starts_with("#include")) part = "@" + whole.substr(1);
    for (std::size_t i = 0; i < part.size(); ++i)
      if (part[i] == '#' && (i + 1 == part.size() || !std::isdigit(static_cast<unsigned char>(part[i + 1])))) {
        part.resize(i);
        break;
      }
    const std::string shown = trimmed(part);
    if (!shown.empty() && shown.back() == '\\') {
      line += shown.substr(0, shown.size() - 1) + " ";
      continue;
    }
    line += part;
    if (const std::string whole = trimmed(line); !whole.empty()) lines.push_back(whole);
    line.clear();
  }
  if (const std::string whole = trimmed(line); !whole.empty()) lines.push_back(whole);
  return lines;
}

struct Who {
  std::string_view user;
  std::string uid;
  const std::vector<std::string>& groups;
  std::map<std::string, std::vector<std::string>> aliases;

  // A member of a list of users. Negations never take a match away; "%:" and "+" (directory groups,
  // netgroups) cannot be looked up here and match.
  [[nodiscard]] bool is(const std::string& member, int depth = 0) const {
    if (member.empty() || member.front() == '!') return false;
    if (member == "ALL" || member == user || member == "#" + uid) return true;
    if (member.front() == '+' || member.starts_with("%:") || member.starts_with("%#")) return true;
    if (member.front() == '%')
      return std::find(groups.begin(), groups.end(), member.substr(1)) != groups.end();
    const auto alias = aliases.find(member);
    if (alias == aliases.end()) return false;
    return depth > 8 || std::any_of(alias->second.begin(), alias->second.end(),
                                    [&](const std::string& one) { return is(one, depth + 1); });
  }
};

}  // namespace

bool has_passwordless_sudo(std::string_view sudoers, std::string_view user, std::uint32_t uid,
                           const std::vector<std::string>& groups) {
  const std::vector<std::string> lines = lines_of(sudoers);
  Who who{user, std::to_string(uid), groups, {}};
  constexpr std::string_view kUserAlias = "User_Alias";
  for (const std::string& line : lines)
    if (line.starts_with(kUserAlias))
      for (const std::string& one : split(std::string_view(line).substr(kUserAlias.size()), ':')) {
        const auto equals = one.find('=');
        if (equals == std::string::npos) return true;
        who.aliases[trimmed(one.substr(0, equals))] = split(one.substr(equals + 1), ',');
      }
  bool asks_nobody = false, has_rule = false;
  for (const std::string& line : lines) {
    if (line.starts_with("Defaults")) {
      asks_nobody = asks_nobody || line.find("!authenticate") != std::string::npos;
      continue;
    }
    if (line.find("_Alias") != std::string::npos && line.find("_Alias") < line.find('=')) continue;
    if (line.front() == '@') {
      // read_sudoers has put the files of sudoers.d behind each other; what another file says is not known.
      if (line.starts_with("@includedir") && line.ends_with("/sudoers.d")) continue;
      return true;
    }
    const auto equals = line.find('=');
    if (equals == std::string::npos) continue;
    // Users end where a blank follows that no comma stands beside; then come the hosts.
    const std::string before = line.substr(0, equals);
    std::string users;
    for (std::size_t i = 0; i < before.size(); ++i) {
      const bool is_blank = std::isspace(static_cast<unsigned char>(before[i])) != 0;
      if (!is_blank) {
        users.push_back(before[i]);
        continue;
      }
      const auto next = before.find_first_not_of(" \t", i);
      const bool goes_on = (!users.empty() && users.back() == ',') || (next != std::string::npos && before[next] == ',');
      if (!goes_on && !users.empty()) break;
    }
    const std::vector<std::string> members = split(users, ',');
    if (!std::any_of(members.begin(), members.end(), [&](const std::string& one) { return who.is(one); })) continue;
    has_rule = true;
    if (line.find("NOPASSWD", equals) != std::string::npos) return true;
  }
  return asks_nobody && has_rule;
}

SudoersText read_sudoers(const std::filesystem::path& etc) {
  SudoersText out;
  std::vector<std::filesystem::path> files{etc / "sudoers"};
  std::error_code code;
  const std::filesystem::path folder = etc / "sudoers.d";
  if (std::filesystem::exists(folder, code)) {
    std::filesystem::directory_iterator listing(folder, code);
    if (code) out.unread.push_back(folder.string());
    else
      for (const auto& file : listing)
        if (file.path().filename().string().find('.') == std::string::npos) files.push_back(file.path());
  }
  std::sort(files.begin() + 1, files.end());
  for (const std::filesystem::path& file : files) {
    if (!std::filesystem::exists(file, code) && !code) continue;
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream text;
    if (!stream || !(text << stream.rdbuf())) {
      if (std::filesystem::exists(file, code) || code) out.unread.push_back(file.string());
      continue;
    }
    if (text.str().size() > kLargestFile) out.unread.push_back(file.string());
    else out.text += text.str() + "\n";
  }
  return out;
}

}  // namespace broker
