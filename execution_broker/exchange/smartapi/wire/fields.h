#pragma once

// Reading the fields of one row. The service writes one field as a number here and as a string
// there, blanks inside "- 2235.80", null where there is nothing: every spelling is read exactly, and
// what cannot be read becomes a fault of the row, never a zero. A caller reads all fields, then asks
// fault(): values read before it mean nothing while there is one.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "execution_broker/exchange/smartapi/wire/json.h"
#include "trading/base/money.h"
#include "trading/time/timestamp.h"

namespace broker::smartapi {

// A row that could not be read. A book that holds one is not the whole book.
struct UnreadableRow {
  std::string which;  // order id, symbol, or its number in the list
  std::string why;    // "filledshares is \"x\", not a whole number; ..."
};

template <typename Row>
struct Rows {
  std::vector<Row> rows;
  std::vector<UnreadableRow> unreadable;
  // False: something is there that is not in `rows`; nothing may be called flat or absent.
  [[nodiscard]] bool is_complete() const { return unreadable.empty(); }
};

class FieldReader {
 public:
  explicit FieldReader(const Json& row);

  // The text of a string or of a number; a fault when it is missing, null or empty.
  std::string text(std::string_view key);
  // The same, with "" for missing, null and "null".
  std::string text_or_empty(std::string_view key);
  // Whole numbers ("10", 10, 10.0), zero or more unless `may_be_negative`.
  std::int64_t whole(std::string_view key, bool may_be_negative = false);
  std::optional<std::int64_t> whole_if_any(std::string_view key);
  // Rupees a share, at most four decimals, exact. Zero is a price the service writes for "none".
  trading::Price price(std::string_view key);
  // Absent, null, "" and 0 are no price.
  std::optional<trading::Price> price_if_any(std::string_view key);
  // A figure the service computed (averages, values, profits): rounded half away from zero to
  // 1/10,000 rupee, since its arithmetic leaves more decimals than a price has.
  trading::Accrual figure(std::string_view key);
  std::optional<trading::Accrual> figure_if_any(std::string_view key);
  // What one may spend: rounded down to the paisa.
  trading::Money money(std::string_view key);
  std::optional<trading::Money> money_if_any(std::string_view key);
  // DD-Mon-YYYY HH:MM:SS in IST; absent, null and "" are no time.
  std::optional<trading::Timestamp> time_if_any(std::string_view key);
  bool boolean(std::string_view key);
  const Json& list(std::string_view key);    // an array; null counts as none
  const Json& object(std::string_view key);  // an object

  void fail(std::string what);
  [[nodiscard]] bool is_good() const { return faults_.empty(); }
  [[nodiscard]] const std::string& fault() const { return faults_; }

 private:
  // Missing, null, "" and the word "null" are nothing.
  [[nodiscard]] const Json* present(std::string_view key) const;
  std::optional<std::string> number_text(std::string_view key, bool must_be_there);
  std::optional<std::int64_t> scaled(std::string_view key, int scale, bool must_be_there,
                                     trading::Rounding rounding, bool is_rounding_allowed);

  const Json& row_;
  std::string faults_;
};

// "- 2235.80" -> "-2235.80": what the service writes for a negative figure.
std::string joined_sign(std::string_view text);

// Decimal text -> scaled integer; more decimals than the scale are rounded by the named rule.
trading::Result<std::int64_t> parse_figure(std::string_view text, int scale,
                                           trading::Rounding rounding);

// "23-Nov-2026 10:15:02", IST.
trading::Result<trading::Timestamp> parse_wire_time(std::string_view text);
// "27OCT2026" (any case) -> date.
trading::Result<trading::TradingDate> parse_expiry(std::string_view text);

// Reads every item of an array as a row; what read_one faults becomes unreadable.
template <typename Row, typename ReadOne>
Rows<Row> read_rows(const Json& list, std::string_view name_key, ReadOne read_one) {
  Rows<Row> out;
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    FieldReader fields(list.items[i]);
    Row row = read_one(fields);
    if (fields.is_good()) {
      out.rows.push_back(std::move(row));
      continue;
    }
    const Json* name = list.items[i].find(name_key);
    out.unreadable.push_back(
        {name != nullptr && !name->text.empty() ? name->text.substr(0, 40)
                                                : "row " + std::to_string(i + 1),
         fields.fault()});
  }
  return out;
}

}  // namespace broker::smartapi
