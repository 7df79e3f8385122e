// The approver's sealed key file. Input: its bytes.

#include <string>

#include "execution_broker/approval/format/sealed_key.h"
#include "execution_broker/approval/format/statement.h"
#include "tests/fuzz/fuzz.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view file = fuzz::text_of(data, size);
  const auto key = approval_format::parse_sealed_key(file);
  if (!key) {
    FUZZ_EXPECT(key.error().code == "KEY_FILE_INVALID" && !key.error().fix.empty(), "a refusal says what to do");
    FUZZ_EXPECT(!approval_format::open_sealed_key(file, "passphrase"), "what is not read is not opened");
    return 0;
  }
  const std::string again = approval_format::line_of(*key);
  FUZZ_EXPECT(again == file || again == std::string(file) + "\n", "written again, the same");
  FUZZ_EXPECT(key->ops >= 1 && key->ops <= 10 && key->memory >= 8'192 && key->memory <= std::int64_t{1} << 30, "the work is bounded");
  if (kBugIsPlanted) FUZZ_EXPECT(key->ops <= 4, "planted: more than four turns");
  // Opened only where that takes no time.
  if (key->ops > 2 || key->memory > 65'536) return 0;
  const auto opened = approval_format::open_sealed_key(file, "passphrase");
  FUZZ_EXPECT(opened || opened.error().code == "PASSPHRASE_WRONG" || opened.error().code == "KEY_FILE_INVALID" || opened.error().code == "NO_MEMORY",
              "it opens, or says why not");
  if (opened) FUZZ_EXPECT((*opened)->public_key() == key->public_key, "what opens is the key that it says");
  return 0;
}
