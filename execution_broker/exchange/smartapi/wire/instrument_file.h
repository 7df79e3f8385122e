#pragma once

// The instrument file as a stream: bytes go in as they come from the wire, rows come out, nothing of
// the file is kept. The file is one JSON array of flat objects, 200,000 of them in up to 120 MB, so
// it never becomes a tree. Strict about its form, tolerant of new fields (also nested ones).
// Pure; safe on any bytes; the same rows come out however the bytes are cut.
//
//   file := "[" [ row { "," row } ] "]"      whitespace anywhere between
//   row  := "{" [ text ":" value { "," text ":" value } ] "}"      no key twice among the known ones

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "trading/base/result.h"

namespace broker::smartapi {

inline constexpr std::size_t kLongestInstrumentText = 256;
inline constexpr std::size_t kMostInstrumentRows = 1'000'000;

// As written; empty where the file says nothing or null. Texts beyond ASCII show '?'.
struct InstrumentFileRow {
  std::string token;
  std::string symbol;           // trading symbol: "SBIN-EQ"
  std::string name;             // many rows share it: never a key
  std::string expiry;           // "27OCT2026"
  std::string strike;           // x100
  std::string lot_size;
  std::string instrument_type;  // empty: cash
  std::string segment;          // exch_seg: "NSE"
  std::string tick_size;        // paise
  std::string freeze_quantity;  // since 2026
  std::string has_closing_auction;  // is_cas_enabled, since 2026: "true", "false" or empty
};

class InstrumentFileReader {
 public:
  // `on_row` gets each row; the row is the reader's and changes with the next one.
  explicit InstrumentFileReader(std::function<void(const InstrumentFileRow&)> on_row);

  // False once the bytes are no instrument file; fault() says where. Further bytes are ignored.
  bool feed(std::string_view bytes);
  // INSTRUMENT_FILE_INVALID: what was fed is not a whole file.
  [[nodiscard]] trading::Status finish() const;

  [[nodiscard]] std::size_t rows() const { return rows_; }
  // Rows without token, symbol or segment: they are not given out.
  [[nodiscard]] std::size_t nameless_rows() const { return nameless_; }

 private:
  enum class State {
    kStart,
    kFirstRow,   // "{" or "]"
    kRow,        // "{"
    kFirstKey,   // a key or "}"
    kKey,        // a key
    kInKey,
    kColon,
    kValue,
    kInText,     // inside a string value
    kInBare,     // inside a number, true, false or null
    kInNested,   // inside a value that is skipped
    kNestedText,
    kAfterValue,
    kAfterRow,
    kDone,
    kFault,
  };

  bool fail(const char* why);
  bool take(char c);                    // one byte outside the fast roads
  bool take_text_byte(char c, bool& is_over);  // inside a string: escapes included
  bool end_of_key();
  bool end_of_value();
  bool end_of_row();

  std::function<void(const InstrumentFileRow&)> on_row_;
  InstrumentFileRow row_;
  State state_ = State::kStart;
  std::string text_;              // the string or bare word in the making
  std::string* field_ = nullptr;  // where the value goes; null: not wanted
  std::uint32_t seen_ = 0;        // known keys of the row, one bit each
  int escape_ = 0;                // 1: behind a backslash; 2..5: digits of \u left + 1
  std::uint32_t code_point_ = 0;
  std::array<char, 16> nested_{};  // open brackets of a skipped value
  std::size_t nested_depth_ = 0;
  std::size_t rows_ = 0;
  std::size_t nameless_ = 0;
  std::size_t consumed_ = 0;
  const char* fault_ = nullptr;
};

}  // namespace broker::smartapi
