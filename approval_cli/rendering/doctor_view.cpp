#include "approval_cli/rendering/doctor_view.h"

#include <algorithm>
#include <string_view>

namespace approval_cli {
namespace {

constexpr std::size_t kCheckColumns = 11;

std::string_view name_of(Health health) {
  switch (health) {
    case Health::kOk:
      return "ok";
    case Health::kBad:
      return "bad";
    case Health::kUnknown:
      return "unknown";
  }
  return "unknown";
}

Tone tone_of(Health health) {
  switch (health) {
    case Health::kOk:
      return Tone::kPlain;
    case Health::kBad:
      return Tone::kBad;
    case Health::kUnknown:
      return Tone::kWarning;
  }
  return Tone::kWarning;
}

}  // namespace

bool is_well(const std::vector<HealthLine>& lines) {
  return std::all_of(lines.begin(), lines.end(), [](const HealthLine& line) { return line.health == Health::kOk; });
}

void print_health(const std::vector<HealthLine>& lines, Page& page) {
  for (const HealthLine& line : lines) {
    std::string before = line.check;
    before.resize(std::max(before.size() + 1, kCheckColumns), ' ');
    before += name_of(line.health);
    before.resize(std::max(before.size() + 1, kCheckColumns + 8), ' ');
    page.wrapped(before, line.found, tone_of(line.health));
    if (!line.fix.empty()) page.wrapped(std::string(kCheckColumns, ' ') + "-> ", line.fix);
  }
}

JsonObject health_json(const std::vector<HealthLine>& lines) {
  JsonArray checks;
  for (const HealthLine& line : lines) {
    JsonObject one;
    one.text("check", line.check).text("health", name_of(line.health)).text("found", line.found).text("fix", line.fix);
    checks.object(one);
  }
  JsonObject json;
  json.boolean("ok", is_well(lines)).array("checks", checks);
  return json;
}

}  // namespace approval_cli
