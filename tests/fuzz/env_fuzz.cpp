// The settings file. Input: the bytes of .env.

#include <string>

#include "execution_broker/config/settings.h"
#include "tests/fuzz/fuzz.h"

namespace {

constexpr std::string_view kSecret = "Zx9PlantedSecretQw7";

bool holds(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

void check_settings(const broker::Settings& settings) {
  FUZZ_EXPECT(settings.paper_starting_capital.is_positive(), "there is capital to trade with");
  FUZZ_EXPECT(settings.sim_speed.is_step || settings.sim_speed.factor_e3 > 0, "time moves");
  // The file that the accepted settings spell reads the same.
  std::string again;
  for (const auto& [key, value] : settings.from_file) {
    const char quote = holds(value, "\"") ? '\'' : '"';
    again += key + "=" + quote + value + quote + "\n";
    FUZZ_EXPECT(broker::find_setting(key) != nullptr, "only known keys are accepted");
    if (kBugIsPlanted)
      FUZZ_EXPECT(key != "MAX_OPEN_POSITIONS" || value == "5", "planted: not five positions");
  }
  if (again.size() > broker::kLargestEnvBytes) return;
  const auto read = broker::parse_env(again);
  FUZZ_EXPECT(read.has_value() && read->from_file == settings.from_file, "written again, the same");
  static_cast<void>(settings.limit_texts(trading::TradingMode::kPaper));
  static_cast<void>(settings.limit_texts(trading::TradingMode::kLive));
}

// A secret that stands in the file appears in nothing that is shown.
void check_secrecy(std::string_view bytes) {
  if (holds(bytes, kSecret)) return;
  std::string with_secret(bytes);
  with_secret += "\nTELEGRAM_BOT_TOKEN=" + std::string(kSecret) + "\n";
  const auto settings = broker::parse_env(with_secret);
  const std::string shown = settings ? broker::print_settings_json(*settings)
                                     : broker::problems_text(settings.error());
  FUZZ_EXPECT(!holds(shown, kSecret), "a secret is never shown");
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes = fuzz::text_of(data, size);
  const auto settings = broker::parse_env(bytes);
  if (settings) {
    check_settings(*settings);
  } else {
    FUZZ_EXPECT(!settings.error().empty(), "a refused file has a problem");
    for (const trading::Error& error : settings.error())
      FUZZ_EXPECT(!error.code.empty() && !error.what.empty(), "a problem says what");
  }
  if (size < 2'048) check_secrecy(bytes);
  return 0;
}
