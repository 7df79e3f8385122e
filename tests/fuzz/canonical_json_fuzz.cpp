// Canonical JSON: what is signed and hashed. Input: the bytes of one value.

#include <string>

#include "tests/fuzz/fuzz.h"
#include "trading/base/canonical_json.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using trading::CanonicalJson;
  const std::string_view bytes = fuzz::text_of(data, size);

  const std::string mended = trading::to_valid_utf8(bytes);
  FUZZ_EXPECT(trading::is_valid_utf8(mended), "mended text is UTF-8");
  FUZZ_EXPECT((mended == bytes) == trading::is_valid_utf8(bytes), "good text is left alone");
  const CanonicalJson wrapped = CanonicalJson::object({{"text", mended}});
  const auto unwrapped = CanonicalJson::parse(wrapped.write(), wrapped.write().size());
  FUZZ_EXPECT(unwrapped && *unwrapped == wrapped, "any text survives writing and reading");

  const auto value = CanonicalJson::parse(bytes);
  if (!value) {
    FUZZ_EXPECT(value.error().code == "CANONICAL_JSON_INVALID", "one code for all that is refused");
    return 0;
  }
  FUZZ_EXPECT(value->write() == bytes, "equal values have equal bytes");
  FUZZ_EXPECT(value->depth() <= CanonicalJson::kMaxDepth, "nesting is bounded");
  FUZZ_EXPECT(!CanonicalJson::parse(bytes, size - 1), "the size limit holds");
  if (kBugIsPlanted)
    FUZZ_EXPECT(value->depth() < 3 || value->find("b") == nullptr, "planted: a deep object with b");
  return 0;
}
