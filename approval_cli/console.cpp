#include "approval_cli/console.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "approval_cli/rendering/json.h"
#include "approval_cli/rendering/page.h"
#include "approval_cli/rendering/plain_text.h"
#include "approval_cli/terminal.h"

namespace approval_cli {
namespace {

// Nobody answered: what was asked has not been decided by a broker.
constexpr std::array<std::string_view, 5> kNobodyAnswered{"BROKER_NOT_RUNNING", "BROKER_REFUSED",
                                                          "BROKER_WRONG_UID", "BROKER_UNAVAILABLE",
                                                          "BROKER_TIMEOUT"};

std::string_view name_of(trading::Retry retry) {
  switch (retry) {
    case trading::Retry::kSafe:
      return "safe";
    case trading::Retry::kVerifyFirst:
      return "verify_first";
    case trading::Retry::kNo:
      return "no";
  }
  return "no";
}

}  // namespace

int exit_code_of(const trading::Error& error) {
  if (error.code == "USAGE" || error.code.starts_with("HOME_")) return kUsage;
  const bool is_silence = std::find(kNobodyAnswered.begin(), kNobodyAnswered.end(), error.code) !=
                          kNobodyAnswered.end();
  return is_silence ? kNoBroker : kRefused;
}

trading::Error usage_error(std::string what, std::string fix) {
  return trading::make_error("USAGE", std::move(what), std::move(fix));
}

int report(Console& console, bool is_json, const trading::Error& error) {
  if (is_json) {
    JsonObject inner;
    inner.text("code", error.code).text("message", error.what);
    if (!error.field.empty()) inner.text("field", error.field);
    inner.text("fix", error.fix).text("retry", name_of(error.retry));
    JsonObject outer;
    outer.object("error", inner);
    console.out << outer.write() << "\n";
  } else {
    // Not wrapped: a fix is often a command to copy.
    console.err << "approval_cli: " << plain(error.code + ": " + error.what) << "\n";
    if (!error.fix.empty()) console.err << "  " << plain(error.fix) << "\n";
  }
  return exit_code_of(error);
}

trading::Status confirm(const Call& call, bool is_yes_given, const std::string& question,
                        const std::string& word) {
  if (is_yes_given) return {};
  if (!call.console.is_in_tty) {
    return usage_error("this asks for a word typed at a terminal, and there is none",
                       "run it at a terminal, or give --yes");
  }
  Page page(false);
  page.wrapped("", question);
  call.console.err << page.text();
  forget_typed_ahead(call);
  call.console.err << "Type " << word << " to go on: " << std::flush;
  std::string typed;
  std::getline(call.console.in, typed);
  while (!typed.empty() && (typed.back() == ' ' || typed.back() == '\r')) typed.pop_back();
  if (typed == word) return {};
  return trading::make_error("NOT_CONFIRMED", "the word was not typed: nothing was done",
                             "type " + word + " in capitals, exactly", trading::Retry::kSafe);
}

}  // namespace approval_cli
