// Writer and strict parser of canonical JSON.

#include "trading/base/canonical_json.h"

#include <algorithm>
#include <utility>

#include "trading/base/invariant.h"

namespace trading {

namespace {

constexpr char32_t kMalformed = 0xFFFFFFFF;
constexpr std::string_view kHexDigits = "0123456789abcdef";

// Takes one code point off the front of `text` (not empty); kMalformed takes one byte.
char32_t take_code_point(std::string_view& text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  std::size_t length = 1;
  char32_t code = lead;
  if (lead >= 0xF0 && lead <= 0xF4) {
    length = 4;
    code = lead & 0x07U;
  } else if (lead >= 0xE0 && lead < 0xF0) {
    length = 3;
    code = lead & 0x0FU;
  } else if (lead >= 0xC2 && lead < 0xE0) {
    length = 2;
    code = lead & 0x1FU;
  } else if (lead >= 0x80) {
    code = kMalformed;
  }
  if (code != kMalformed) {
    for (std::size_t i = 1; i < length; ++i) {
      if (i >= text.size() || (byte(i) & 0xC0U) != 0x80U) {
        code = kMalformed;
        break;
      }
      code = (code << 6U) | (byte(i) & 0x3FU);
    }
  }
  const bool is_overlong = (length == 3 && code < 0x800) || (length == 4 && code < 0x10000);
  const bool is_surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (code == kMalformed || is_overlong || is_surrogate || code > 0x10FFFF) {
    text.remove_prefix(1);
    return kMalformed;
  }
  text.remove_prefix(length);
  return code;
}

// UTF-16 order differs from code point order in one place: supplementary characters (written as
// surrogates D800..DFFF) come before U+E000..U+FFFF.
char32_t utf16_rank(char32_t code) {
  return code >= 0xE000 && code <= 0xFFFF ? code + 0x110000 : code;
}

bool is_ascii(std::string_view text) {
  unsigned char bits = 0;
  for (const char c : text) bits |= static_cast<unsigned char>(c);
  return bits < 0x80U;
}

bool is_key_less(std::string_view a, std::string_view b) {
  if (is_ascii(a) && is_ascii(b)) return a < b;  // one byte, one code point, one UTF-16 unit
  while (!a.empty() && !b.empty()) {
    const char32_t left = utf16_rank(take_code_point(a));
    const char32_t right = utf16_rank(take_code_point(b));
    if (left != right) return left < right;
  }
  return a.empty() && !b.empty();
}

bool needs_escape(char c) {
  return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20U;
}

void append_escaped(std::string_view text, std::string& out) {
  out += '"';
  if (std::none_of(text.begin(), text.end(), needs_escape)) {
    out += text;
    out += '"';
    return;
  }
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\b':
        out += "\\b";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\f':
        out += "\\f";
        break;
      case '\r':
        out += "\\r";
        break;
      default:
        if (byte < 0x20) {
          out += "\\u00";
          out += kHexDigits[byte >> 4U];
          out += kHexDigits[byte & 0x0FU];
        } else {
          out += c;
        }
    }
  }
  out += '"';
}

void append_value(const CanonicalJson& value, std::size_t depth, std::string& out) {
  const bool is_nesting = value.if_array() != nullptr || value.if_object() != nullptr;
  INVARIANT(!is_nesting || depth < CanonicalJson::kMaxDepth,
            "canonical JSON is nested deeper than 32");
  if (const bool* truth = value.if_bool()) {
    out += *truth ? "true" : "false";
  } else if (const std::int64_t* number = value.if_integer()) {
    out += std::to_string(*number);
  } else if (const std::string* text = value.if_string()) {
    append_escaped(*text, out);
  } else if (const CanonicalJson::Array* items = value.if_array()) {
    out += '[';
    for (std::size_t i = 0; i < items->size(); ++i) {
      if (i > 0) out += ',';
      append_value((*items)[i], depth + 1, out);
    }
    out += ']';
  } else if (const CanonicalJson::Object* members = value.if_object()) {
    out += '{';
    for (std::size_t i = 0; i < members->size(); ++i) {
      if (i > 0) out += ',';
      append_escaped((*members)[i].key, out);
      out += ':';
      append_value((*members)[i].value, depth + 1, out);
    }
    out += '}';
  } else {
    out += "null";
  }
}

