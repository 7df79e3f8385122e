#include "execution_broker/doctor/command.h"

#include <iostream>

#include "execution_broker/doctor/checks.h"
#include "execution_broker/doctor/dry_order.h"
#include "execution_broker/doctor/report.h"

namespace broker {

using trading::CanonicalJson;

namespace {

constexpr char kNotApplicable[] = "not-applicable";

CanonicalJson dry_json(const DryOrder& order) {
  CanonicalJson verdicts = CanonicalJson::array();
  for (const DryVerdict& one : order.verdicts)
    verdicts.push_back(CanonicalJson::object({{"check", one.check}, {"verdict", one.verdict}, {"code", one.code}, {"value", one.value},
                                              {"limit", one.limit}, {"reason", one.reason}, {"fix", one.fix}}));
  return CanonicalJson::object({{"order", order.terms}, {"would_pass", order.would_pass}, {"verdicts", std::move(verdicts)}});
}

// Only what stands in the way: a page of passes helps nobody.
std::string dry_table(const DryOrder& order) {
  std::vector<HealthLine> lines;
  std::size_t passed = 0, not_applicable = 0;
  for (const DryVerdict& one : order.verdicts) {
    if (one.verdict == "pass") ++passed;
    else if (one.verdict == kNotApplicable) ++not_applicable;
    else {
      std::string found = one.code.empty() ? one.reason : one.code;
      if (!one.value.empty()) found += ": " + one.value + (one.limit.empty() ? "" : ", limit " + one.limit);
      lines.push_back({one.check, one.verdict == "unknown" ? Health::kUnknown : Health::kBad, found, one.fix});
    }
  }
  return "\n" + order.terms + ": " + (order.would_pass ? "would pass" : "WOULD BE REFUSED") + " (" + std::to_string(passed) + " checks pass, " +
         std::to_string(not_applicable) + " do not apply); nothing was sent\n" + health_table(lines);
}

int print_usage(int code) {
  (code == 0 ? std::cout : std::cerr) << kDoctorUsage;
  return code;
}

}  // namespace

trading::Result<DoctorArguments> parse_doctor_arguments(const std::vector<std::string>& words) {
  DoctorArguments arguments;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word == "--attest") arguments.is_attesting = true;
    else if (word == "--live") arguments.is_for_live = true;
    else if (word == "--json") arguments.is_json = true;
    else if (word == "--help" || word == "-h") arguments.is_help = true;
    else if (word == "--dry-order") {
      if (++i == words.size() || words[i].empty() || words[i][0] == '-')
        return trading::make_error("DOCTOR_USAGE", "--dry-order needs a symbol", "write --dry-order SBIN");
      arguments.dry_symbol = words[i];
    } else {
      return trading::make_error("DOCTOR_USAGE", "doctor does not know " + word, "execution_broker doctor --help");
    }
  }
  return arguments;
}

int run_doctor(const std::string& home, const DoctorArguments& arguments, const std::string& version) {
  if (arguments.is_help) return print_usage(0);
  DoctorSubject subject;
  subject.home = home;
  subject.is_for_live = arguments.is_for_live;
  subject.is_attesting = arguments.is_attesting;
  DoctorFindings findings = examine(subject);

  if (arguments.is_attesting) {
    trading::Status written = trading::make_error("ATTEST_IO", "there is no home to write a finding about", "make it first");
    if (const auto now = machine_moment(); !now) written = now.error();
    else if (!findings.isolation.home.empty()) written = write_attest(subject.attest_folder, findings.isolation, findings.isolation_faults, *now);
    if (!written) findings.lines.push_back({"attest", Health::kBad, written.error().what, written.error().fix});
    else if (findings.isolation_faults.empty()) findings.lines.push_back({"attest", Health::kOk, "written: isolated, good for an hour", ""});
    else findings.lines.push_back({"attest", Health::kBad, "written: NOT isolated, " + std::to_string(findings.isolation_faults.size()) + " faults", "mend what stands under isolation"});
  }

  // Root's errand is the finding: what else is amiss does not make the home less isolated.
  bool is_healthy = arguments.is_attesting ? findings.isolation_faults.empty() && findings.lines.back().health == Health::kOk
                                           : broker::is_healthy(findings.lines, arguments.is_for_live);
  CanonicalJson json = health_json(findings.lines);
  std::string text = health_table(findings.lines);
  if (!arguments.dry_symbol.empty()) {
    const auto order = dry_order(home, arguments.dry_symbol, version);
    if (order) {
      json.set("dry_order", dry_json(*order));
      text += dry_table(*order);
    } else {
      json.set("dry_order", CanonicalJson::object({{"error", order.error().text()}}));
      text += "\ndry order: " + order.error().text() + "\n";
    }
    is_healthy = is_healthy && order && order->would_pass;
  }
  json.set("ok", is_healthy);
  std::cout << (arguments.is_json ? json.write() + "\n" : text);
  return is_healthy ? 0 : 1;
}

}  // namespace broker
