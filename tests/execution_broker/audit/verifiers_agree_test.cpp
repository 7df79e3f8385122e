// Two verifiers, written apart, over logs damaged in every way we can think of: they must agree on
// the verdict, the place and the counts; and with a key and witnesses of the last records, no
// change to the records may pass.   usage: audit_verifiers_test COUNT [SEED]

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <map>
#include <random>
#include <sstream>
#include <vector>

#include "audit_setup.h"
#include "execution_broker/audit/audit_exporter.h"
#include "execution_broker/audit/format/verifier.h"

namespace {

using audit_format::Record;
using audit_format::Verdict;
using broker::must;
using Lines = std::vector<std::string>;
using Random = std::mt19937_64;

struct Source {
  std::string log;
  Lines lines;
  std::string keys;
  std::string witnesses;
};

std::size_t below(Random& random, std::size_t n) {
  return static_cast<std::size_t>(random() % n);
}

Lines split(const std::string& log) {
  Lines lines;
  std::istringstream in(log);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::string join(const Lines& lines) {
  std::string out;
  for (const std::string& line : lines) out += line + "\n";
  return out;
}

void redact(broker::AuditSetup& setup, std::int64_t seq) {
  auto transaction = must(broker::Transaction::begin(setup.database()));
  must(setup.log().redact(transaction, seq, {"operator", 1001}, "private"));
  INVARIANT(transaction.commit().has_value(), "commit");
}

// Two ledgers interleaved, several checkpoints, one redaction; the last records of at least one are
// not checkpointed.
Source make_source(bool ends_with_checkpoint) {
  const broker::AuditFolder folder;
  broker::AuditSetup paper(folder.path, "paper");
  broker::AuditSetup live(folder.path, "live");
  const auto path = folder.path / "trade_logs.jsonl";
  auto exporter = must(broker::AuditExporter::open(path, {&paper.database(), &live.database()}));
  for (int round = 0; round < 4; ++round) {
    paper.append_many(4 + round);
    live.append_many(2);
    paper.checkpoint();
    if (round != 2) live.checkpoint();
    must(exporter->tick());
    if (round == 0) redact(paper, 3);
  }
  paper.append_many(2);
  live.append_many(1);
  if (ends_with_checkpoint) paper.checkpoint();
  must(exporter->tick());
  must(exporter->tick());
  Source source;
  source.log = broker::read_text(path);
  source.lines = split(source.log);
  source.keys = broker::read_text(paper.public_key_path());
  for (broker::AuditSetup* setup : {&paper, &live}) {
    const auto head = must(setup->log().head());
    source.witnesses +=
        audit_format::line_of(audit_format::Witness{setup->log().ledger(), head.seq, head.hash}) +
        "\n";
  }
  return source;
}

Record record_at(const std::string& line) {
  return must(audit_format::record_from(must(trading::CanonicalJson::parse(line))));
}
bool is_checkpoint(const std::string& line) {
  return line.find("\"type\":\"checkpoint\"") != std::string::npos;
}

std::size_t pick(const Lines& lines, bool checkpoint, Random& random) {
  while (true) {
    const std::size_t at = below(random, lines.size());
    if (is_checkpoint(lines[at]) == checkpoint) return at;
  }
}

void edit_fields(Record& record, Random& random) {
  switch (below(random, 7)) {
    case 0:
      record.subject += "x";
      break;
    case 1:
      record.ts += 1;
      break;
    case 2:
      record.actor.uid = 0;
      break;
    case 3:
      record.type = "order.accepted";
      break;
    case 4:
      record.market_ts = record.market_ts ? std::optional<std::int64_t>() : 5;
      break;
    case 5:
      record.boot = "other";
      break;
    default:
      if (record.body) {
        record.body = "{\"quantity\":" + std::to_string(1000 + below(random, 9)) + "}";
      } else {
        record.subject += "y";
      }
  }
}

// How much the forger recomputes: nothing, the commitment, the hash, all records after it.
std::string forge(Lines lines, Random& random) {
  const std::size_t at = pick(lines, false, random);
  Record record = record_at(lines[at]);
  const std::size_t effort = below(random, 4);
  edit_fields(record, random);
  if (effort >= 1 && record.body)
    record.body_hash = audit_format::body_commitment(*record.salt, *record.body);
  if (effort >= 2) record.hash = audit_format::leaf_hash(audit_format::core_bytes(record));
  lines[at] = audit_format::line_of(record);
  for (std::size_t next = at + 1; effort >= 3 && next < lines.size(); ++next) {
    if (is_checkpoint(lines[next])) continue;
    Record later = record_at(lines[next]);
    if (later.ledger != record.ledger) continue;
    later.prev = record.hash;
    later.hash = audit_format::leaf_hash(audit_format::core_bytes(later));
    lines[next] = audit_format::line_of(later);
    record = later;
  }
  return join(lines);
}

std::string forge_checkpoint(Lines lines, Random& random) {
  const std::size_t at = pick(lines, true, random);
  auto checkpoint =
      must(audit_format::checkpoint_from(must(trading::CanonicalJson::parse(lines[at]))));
  switch (below(random, 6)) {
    case 0:
      checkpoint.size += 1;
      break;
    case 1:
      checkpoint.previous += 1;
      break;
    case 2:
      checkpoint.root[below(random, 32)] ^= 1;
      break;
    case 3:
      checkpoint.signature[below(random, 64)] ^= 4;
      break;
    case 4:
      checkpoint.ts += 1;
      break;
    default: {
      const std::array<std::uint8_t, 32> seed{1, 2, 3};
      checkpoint.signature =
          audit_format::SigningKey(seed).sign(audit_format::signed_text(checkpoint));
    }
  }
  lines[at] = audit_format::line_of(checkpoint);
  return join(lines);
}

std::string take_body_out(Lines lines, Random& random) {
  const std::size_t at = pick(lines, false, random);
  Record record = record_at(lines[at]);
  record.body.reset();
  record.salt.reset();
  lines[at] = audit_format::line_of(record);
  return join(lines);
}

std::string rearrange(Lines lines, Random& random) {
  const std::size_t a = below(random, lines.size());
  const std::size_t b = below(random, lines.size());
  const auto at = lines.begin() + static_cast<std::ptrdiff_t>(a);
  switch (below(random, 6)) {
    case 0:
      lines.erase(at);
      break;
    case 1:
      lines.insert(lines.begin() + static_cast<std::ptrdiff_t>(b), lines[a]);
      break;
    case 2:
      std::swap(lines[a], lines[b]);
      break;
    case 3:
      std::reverse(lines.begin() + static_cast<std::ptrdiff_t>(std::min(a, b)),
                   lines.begin() + static_cast<std::ptrdiff_t>(std::max(a, b)));
      break;
    case 4:
      lines.erase(at, lines.begin() + static_cast<std::ptrdiff_t>(
                                          std::min(lines.size(), a + 1 + below(random, 8))));
      break;
    default:
      lines.resize(a);
      break;
  }
  return join(lines);
}

std::string damage_bytes(std::string log, Random& random) {
  const std::size_t at = below(random, log.size());
  switch (below(random, 7)) {
    case 0:
      log[at] = static_cast<char>(log[at] ^ (1 << below(random, 8)));
      break;
    case 1:
      log.erase(at, 1 + below(random, 50));
      break;
    case 2:
      log.insert(at, 1, static_cast<char>(random()));
      break;
    case 3:
      log.resize(at);
      break;
    case 4:
      log.insert(at, below(random, 2) == 0 ? "\n" : " ");
      break;
    case 5:
      log.insert(at, std::string(70'000, 'x'));
      break;
    default:
      log += below(random, 2) == 0 ? "{" : "\n";
      break;
  }
  return log;
}

std::string variant(const Source& source, Random& random) {
  switch (below(random, 10)) {
    case 0:
      return source.log;
    case 1:
    case 2:
    case 3:
      return damage_bytes(source.log, random);
    case 4:
    case 5:
      return rearrange(source.lines, random);
    case 6:
      return forge_checkpoint(source.lines, random);
    case 7:
      return take_body_out(source.lines, random);
    default:
      return forge(source.lines, random);
  }
}

// What must not change unseen: each ledger's records and, but for its newest ones, its checkpoints,
// in their order. How ledgers interleave means nothing; a newest checkpoint that is gone leaves its
// records unsigned, not changed.
bool is_whole(const std::string& log, const Source& source) {
  std::map<std::string, Lines> records[2];
  std::map<std::string, Lines> checkpoints[2];
  const Lines both[2] = {split(log), source.lines};
  for (int side = 0; side < 2; ++side) {
    for (const std::string& line : both[side]) {
      const std::string ledger =
          must(must(trading::CanonicalJson::parse(line)).string_at("ledger"));
      (is_checkpoint(line) ? checkpoints : records)[side][ledger].push_back(line);
    }
  }
  for (const auto& [ledger, found] : checkpoints[0]) {
    const Lines& all = checkpoints[1][ledger];
    if (found.size() > all.size() || !std::equal(found.begin(), found.end(), all.begin()))
      return false;
  }
  return records[0] == records[1];
}

struct Case {
  std::string log;
  std::string keys;
  std::string witnesses;
  const Source* source = nullptr;
};

std::vector<std::string> ask_the_other(const std::vector<Case>& cases,
                                       const std::filesystem::path& folder) {
  const auto input = folder / "cases";
  const auto output = folder / "answers";
  std::ofstream out(input, std::ios::binary);
  for (const Case& c : cases) {
    out << c.log.size() << ' ' << c.keys.size() << ' ' << c.witnesses.size() << '\n'
        << c.log << c.keys << c.witnesses;
  }
  out.close();
  const std::string command = std::string(PYTHON) + " " + VERIFIER + " --batch < " +
                              input.string() + " > " + output.string();
  INVARIANT(std::system(command.c_str()) == 0,
            "the Python verifier failed");  // NOLINT: fixed words, own folder
  return split(broker::read_text(output));
}

// What the two must agree on; the reason is for people and may differ.
std::string comparable(const trading::CanonicalJson& answer) {
  trading::CanonicalJson out = trading::CanonicalJson::object();
  for (const char* key : {"bad_ledger", "code", "first_bad_seq", "head", "ok", "records",
                          "signatures_checked", "unwitnessed"}) {
    out.set(key, *answer.find(key));
  }
  return out.write();
}

}  // namespace

int main(int argc, char** argv) {
  const int count = argc > 1 ? std::atoi(argv[1]) : 2'000;
  const std::uint64_t seed = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 20'261'123;
  Random random(seed);
  const std::vector<Source> sources = {make_source(false), make_source(true)};
  const broker::AuditFolder folder;
  std::map<Verdict, int> verdicts;
  int faults = 0;
  int changed = 0;
  for (int done = 0; done < count;) {
    std::vector<Case> cases;
    for (; cases.size() < 500 && done < count; ++done) {
      const Source& source = sources[below(random, sources.size())];
      const std::size_t knowledge = below(random, 8);  // mostly both a key and a witness
      cases.push_back({variant(source, random), knowledge == 1 || knowledge == 3 ? "" : source.keys,
                       knowledge == 2 || knowledge == 3 ? "" : source.witnesses, &source});
    }
    const std::vector<std::string> answers = ask_the_other(cases, folder.path);
    INVARIANT(answers.size() == cases.size(), "the Python verifier answered too little");
    for (std::size_t i = 0; i < cases.size(); ++i) {
      const Case& c = cases[i];
      audit_format::VerifyOptions options{must(audit_format::parse_public_keys(c.keys)),
                                          must(audit_format::parse_witnesses(c.witnesses))};
      std::istringstream log(c.log);
      const auto ours = audit_format::verify(log, options);
      ++verdicts[ours.verdict];
      const std::string mine = comparable(audit_format::to_json(ours));
      const std::string theirs = comparable(must(trading::CanonicalJson::parse(answers[i])));
      const bool knows_all = !c.keys.empty() && !c.witnesses.empty();
      const bool is_original = c.log == c.source->log;
      changed += is_original ? 0 : 1;
      std::string fault;
      if (mine != theirs) fault = "the verifiers disagree";
      if (is_original && !ours.ok()) fault = "the untouched log is refused: " + ours.reason;
      if (knows_all && ours.ok() && !is_original && !is_whole(c.log, *c.source))
        fault = "a change went unseen";
      if (fault.empty()) continue;
      if (++faults <= 5) {
        std::cout << fault << " (seed " << seed << ")\n  ours:   " << mine << " " << ours.reason
                  << "\n  theirs: " << answers[i] << "\n";
        std::ofstream("/tmp/audit-fault-" + std::to_string(faults) + ".jsonl", std::ios::binary)
            << c.log;
      }
    }
  }
  std::cout << count << " logs, " << changed << " of them changed, seed " << seed << ": ";
  for (const auto& [verdict, n] : verdicts)
    std::cout << static_cast<int>(verdict) << " x " << n << "  ";
  std::cout << "\n" << faults << " faults\n";
  return faults == 0 && verdicts.size() == 5 ? 0 : 1;
}