class Parser {
 public:
  explicit Parser(std::string_view bytes) : bytes_(bytes) {}

  Result<CanonicalJson> document() {
    ASSIGN_OR_RETURN(CanonicalJson value, this->value(0));
    if (at_ != bytes_.size()) return invalid("bytes follow the value");
    return value;
  }

 private:
  Error invalid(std::string_view why) const {
    return make_error("CANONICAL_JSON_INVALID",
                      "byte " + std::to_string(at_) + ": " + std::string(why),
                      "send the exact canonical bytes (RFC 8785, integers only, no whitespace)");
  }
  [[nodiscard]] bool is_at(char c) const { return at_ < bytes_.size() && bytes_[at_] == c; }
  bool take(std::string_view word) {
    if (bytes_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
  }

  Result<CanonicalJson> value(std::size_t depth) {
    if (take("null")) return CanonicalJson();
    if (take("true")) return CanonicalJson(true);
    if (take("false")) return CanonicalJson(false);
    if (is_at('"')) {
      ASSIGN_OR_RETURN(const std::string text, string());
      return CanonicalJson(text);
    }
    if (is_at('[') || is_at('{')) {
      if (depth == CanonicalJson::kMaxDepth) return invalid("nested deeper than 32");
      return is_at('[') ? array(depth + 1) : object(depth + 1);
    }
    return number();
  }

  Result<CanonicalJson> number() {
    const bool is_negative = take("-");
    const std::size_t begin = at_;
    std::int64_t value = 0;
    while (at_ < bytes_.size() && bytes_[at_] >= '0' && bytes_[at_] <= '9') {
      value = value * 10 + (bytes_[at_] - '0');
      if (value > CanonicalJson::kMaxInteger) return invalid("integer beyond 2^53 - 1");
      ++at_;
    }
    if (at_ == begin) return invalid("no value");
    if (bytes_[begin] == '0' && (at_ - begin > 1 || is_negative))
      return invalid("integer with a leading zero or -0");
    if (is_at('.') || is_at('e') || is_at('E'))
      return invalid("fractions and exponents are not canonical");
    return CanonicalJson::integer(is_negative ? -value : value);
  }

  Result<std::string> string() {
    ++at_;  // the opening quote
    std::string out;
    while (at_ < bytes_.size() && bytes_[at_] != '"') {
      if (static_cast<unsigned char>(bytes_[at_]) < 0x20)
        return invalid("control character in a string");
      if (bytes_[at_] == '\\') {
        ASSIGN_OR_RETURN(const char escaped, escape());
        out += escaped;
        continue;
      }
      std::string_view rest = bytes_.substr(at_);
      const std::size_t before = rest.size();
      if (take_code_point(rest) == kMalformed) return invalid("malformed UTF-8");
      const std::size_t length = before - rest.size();
      out += bytes_.substr(at_, length);
      at_ += length;
    }
    if (at_ >= bytes_.size()) return invalid("string without end");
    ++at_;
    return out;
  }

  // Each character has one spelling: the short escape where there is one, \u00xx for the other
  // control characters.
  Result<char> escape() {
    constexpr std::string_view kLetters = "\"\\btnfr";
    constexpr std::string_view kMeanings = "\"\\\b\t\n\f\r";
    const std::string_view rest = bytes_.substr(at_);
    if (rest.size() >= 2) {
      if (const auto short_form = kLetters.find(rest[1]); short_form != std::string_view::npos) {
        at_ += 2;
        return kMeanings[short_form];
      }
    }
    if (rest.size() >= 6 && rest.substr(1, 3) == "u00") {
      const auto high = kHexDigits.find(rest[4]);
      const auto low = kHexDigits.find(rest[5]);
      if (high != std::string_view::npos && low != std::string_view::npos) {
        const char c = static_cast<char>(high * 16 + low);
        if (high < 2 && kMeanings.find(c) == std::string_view::npos) {
          at_ += 6;
          return c;
        }
      }
    }
    return invalid("escape that is not canonical");
  }

  Result<CanonicalJson> array(std::size_t depth) {
    ++at_;
    CanonicalJson::Array items;
    if (take("]")) return CanonicalJson::array();
    do {
      ASSIGN_OR_RETURN(CanonicalJson item, value(depth));
      items.push_back(std::move(item));
    } while (take(","));
    if (!take("]")) return invalid("array without end");
    return CanonicalJson::array(std::move(items));
  }

  Result<CanonicalJson> object(std::size_t depth) {
    ++at_;
    CanonicalJson out = CanonicalJson::object();
    if (take("}")) return out;
    std::string previous;
    bool is_first = true;
    do {
      if (!is_at('"')) return invalid("object key expected");
      ASSIGN_OR_RETURN(std::string key, string());
      if (!is_first && !is_key_less(previous, key))
        return invalid("object keys are not unique and ascending");
      if (!take(":")) return invalid("':' expected");
      ASSIGN_OR_RETURN(CanonicalJson member, value(depth));
      out.set(key, std::move(member));
      previous = std::move(key);
      is_first = false;
    } while (take(","));
    if (!take("}")) return invalid("object without end");
    return out;
  }

  std::string_view bytes_;
  std::size_t at_ = 0;
};

Error wrong_field(std::string_view key, std::string_view wanted) {
  return make_error("CANONICAL_JSON_FIELD",
                    "field \"" + to_valid_utf8(key) + "\" is missing or not " + std::string(wanted),
                    "write the record in the form its version names", Retry::kNo, std::string(key));
}

}  // namespace

