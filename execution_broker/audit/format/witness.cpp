#include "execution_broker/audit/format/witness.h"

#include "execution_broker/audit/format/fields.h"
#include "trading/base/canonical_json.h"

namespace audit_format {
namespace {

trading::Error invalid(int number, const std::string& why) {
  return trading::make_error(
      "AUDIT_WITNESS_INVALID", "line " + std::to_string(number) + ": " + why,
      "a line reads: {\"head\":\"<64 hex digits>\",\"ledger\":\"<name>\",\"size\":<number>}");
}

}  // namespace

std::string line_of(const Witness& witness) {
  return trading::CanonicalJson::object(
             {{"head", to_hex(witness.head)}, {"ledger", witness.ledger}, {"size", witness.size}})
      .write();
}

trading::Result<std::vector<Witness>> parse_witnesses(std::string_view text) {
  std::vector<Witness> witnesses;
  for (int number = 1; !text.empty(); ++number) {
    const std::size_t end = text.find('\n');
    const std::string_view line = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    if (line.empty()) continue;
    const auto parsed = trading::CanonicalJson::parse(line);
    if (!parsed) return invalid(number, parsed.error().what);
    Fields fields(*parsed);
    Witness witness;
    witness.ledger = fields.name("ledger");
    witness.size = fields.integer("size", 1);
    fields.hex("head", witness.head);
    fields.expect_count(3);
    if (!fields.ok()) return invalid(number, fields.error().what);
    witnesses.push_back(witness);
  }
  return witnesses;
}

}  // namespace audit_format
