#include "execution_broker/exchange/smartapi/wire/instrument_file.h"

#include <cstring>

namespace broker::smartapi {

namespace {

using Row = InstrumentFileRow;

struct Field {
  std::string_view key;
  std::string Row::*place;
};
constexpr std::array<Field, 11> kFields = {{{"token", &Row::token},
                                            {"symbol", &Row::symbol},
                                            {"name", &Row::name},
                                            {"expiry", &Row::expiry},
                                            {"strike", &Row::strike},
                                            {"lotsize", &Row::lot_size},
                                            {"instrumenttype", &Row::instrument_type},
                                            {"exch_seg", &Row::segment},
                                            {"tick_size", &Row::tick_size},
                                            {"freeze_qty", &Row::freeze_quantity},
                                            {"is_cas_enabled", &Row::has_closing_auction}}};

bool is_space(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

bool is_bare(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || c == '-' || c == '+' || c == '.' ||
         c == 'E';
}

// true, false, null or a JSON number.
bool is_bare_word(std::string_view text) {
  if (text == "true" || text == "false" || text == "null") return true;
  std::size_t i = 0;
  const auto digits = [&] {
    const std::size_t begin = i;
    while (i < text.size() && text[i] >= '0' && text[i] <= '9') ++i;
    return i - begin;
  };
  if (i < text.size() && text[i] == '-') ++i;
  const bool starts_with_zero = i < text.size() && text[i] == '0';
  const std::size_t whole = digits();
  if (whole == 0 || (starts_with_zero && whole > 1)) return false;
  if (i < text.size() && text[i] == '.') {
    ++i;
    if (digits() == 0) return false;
  }
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    if (i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
    if (digits() == 0) return false;
  }
  return i == text.size();
}

int hex_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

InstrumentFileReader::InstrumentFileReader(std::function<void(const InstrumentFileRow&)> on_row)
    : on_row_(std::move(on_row)) {}

bool InstrumentFileReader::fail(const char* why) {
  state_ = State::kFault;
  fault_ = why;
  return false;
}

bool InstrumentFileReader::feed(std::string_view bytes) {
  std::size_t i = 0;
  while (i < bytes.size()) {
    if (state_ == State::kFault) return false;
    // The fast road: plain characters inside a string, up to its end or an escape.
    if ((state_ == State::kInText || state_ == State::kInKey) && escape_ == 0) {
      std::size_t end = i;
      while (end < bytes.size() && bytes[end] != '"' && bytes[end] != '\\' &&
             static_cast<unsigned char>(bytes[end]) >= 0x20 &&
             static_cast<unsigned char>(bytes[end]) < 0x80)
        ++end;
      if (end > i) {
        if (text_.size() + (end - i) > kLongestInstrumentText) return fail("a text that is too long");
        text_.append(bytes.data() + i, end - i);
        consumed_ += end - i;
        i = end;
        continue;
      }
    }
    if (!take(bytes[i])) return false;
    ++consumed_;
    ++i;
  }
  return state_ != State::kFault;
}

bool InstrumentFileReader::take_text_byte(char c, bool& is_over) {
  is_over = false;
  const auto byte = static_cast<unsigned char>(c);
  if (escape_ == 1) {
    escape_ = 0;
    switch (c) {
      case '"': case '\\': case '/': text_ += c; return true;
      case 'b': case 'f': case 'n': case 'r': case 't': text_ += ' '; return true;
      case 'u':
        escape_ = 5;
        code_point_ = 0;
        return true;
      default: return fail("an unknown escape");
    }
  }
  if (escape_ > 1) {
    const int digit = hex_of(c);
    if (digit < 0) return fail("an unknown escape");
    code_point_ = code_point_ * 16 + static_cast<std::uint32_t>(digit);
    if (--escape_ == 1) {
      escape_ = 0;
      text_ += code_point_ >= 0x20 && code_point_ < 0x7f ? static_cast<char>(code_point_) : '?';
    }
    return true;
  }
  if (c == '"') {
    is_over = true;
    return true;
  }
  if (c == '\\') {
    escape_ = 1;
    return true;
  }
  if (byte < 0x20) return fail("a control character in a text");
  if (text_.size() == kLongestInstrumentText) return fail("a text that is too long");
  text_ += byte < 0x7f ? c : '?';
  return true;
}

bool InstrumentFileReader::end_of_key() {
  field_ = nullptr;
  for (std::size_t i = 0; i < kFields.size(); ++i) {
    if (kFields[i].key != text_) continue;
    if ((seen_ & (1U << i)) != 0) return fail("a key twice in one row");
    seen_ |= 1U << i;
    field_ = &(row_.*kFields[i].place);
    break;
  }
  text_.clear();
  state_ = State::kColon;
  return true;
}

bool InstrumentFileReader::end_of_value() {
  if (field_ != nullptr) field_->swap(text_);
  text_.clear();
  state_ = State::kAfterValue;
  return true;
}

bool InstrumentFileReader::end_of_row() {
  if (++rows_ > kMostInstrumentRows) return fail("too many rows");
  if (row_.token.empty() || row_.symbol.empty() || row_.segment.empty()) ++nameless_;
  else on_row_(row_);
  for (const Field& field : kFields) (row_.*field.place).clear();
  seen_ = 0;
  state_ = State::kAfterRow;
  return true;
}

bool InstrumentFileReader::take(char c) {
  bool is_over = false;
  switch (state_) {
    case State::kInKey:
      if (!take_text_byte(c, is_over)) return false;
      return is_over ? end_of_key() : true;
    case State::kInText:
      if (!take_text_byte(c, is_over)) return false;
      return is_over ? end_of_value() : true;
    case State::kInBare:
      if (is_bare(c)) {
        if (text_.size() == kLongestInstrumentText) return fail("a number that is too long");
        text_ += c;
        return true;
      }
      if (!is_bare_word(text_)) return fail("a value that is none");
      if (text_ == "null") text_.clear();
      end_of_value();
      return take(c);  // the byte behind it says what comes next
    case State::kNestedText:
      if (!take_text_byte(c, is_over)) return false;
      text_.clear();
      if (is_over) state_ = State::kInNested;
      return true;
    case State::kInNested:
      if (c == '"') {
        state_ = State::kNestedText;
      } else if (c == '{' || c == '[') {
        if (nested_depth_ == nested_.size()) return fail("a value that is nested too deep");
        nested_[nested_depth_++] = c;
      } else if (c == '}' || c == ']') {
        if (nested_[nested_depth_ - 1] != (c == '}' ? '{' : '[')) return fail("brackets that do not match");
        if (--nested_depth_ == 0) {
          field_ = nullptr;
          return end_of_value();
        }
      }
      return true;
    case State::kFault:
      return false;
    default:
      break;
  }
  if (is_space(c)) return true;
  switch (state_) {
    case State::kStart:
      if (c != '[') return fail("no list");
      state_ = State::kFirstRow;
      return true;
    case State::kFirstRow:
      if (c == ']') {
        state_ = State::kDone;
        return true;
      }
      [[fallthrough]];
    case State::kRow:
      if (c != '{') return fail("something that is no row");
      state_ = State::kFirstKey;
      return true;
    case State::kFirstKey:
      if (c == '}') return end_of_row();
      [[fallthrough]];
    case State::kKey:
      if (c != '"') return fail("a row without a key");
      state_ = State::kInKey;
      return true;
    case State::kColon:
      if (c != ':') return fail("a key without a value");
      state_ = State::kValue;
      return true;
    case State::kValue:
      if (c == '"') {
        state_ = State::kInText;
      } else if (c == '{' || c == '[') {
        if (field_ != nullptr) return fail("a known field that is no plain value");
        nested_depth_ = 1;
        nested_[0] = c;
        state_ = State::kInNested;
      } else if (is_bare(c)) {
        text_ += c;
        state_ = State::kInBare;
      } else {
        return fail("a value that is none");
      }
      return true;
    case State::kAfterValue:
      if (c == ',') {
        state_ = State::kKey;
        return true;
      }
      if (c == '}') return end_of_row();
      return fail("a row that does not end");
    case State::kAfterRow:
      if (c == ',') {
        state_ = State::kRow;
        return true;
      }
      if (c == ']') {
        state_ = State::kDone;
        return true;
      }
      return fail("a list that does not end");
    default:
      return fail("something behind the list");
  }
}

trading::Status InstrumentFileReader::finish() const {
  if (state_ == State::kDone) return {};
  const std::string where = " at byte " + std::to_string(consumed_) + ", after " +
                            std::to_string(rows_) + " rows";
  return trading::make_error(
      "INSTRUMENT_FILE_INVALID",
      state_ == State::kFault ? "the instrument file holds " + std::string(fault_) + where
                              : "the instrument file is cut off" + where,
      "the file in use stays; it is loaded again later", trading::Retry::kSafe);
}

}  // namespace broker::smartapi
