#include "execution_broker/halt_folder.h"

#include <sys/acl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <set>
#include <string>
#include <type_traits>

namespace broker {
namespace {

constexpr ::mode_t kMode = 01711;

trading::Error unusable(const std::filesystem::path& run, const char* doing) {
  return trading::make_error(
      "HALT_FOLDER_UNUSABLE", std::string(doing) + " " + run.string() + ": " + std::strerror(errno),
      "an operator of another uid cannot make run/HALT here: put the home on a file system with "
      "access lists (ext4, xfs, btrfs)");
}

}  // namespace

trading::Status let_operators_halt(const std::filesystem::path& run,
                                   const std::vector<std::uint32_t>& operators) {
  std::set<std::uint32_t> others(operators.begin(), operators.end());
  others.erase(::geteuid());
  others.erase(0);  // root needs no entry
  // The sticky bit keeps everybody's hands off the sockets' folders and others' files.
  if (::chmod(run.c_str(), kMode) != 0) return unusable(run, "cannot set the mode of");
  // Always set, so that whoever is no operator any more loses the right.
  std::string text = "u::rwx,g::--x,o::--x";
  for (const std::uint32_t uid : others) text += ",u:" + std::to_string(uid) + ":-wx";
  if (!others.empty()) text += ",m::-wx";
  struct Free {
    void operator()(acl_t list) const { ::acl_free(list); }
  };
  const std::unique_ptr<std::remove_pointer_t<acl_t>, Free> list(::acl_from_text(text.c_str()));
  if (!list) return unusable(run, "cannot write the access list of");
  if (::acl_set_file(run.c_str(), ACL_TYPE_ACCESS, list.get()) == 0) return {};
  if (others.empty() && errno == ENOTSUP) return {};  // the mode alone says it all
  return unusable(run, "cannot set the access list of");
}

}  // namespace broker