bool is_valid_utf8(std::string_view text) {
  while (!text.empty())
    if (take_code_point(text) == kMalformed) return false;
  return true;
}

std::string to_valid_utf8(std::string_view text) {
  if (is_ascii(text) || is_valid_utf8(text)) return std::string(text);
  std::string out;
  while (!text.empty()) {
    const std::string_view before = text;
    if (take_code_point(text) == kMalformed)
      out += "\xEF\xBF\xBD";
    else
      out += before.substr(0, before.size() - text.size());
  }
  return out;
}

CanonicalJson::CanonicalJson() = default;
CanonicalJson::CanonicalJson(std::nullptr_t) {}
CanonicalJson::CanonicalJson(std::string_view text) : value_(to_valid_utf8(text)) {}
CanonicalJson::CanonicalJson(const std::string& text) : value_(to_valid_utf8(text)) {}
CanonicalJson::CanonicalJson(const char* text) : value_(to_valid_utf8(text)) {}
CanonicalJson::CanonicalJson(Value value) : value_(std::move(value)) {}
CanonicalJson::~CanonicalJson() = default;
CanonicalJson::CanonicalJson(const CanonicalJson& other) = default;
CanonicalJson::CanonicalJson(CanonicalJson&& other) noexcept = default;
CanonicalJson& CanonicalJson::operator=(const CanonicalJson& other) = default;
CanonicalJson& CanonicalJson::operator=(CanonicalJson&& other) noexcept = default;

CanonicalJson CanonicalJson::integer(std::int64_t value) {
  INVARIANT(value <= kMaxInteger && value >= -kMaxInteger, "canonical integer beyond 2^53 - 1");
  return CanonicalJson(Value(value));
}

CanonicalJson CanonicalJson::integer_as_string(std::int64_t value) {
  return CanonicalJson(std::to_string(value));
}

