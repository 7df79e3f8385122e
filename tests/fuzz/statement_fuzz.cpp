// What a human signs. Input: the bytes of a statement, as they come back with a signature.

#include <string>

#include "execution_broker/approval/format/statement.h"
#include "tests/fuzz/fuzz.h"

using approval_format::Kind;

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = fuzz::text_of(data, size);
  const auto statement = approval_format::parse_statement(bytes);
  if (!statement) {
    FUZZ_EXPECT(statement.error().code == "STATEMENT_INVALID", "a refusal has one name");
    return 0;
  }
  FUZZ_EXPECT(bytes.size() <= approval_format::kMostStatementBytes, "nothing longer is read");
  FUZZ_EXPECT(statement->if_object() != nullptr, "a statement is an object");
  FUZZ_EXPECT(statement->write() == bytes, "the bytes that are shown are the bytes that are signed");
  const auto kind = approval_format::kind_of(*statement);
  FUZZ_EXPECT(kind.has_value(), "what was read has a kind");
  const std::string message = approval_format::message_of(*kind, bytes);
  FUZZ_EXPECT(message.ends_with(bytes) && message.size() > bytes.size() && message[message.size() - bytes.size() - 1] == '\0',
              "the signature covers the bytes behind the name of their kind");
  for (const Kind other : {Kind::kOrder, Kind::kMandate, Kind::kLimits, Kind::kAccept, Kind::kResume, Kind::kEnrol})
    FUZZ_EXPECT((other == *kind) == (approval_format::message_of(other, bytes) == message), "a signature of one kind is worth nothing as another");
  if (kBugIsPlanted)
    if (const auto entries = statement->integer_at("most_entries"); entries && *kind == Kind::kMandate)
      FUZZ_EXPECT(*entries <= 20, "planted: more than twenty entries");
  return 0;
}
