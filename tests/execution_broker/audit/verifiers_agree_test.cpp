// Every change to an exported audit log that we can think of, each judged twice: by someone who kept the public key alone,
// and by someone who also kept a witness. In both classes
//   - the broker's verifier and the one written from docs/audit_format.md in another language give the same answer;
//   - a change is found exactly when that page says so (what_must_be_found.h), and what passes has the right counts;
//   - whoever kept a witness finds every record up to it as it was written, or is told that it is not.
// A few logs are given to both verifiers without keys: there they must agree, no more.
//
//   audit_verifiers_test COUNT [SEED]        COUNT changed logs, each in both classes

#include <cstdlib>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <map>
#include <sstream>

#include "audit_setup.h"
#include "damaged_logs.h"
#include "execution_broker/audit/format/verifier.h"
#include "what_must_be_found.h"

namespace {

using audit_format::Verdict;
using audit_forgery::below;
using audit_forgery::Change;
using audit_forgery::Forgery;
using audit_forgery::Home;
using audit_forgery::kChanges;
using broker::must;

enum class Knows { kKey, kKeyAndWitness, kNothing };

struct Case {
  Change change;
  Knows knows;
  const Home* home;
  std::shared_ptr<const Forgery> forgery;
  std::string keys;
  std::string witnesses;
};

std::vector<std::string> ask_the_other(const std::vector<Case>& cases, const std::filesystem::path& folder) {
  const auto input = folder / "cases";
  const auto output = folder / "answers";
  std::ofstream out(input, std::ios::binary);
  for (const Case& c : cases) {
    out << c.forgery->log.size() << ' ' << c.keys.size() << ' ' << c.witnesses.size() << '\n'
        << c.forgery->log << c.keys << c.witnesses;
  }
  out.close();
  const std::string command = std::string(PYTHON) + " " + VERIFIER + " --batch < " + input.string() + " > " + output.string();
  INVARIANT(std::system(command.c_str()) == 0, "the Python verifier failed");  // NOLINT: fixed words, own folder
  return audit_forgery::split(broker::read_text(output));
}

// What the two must agree on; the reason is for people and may differ.
std::string comparable(const trading::CanonicalJson& answer) {
  trading::CanonicalJson out = trading::CanonicalJson::object();
  for (const char* key : {"bad_ledger", "code", "first_bad_seq", "head", "ledgers", "ok", "records", "signatures_checked", "unwitnessed"})
    out.set(key, *answer.find(key));
  return out.write();
}

std::string fault_of(const Case& c, const audit_format::Verification& ours, const std::string& theirs,
                     const std::vector<audit_format::Witness>& witnesses) {
  if (comparable(audit_format::to_json(ours)) != comparable(must(trading::CanonicalJson::parse(theirs))))
    return "the verifiers disagree";
  if (c.knows == Knows::kNothing) return "";
  audit_forgery::SignedMarks marks = c.home->signed_marks;
  marks.insert(c.forgery->signed_marks.begin(), c.forgery->signed_marks.end());
  const audit_forgery::Judgement judgement = audit_forgery::judge(c.forgery->log, marks, witnesses);
  if (judgement.must_be_found && ours.ok()) return "not found: " + judgement.why;
  if (!judgement.must_be_found && !ours.ok()) return "found what is as the page allows: " + ours.reason;
  if (!ours.ok()) return "";
  if (judgement.records != ours.records || judgement.unwitnessed != ours.unwitnessed) return "the counts are wrong";
  return audit_forgery::broken_promise(c.forgery->log, c.home->told, witnesses);
}

struct Tally {
  int made = 0;
  int passed = 0;                       // changed, and not found
  int same = 0;                         // the change came out as the told log
  std::map<Verdict, int> found;
};

void print_table(const std::map<std::pair<Change, Knows>, Tally>& tallies) {
  std::cout << std::left << std::setw(42) << "change" << std::setw(18) << "who looks" << std::right;
  for (const char* word : {"logs", "same log", "tampered", "truncated", "signature", "gap/fork", "NOT FOUND"}) std::cout << std::setw(10) << word;
  std::cout << "\n";
  for (const auto& [key, tally] : tallies) {
    std::cout << std::left << std::setw(42) << audit_forgery::name_of(key.first) << std::setw(18)
              << (key.second == Knows::kKey ? "key" : key.second == Knows::kNothing ? "nothing" : "key and witness") << std::right
              << std::setw(10) << tally.made << std::setw(10) << tally.same;
    for (const Verdict verdict : {Verdict::kTampered, Verdict::kTruncated, Verdict::kBadSignature, Verdict::kGapOrFork}) {
      const auto found = tally.found.find(verdict);
      std::cout << std::setw(10) << (found == tally.found.end() ? 0 : found->second);
    }
    std::cout << std::setw(10) << tally.passed << "\n";
  }
}

}  // namespace