CanonicalJson CanonicalJson::array() {
  return CanonicalJson(Value(Array{}));
}
CanonicalJson CanonicalJson::array(Array items) {
  return CanonicalJson(Value(std::move(items)));
}
CanonicalJson CanonicalJson::object() {
  return CanonicalJson(Value(Object{}));
}

CanonicalJson CanonicalJson::object(std::initializer_list<Member> members) {
  Object sorted(members);
  for (Member& member : sorted) member.key = to_valid_utf8(member.key);
  std::sort(sorted.begin(), sorted.end(),
            [](const Member& a, const Member& b) { return is_key_less(a.key, b.key); });
  const auto twice = std::adjacent_find(
      sorted.begin(), sorted.end(), [](const Member& a, const Member& b) { return a.key == b.key; });
  INVARIANT(twice == sorted.end(), "canonical object with a key twice");
  return CanonicalJson(Value(std::move(sorted)));
}

CanonicalJson& CanonicalJson::set(std::string_view key, CanonicalJson value) {
  Object* members = std::get_if<Object>(&value_);
  INVARIANT(members != nullptr, "set() on a value that is no object");
  std::string valid_key = to_valid_utf8(key);
  const auto place =
      std::lower_bound(members->begin(), members->end(), valid_key,
                       [](const Member& m, const std::string& k) { return is_key_less(m.key, k); });
  if (place != members->end() && place->key == valid_key)
    place->value = std::move(value);
  else
    members->insert(place, Member{std::move(valid_key), std::move(value)});
  return *this;
}

CanonicalJson& CanonicalJson::push_back(CanonicalJson value) {
  Array* items = std::get_if<Array>(&value_);
  INVARIANT(items != nullptr, "push_back() on a value that is no array");
  items->push_back(std::move(value));
  return *this;
}

const CanonicalJson* CanonicalJson::find(std::string_view key) const {
  const Object* members = if_object();
  if (members == nullptr) return nullptr;
  const auto place =
      std::lower_bound(members->begin(), members->end(), key,
                       [](const Member& m, std::string_view k) { return is_key_less(m.key, k); });
  return place != members->end() && place->key == key ? &place->value : nullptr;
}

Result<std::int64_t> CanonicalJson::integer_at(std::string_view key) const {
  const CanonicalJson* field = find(key);
  if (field == nullptr || field->if_integer() == nullptr) return wrong_field(key, "an integer");
  return *field->if_integer();
}

Result<std::string> CanonicalJson::string_at(std::string_view key) const {
  const CanonicalJson* field = find(key);
  if (field == nullptr || field->if_string() == nullptr) return wrong_field(key, "a string");
  return *field->if_string();
}

Result<bool> CanonicalJson::bool_at(std::string_view key) const {
  const CanonicalJson* field = find(key);
  if (field == nullptr || field->if_bool() == nullptr) return wrong_field(key, "true or false");
  return *field->if_bool();
}

std::size_t CanonicalJson::depth() const {
  std::size_t deepest = 0;
  if (const Array* items = if_array()) {
    for (const CanonicalJson& item : *items) deepest = std::max(deepest, item.depth());
    return deepest + 1;
  }
  if (const Object* members = if_object()) {
    for (const Member& member : *members) deepest = std::max(deepest, member.value.depth());
    return deepest + 1;
  }
  return 0;
}

std::string CanonicalJson::write() const {
  std::string out;
  append_value(*this, 0, out);
  return out;
}

Result<CanonicalJson> CanonicalJson::parse(std::string_view bytes, std::size_t max_bytes) {
  if (bytes.size() > max_bytes)
    return make_error(
        "CANONICAL_JSON_INVALID",
        std::to_string(bytes.size()) + " bytes, the limit is " + std::to_string(max_bytes),
        "send a smaller record");
  return Parser(bytes).document();
}

bool operator==(const CanonicalJson& a, const CanonicalJson& b) {
  return a.value_ == b.value_;
}

}  // namespace trading
