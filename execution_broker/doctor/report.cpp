#include "execution_broker/doctor/report.h"

#include <algorithm>

namespace broker {

namespace {

constexpr std::size_t kWidth = 100;
constexpr std::size_t kIndent = 22;  // "attest        unknown  "

std::string shown(std::string_view text) {
  std::string out(trading::to_valid_utf8(text));
  for (char& c : out)
    if ((static_cast<unsigned char>(c) < 0x20 && c != '\n') || c == 0x7f) c = '?';
  return out;
}

// Words broken at blanks, continued below the column they began in; a line of the text is one of ours.
void put(std::string& out, std::string_view text, std::size_t indent, const std::string& first) {
  std::string line = first;
  const auto flush = [&] {
    out += line + "\n";
    line = std::string(indent, ' ');
  };
  std::size_t at = 0;
  bool is_fresh = true;
  while (at < text.size()) {
    const auto end = std::min(text.find_first_of(" \n", at), text.size());
    const std::string_view word = text.substr(at, end - at);
    if (!is_fresh && line.size() + 1 + word.size() > kWidth) {
      flush();
      is_fresh = true;
    }
    if (!word.empty()) {
      if (!is_fresh) line += ' ';
      line += word;
      is_fresh = false;
    }
    if (end < text.size() && text[end] == '\n') {
      flush();
      is_fresh = true;
    }
    at = end + 1;
  }
  out += line + "\n";
}

}  // namespace

std::string_view name_of(Health health) {
  switch (health) {
    case Health::kOk: return "ok";
    case Health::kBad: return "bad";
    case Health::kUnknown: return "unknown";
  }
  return "unknown";
}

bool is_healthy(const std::vector<HealthLine>& lines, bool is_strict) {
  return std::all_of(lines.begin(), lines.end(), [&](const HealthLine& line) {
    return line.health == Health::kOk || (line.health == Health::kUnknown && !is_strict);
  });
}

std::string health_table(const std::vector<HealthLine>& lines) {
  std::string out;
  for (const HealthLine& line : lines) {
    std::string first = line.check;
    first.resize(std::max<std::size_t>(first.size() + 1, 14), ' ');
    first += name_of(line.health);
    first.resize(std::max(first.size() + 1, kIndent), ' ');
    put(out, shown(line.found), kIndent, first);
    if (!line.fix.empty()) put(out, shown(line.fix), kIndent + 3, std::string(kIndent, ' ') + "-> ");
  }
  return out;
}

trading::CanonicalJson health_json(const std::vector<HealthLine>& lines) {
  trading::CanonicalJson list = trading::CanonicalJson::array();
  for (const HealthLine& line : lines)
    list.push_back(trading::CanonicalJson::object(
        {{"check", line.check}, {"health", name_of(line.health)}, {"found", line.found}, {"fix", line.fix}}));
  return trading::CanonicalJson::object({{"checks", std::move(list)}});
}

}  // namespace broker