int main(int argc, char** argv) {
  const int count = argc > 1 ? std::atoi(argv[1]) : 1'000;
  const std::uint64_t seed = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 20'261'123;
  audit_forgery::Random random(seed);
  std::vector<Home> homes;
  homes.push_back(audit_forgery::make_home(false));
  homes.push_back(audit_forgery::make_home(true));
  const broker::AuditFolder folder;
  std::map<std::pair<Change, Knows>, Tally> tallies;
  int faults = 0, changed = 0;
  for (int done = 0; changed < count;) {
    std::vector<Case> cases;
    for (int i = 0; i < 250 && changed < count; ++i, ++done) {
      const Home& home = homes[below(random, homes.size())];
      const auto change = static_cast<Change>(done % kChanges);
      const auto forgery = std::make_shared<const Forgery>(audit_forgery::forge(home, change, random));
      changed += forgery->log == home.told.log ? 0 : 1;
      cases.push_back({change, Knows::kKey, &home, forgery, home.keys, ""});
      cases.push_back({change, Knows::kKeyAndWitness, &home, forgery, home.keys,
                       audit_forgery::witnesses_of(home.told, below(random, 2) == 0, random)});
      if (done % 16 == 0) cases.push_back({change, Knows::kNothing, &home, forgery, "", ""});
    }
    const std::vector<std::string> answers = ask_the_other(cases, folder.path);
    INVARIANT(answers.size() == cases.size(), "the Python verifier answered too little");
    for (std::size_t i = 0; i < cases.size(); ++i) {
      const Case& c = cases[i];
      const auto witnesses = must(audit_format::parse_witnesses(c.witnesses));
      std::istringstream log(c.forgery->log);
      const auto ours = audit_format::verify(log, {must(audit_format::parse_public_keys(c.keys)), witnesses});
      Tally& tally = tallies[{c.change, c.knows}];
      ++tally.made;
      const bool is_same = c.forgery->log == c.home->told.log;
      if (is_same) ++tally.same;
      else if (ours.ok()) ++tally.passed;
      if (!ours.ok()) ++tally.found[ours.verdict];
      const std::string fault = fault_of(c, ours, answers[i], witnesses);
      if (fault.empty()) continue;
      if (++faults <= 5) {
        std::cout << fault << ": " << audit_forgery::name_of(c.change) << " (seed " << seed << ")\n  ours:   "
                  << comparable(audit_format::to_json(ours)) << " " << ours.reason << "\n  theirs: " << answers[i] << "\n";
        std::ofstream("/tmp/audit-fault-" + std::to_string(faults) + ".jsonl", std::ios::binary) << c.forgery->log;
      }
    }
  }
  print_table(tallies);
  std::map<Verdict, int> verdicts;
  for (const auto& [key, tally] : tallies)
    for (const auto& [verdict, n] : tally.found) verdicts[verdict] += n;
  std::cout << changed << " changed logs in both classes, seed " << seed << ", " << faults << " faults\n";
  // A test that never saw one of the verdicts has not looked.
  return faults == 0 && verdicts.size() == 4 ? 0 : 1;
}
