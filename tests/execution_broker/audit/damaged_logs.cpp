#include "damaged_logs.h"

#include <algorithm>
#include <map>
#include <sstream>

#include "audit_setup.h"
#include "execution_broker/audit/audit_exporter.h"
#include "execution_broker/audit/format/merkle.h"
#include "execution_broker/audit/format/witness.h"

namespace audit_forgery {

using audit_format::Checkpoint;
using audit_format::Digest;
using audit_format::Record;
using broker::must;

std::size_t below(Random& random, std::size_t n) { return static_cast<std::size_t>(random() % n); }

Lines split(const std::string& log) {
  Lines lines;
  std::istringstream in(log);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

bool is_checkpoint(const std::string& line) { return line.find("\"type\":\"checkpoint\"") != std::string::npos; }

const char* name_of(Change change) {
  switch (change) {
    case Change::kNone: return "untouched";
    case Change::kBytes: return "bytes edited";
    case Change::kRecord: return "a record edited";
    case Change::kRewrite: return "edited, all hashes after it made anew";
    case Change::kCut: return "lines cut";
    case Change::kReorder: return "lines reordered, doubled";
    case Change::kCheckpoint: return "a checkpoint edited";
    case Change::kBodyOut: return "a body taken out";
    case Change::kFork: return "another signed history of the home";
    case Change::kSplice: return "two histories spliced";
    case Change::kUnsignedTail: return "checkpoints cut off, the rest rewritten";
    case Change::kOwnRedaction: return "a body redacted by the forger";
    case Change::kStolenKey: return "rewritten with the stolen key";
  }
  return "?";
}

namespace {

std::string join(const Lines& lines) {
  std::string out;
  for (const std::string& line : lines) out += line + "\n";
  return out;
}

Record record_at(const std::string& line) { return must(audit_format::record_from(must(trading::CanonicalJson::parse(line)))); }
Checkpoint checkpoint_at(const std::string& line) {
  return must(audit_format::checkpoint_from(must(trading::CanonicalJson::parse(line))));
}
std::string ledger_of(const std::string& line) { return must(must(trading::CanonicalJson::parse(line)).string_at("ledger")); }

void rehash(Record& record) { record.hash = audit_format::leaf_hash(audit_format::core_bytes(record)); }

std::size_t pick(const Lines& lines, bool checkpoint, Random& random) {
  while (true) {
    const std::size_t at = below(random, lines.size());
    if (is_checkpoint(lines[at]) == checkpoint) return at;
  }
}

SignedMarks marks_of(const Lines& lines) {
  SignedMarks marks;
  std::map<std::string, std::string> heads;
  for (const std::string& line : lines) {
    if (is_checkpoint(line)) marks.emplace(line, heads[ledger_of(line)]);
    else heads[ledger_of(line)] = audit_format::to_hex(record_at(line).hash);
  }
  return marks;
}

// --- histories ------------------------------------------------------------------------------------------------------------

void redact(broker::AuditSetup& setup, std::int64_t seq) {
  auto transaction = must(broker::Transaction::begin(setup.database()));
  must(setup.log().redact(transaction, seq, {"operator", 1001}, "private"));
  INVARIANT(transaction.commit().has_value(), "commit");
}

// Two ledgers interleaved, a checkpoint now and then, one redaction.
struct Writer {
  explicit Writer(const std::filesystem::path& folder)
      : paper(folder, "paper"), live(folder, "live"), path(folder / "trade_logs.jsonl"),
        exporter(must(broker::AuditExporter::open(path, {&paper.database(), &live.database()}))) {}

  void round(int number) {
    paper.append_many(4 + number);
    live.append_many(2);
    paper.checkpoint();
    if (number != 2) live.checkpoint();
    must(exporter->tick());
    if (number == 0) redact(paper, 3);
  }
  void end(bool with_checkpoint) {
    paper.append_many(2);
    live.append_many(1);
    if (with_checkpoint) paper.checkpoint();
    must(exporter->tick());
    must(exporter->tick());
  }
  [[nodiscard]] History history() const {
    const std::string log = broker::read_text(path);
    return {log, split(log)};
  }

  broker::AuditSetup paper, live;
  std::filesystem::path path;
  std::unique_ptr<broker::AuditExporter> exporter;
};

// --- changes --------------------------------------------------------------------------------------------------------------

std::string damage_bytes(std::string log, Random& random) {
  const std::size_t at = below(random, log.size());
  switch (below(random, 8)) {
    case 0: log[at] = static_cast<char>(log[at] ^ (1 << below(random, 8))); break;
    case 1: log.erase(at, 1 + below(random, 50)); break;
    case 2: log.insert(at, 1, static_cast<char>(random())); break;
    case 3: log.resize(at); break;
    case 4: log.insert(at, below(random, 2) == 0 ? "\n" : " "); break;
    case 5: log.insert(at, std::string(70'000, 'x')); break;
    case 6: log.replace(at, 1, std::string(1, static_cast<char>('0' + below(random, 10)))); break;
    default: log += below(random, 2) == 0 ? "{" : "\n"; break;
  }
  return log;
}

void edit_fields(Record& record, Random& random) {
  switch (below(random, 7)) {
    case 0: record.subject += "x"; break;
    case 1: record.ts += 1; break;
    case 2: record.actor.uid = 0; break;
    case 3: record.type = "order.accepted"; break;
    case 4: record.market_ts = record.market_ts ? std::optional<std::int64_t>() : 5; break;
    case 5: record.boot = "other"; break;
    default:
      if (record.body) record.body = "{\"quantity\":" + std::to_string(1000 + below(random, 9)) + "}";
      else record.subject += "y";
  }
}

// The records of one ledger after line `at` go on from the one there.
void rechain(Lines& lines, std::size_t at) {
  Record before = record_at(lines[at]);
  for (std::size_t next = at + 1; next < lines.size(); ++next) {
    if (is_checkpoint(lines[next])) continue;
    Record later = record_at(lines[next]);
    if (later.ledger != before.ledger) continue;
    later.prev = before.hash;
    rehash(later);
    lines[next] = audit_format::line_of(later);
    before = later;
  }
}

// How much the forger makes to fit: 0 nothing, 1 the commitment, 2 also the record's hash.
void edit_at(Lines& lines, std::size_t at, std::size_t effort, Random& random) {
  Record record = record_at(lines[at]);
  edit_fields(record, random);
  if (effort >= 1 && record.body) record.body_hash = audit_format::body_commitment(*record.salt, *record.body);
  if (effort >= 2) rehash(record);
  lines[at] = audit_format::line_of(record);
}

void take_body_out(Lines& lines, std::size_t at) {
  Record record = record_at(lines[at]);
  record.body.reset();
  record.salt.reset();
  lines[at] = audit_format::line_of(record);
}

// The last lines of one ledger, records and checkpoints, as from `count` before its end.
void cut_one_ledger(Lines& lines, const std::string& ledger, std::size_t count) {
  for (std::size_t i = lines.size(); i-- > 0 && count > 0;) {
    if (ledger_of(lines[i]) != ledger) continue;
    lines.erase(lines.begin() + static_cast<std::ptrdiff_t>(i));
    --count;
  }
}

void cut(Lines& lines, Random& random) {
  const std::size_t a = below(random, lines.size());
  const auto at = lines.begin() + static_cast<std::ptrdiff_t>(a);
  switch (below(random, 4)) {
    case 0: lines.erase(at); break;
    case 1: lines.erase(at, lines.begin() + static_cast<std::ptrdiff_t>(std::min(lines.size(), a + 1 + below(random, 8)))); break;
    case 2: lines.resize(a); break;
    default: cut_one_ledger(lines, ledger_of(lines[a]), 1 + below(random, 6)); break;
  }
}

void reorder(Lines& lines, Random& random) {
  const std::size_t a = below(random, lines.size());
  const std::size_t b = below(random, lines.size());
  const auto at = [&](std::size_t i) { return lines.begin() + static_cast<std::ptrdiff_t>(i); };
  switch (below(random, 4)) {
    case 0: std::swap(lines[a], lines[b]); break;
    case 1: std::reverse(at(std::min(a, b)), at(std::max(a, b))); break;
    case 2: {
      const std::string copy = lines[a];
      lines.insert(at(b), copy);
      break;
    }
    default: {
      const std::string moved = lines[a];
      lines.erase(at(a));
      lines.insert(at(std::min(b, lines.size())), moved);
      break;
    }
  }
}

void edit_checkpoint(Lines& lines, Random& random) {
  const std::size_t at = pick(lines, true, random);
  Checkpoint checkpoint = checkpoint_at(lines[at]);
  switch (below(random, 6)) {
    case 0: checkpoint.size += 1; break;
    case 1: checkpoint.previous += 1; break;
    case 2: checkpoint.root[below(random, 32)] ^= 1; break;
    case 3: checkpoint.signature[below(random, 64)] ^= 4; break;
    case 4: checkpoint.ts += 1; break;
    default: {
      const std::array<std::uint8_t, 32> seed{1, 2, 3};
      checkpoint.signature = audit_format::SigningKey(seed).sign(audit_format::signed_text(checkpoint));
    }
  }
  lines[at] = audit_format::line_of(checkpoint);
}

Lines splice(const Home& home, Random& random) {
  const bool turned = below(random, 2) == 0;
  const Lines& first = turned ? home.forked.lines : home.told.lines;
  const Lines& second = turned ? home.told.lines : home.forked.lines;
  Lines lines(first.begin(), first.begin() + static_cast<std::ptrdiff_t>(below(random, first.size())));
  lines.insert(lines.end(), second.begin() + static_cast<std::ptrdiff_t>(std::min(second.size(), lines.size())), second.end());
  return lines;
}

void rewrite_unsigned_tail(Lines& lines, Random& random) {
  const std::string ledger = ledger_of(lines[below(random, lines.size())]);
  Lines kept;
  const auto checkpoints = static_cast<std::size_t>(
      std::count_if(lines.begin(), lines.end(), [&](const std::string& line) { return is_checkpoint(line) && ledger_of(line) == ledger; }));
  const std::size_t stay = below(random, checkpoints + 1);
  std::size_t seen = 0;
  std::vector<std::size_t> free;  // records after the last checkpoint that stays
  for (const std::string& line : lines) {
    const bool is_ours = ledger_of(line) == ledger;
    if (is_ours && is_checkpoint(line) && seen++ >= stay) continue;
    if (is_ours && is_checkpoint(line)) free.clear();
    if (is_ours && !is_checkpoint(line)) free.push_back(kept.size());
    kept.push_back(line);
  }
  lines = std::move(kept);
  if (free.empty()) return;
  const std::size_t at = free[below(random, free.size())];
  edit_at(lines, at, 2, random);
  rechain(lines, at);
}

void redact_without_right(Lines& lines, Random& random) {
  const std::size_t at = pick(lines, false, random);
  const Record taken = record_at(lines[at]);
  if (!taken.body || taken.type == audit_format::kRedactedType) return;
  Record last = taken;
  for (const std::string& line : lines)
    if (!is_checkpoint(line) && ledger_of(line) == taken.ledger) last = record_at(line);
  take_body_out(lines, at);
  Record note = last;
  note.seq = last.seq + 1;
  note.prev = last.hash;
  note.type = audit_format::kRedactedType;
  note.salt = audit_format::Salt{};
  note.body = "{\"reason\":\"private\",\"seq\":" + std::to_string(taken.seq) + "}";
  note.body_hash = audit_format::body_commitment(*note.salt, *note.body);
  rehash(note);
  lines.push_back(audit_format::line_of(note));
}

void rewrite_with_the_key(const Home& home, Lines& lines, Random& random) {
  std::array<std::uint8_t, audit_format::kSeedBytes> seed{};
  std::copy(home.seed.begin(), home.seed.end(), seed.begin());
  const audit_format::SigningKey key(seed);
  const std::size_t at = pick(lines, false, random);
  edit_at(lines, at, 2, random);
  rechain(lines, at);
  std::map<std::string, audit_format::MerkleFrontier> trees;
  for (std::string& line : lines) {
    if (!is_checkpoint(line)) {
      const Record record = record_at(line);
      trees[record.ledger].add(record.hash);
      continue;
    }
    Checkpoint checkpoint = checkpoint_at(line);
    checkpoint.root = trees[checkpoint.ledger].root();
    checkpoint.signature = key.sign(audit_format::signed_text(checkpoint));
    line = audit_format::line_of(checkpoint);
  }
}

}  // namespace

Home make_home(bool ends_with_checkpoint) {
  const broker::AuditFolder here, there;
  {
    Writer both(here.path);
    both.round(0);
    both.round(1);
  }
  std::filesystem::copy(here.path, there.path, std::filesystem::copy_options::recursive);
  Home home;
  {
    Writer told(here.path);
    told.round(2);
    told.round(3);
    told.end(ends_with_checkpoint);
    home.told = told.history();
    home.keys = broker::read_text(told.paper.public_key_path());
    const std::string seed = broker::read_text(told.paper.seed_path());
    home.seed.assign(seed.begin(), seed.end());
  }
  Writer forked(there.path);
  forked.round(3);
  forked.round(1);
  forked.round(2);
  forked.end(ends_with_checkpoint);
  home.forked = forked.history();
  for (const History* history : {&home.told, &home.forked}) home.signed_marks.merge(marks_of(history->lines));
  INVARIANT(home.seed.size() == audit_format::kSeedBytes, "the key's file is its seed");
  INVARIANT(home.told.lines.size() > 20 && home.told.lines.front() == home.forked.lines.front() &&
                home.told.lines.back() != home.forked.lines.back(),
            "two histories with one beginning");
  return home;
}

Forgery forge(const Home& home, Change change, Random& random) {
  Lines lines = home.told.lines;
  switch (change) {
    case Change::kNone: break;
    case Change::kBytes: return {damage_bytes(home.told.log, random), {}};
    case Change::kRecord: edit_at(lines, pick(lines, false, random), below(random, 3), random); break;
    case Change::kRewrite: {
      const std::size_t at = pick(lines, false, random);
      edit_at(lines, at, 2, random);
      rechain(lines, at);
      break;
    }
    case Change::kCut: cut(lines, random); break;
    case Change::kReorder: reorder(lines, random); break;
    case Change::kCheckpoint: edit_checkpoint(lines, random); break;
    case Change::kBodyOut: take_body_out(lines, pick(lines, false, random)); break;
    case Change::kFork:
      lines = home.forked.lines;
      if (below(random, 2) == 0) lines.resize(below(random, lines.size() + 1));
      break;
    case Change::kSplice: lines = splice(home, random); break;
    case Change::kUnsignedTail: rewrite_unsigned_tail(lines, random); break;
    case Change::kOwnRedaction: redact_without_right(lines, random); break;
    case Change::kStolenKey: {
      rewrite_with_the_key(home, lines, random);
      return {join(lines), marks_of(lines)};
    }
  }
  return {join(lines), {}};
}

std::string witnesses_of(const History& told, bool of_the_last, Random& random) {
  std::map<std::string, std::vector<audit_format::Witness>> all;
  for (const std::string& line : told.lines) {
    if (is_checkpoint(line)) continue;
    const Record record = record_at(line);
    all[record.ledger].push_back({record.ledger, record.seq, record.hash});
  }
  std::string text;
  for (const auto& [ledger, seen] : all) text += audit_format::line_of(of_the_last ? seen.back() : seen[below(random, seen.size())]) + "\n";
  return text;
}

}  // namespace audit_forgery
