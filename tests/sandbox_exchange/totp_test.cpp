#include "tests/sandbox_exchange/totp.h"

#include <gtest/gtest.h>

namespace sandbox {
namespace {

TEST(Totp, GivesTheCodesOfRfc6238) {
  const auto secret = base32_bytes("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
  ASSERT_TRUE(secret);
  EXPECT_EQ(std::string(secret->begin(), secret->end()), "12345678901234567890");
  const std::pair<std::int64_t, const char*> codes[] = {{59, "287082"},         {1111111109, "081804"}, {1111111111, "050471"},
                                                        {1234567890, "005924"}, {2000000000, "279037"}, {20000000000, "353130"}};
  for (const auto& [seconds, code] : codes) EXPECT_EQ(totp_code(*secret, seconds / kTotpStepSeconds), code) << seconds;
}

TEST(Totp, RefusesWhatIsNotBase32) {
  EXPECT_FALSE(base32_bytes("GEZDGNB1"));
  EXPECT_EQ(base32_bytes("gezd gnbv====")->size(), 5U);
}

}  // namespace
}  // namespace sandbox
